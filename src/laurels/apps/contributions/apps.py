"""Registers the contributions app with Django."""

from __future__ import annotations

from django.apps import AppConfig


class ContributionsConfig(AppConfig):
    """The contributions app; its tables are prefixed with its label."""

    name = "laurels.apps.contributions"
    label = "contributions"
    default_auto_field = "django.db.models.BigAutoField"
