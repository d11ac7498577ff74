"""The standings room."""
