"""Django's handle on the pages."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Templates, static files and the admin's front door; no tables."""

    name = "laurels.web"
    label = "web"
