"""Registers the intake app with Django."""

from __future__ import annotations

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The intake app; its tables are prefixed with its label."""

    name = "laurels.apps.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"
