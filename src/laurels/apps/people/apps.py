"""Registers the people app with Django."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The people app; its tables are prefixed with its label."""

    name = "laurels.apps.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
