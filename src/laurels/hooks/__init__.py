"""The webhook door: ahead of Django's middleware, for what must never be lost and never be slow."""
