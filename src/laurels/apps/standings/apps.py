"""Registers the standings app with Django."""

from __future__ import annotations

from django.apps import AppConfig


class StandingsConfig(AppConfig):
    """The standings app; its tables are prefixed with its label."""

    name = "laurels.apps.standings"
    label = "standings"
    default_auto_field = "django.db.models.BigAutoField"
