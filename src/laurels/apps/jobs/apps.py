"""Registers the jobs app with Django."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """The jobs app; its tables are prefixed with its label."""

    name = "laurels.apps.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Import every app's `handlers` module, so that each kind of job is known."""
        autodiscover_modules("handlers")
