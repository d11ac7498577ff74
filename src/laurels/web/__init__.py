"""The pages: parse the request, ask a selector, present. Nothing is written from here."""
