"""The recognition room."""
