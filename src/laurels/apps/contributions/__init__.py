"""The contributions room."""
