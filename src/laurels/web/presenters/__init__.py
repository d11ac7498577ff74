"""From what selectors return to what templates print; pure, but for reading Django's settings."""
