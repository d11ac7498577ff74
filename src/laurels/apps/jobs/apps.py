"""Registers the jobs app with Django."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The jobs app; its tables are prefixed with its label."""

    name = "laurels.apps.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
