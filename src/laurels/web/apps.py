"""Django's handle on the pages."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Templates, static files and the admin's front door; no tables."""

    name = "laurels.web"
    label = "web"

    def ready(self) -> None:
        """Close the admin's password door before anybody comes to it."""
        from laurels.web import staff_door  # once the admin is loaded

        staff_door.close()
