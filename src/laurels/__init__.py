"""Laurels: standings people trust, from what a community does on GitHub."""
