"""Django apps: models, services (writes), selectors (reads)."""
