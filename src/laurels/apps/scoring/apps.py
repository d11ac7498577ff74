"""Registers the scoring app with Django."""

from __future__ import annotations

from django.apps import AppConfig


class ScoringConfig(AppConfig):
    """The scoring app; its tables are prefixed with its label."""

    name = "laurels.apps.scoring"
    label = "scoring"
    default_auto_field = "django.db.models.BigAutoField"
