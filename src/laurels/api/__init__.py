"""The API: parse, authorise, call a service or selector, answer with JSON."""
