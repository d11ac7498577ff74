"""Registers the recognition app with Django."""

from __future__ import annotations

from django.apps import AppConfig


class RecognitionConfig(AppConfig):
    """The recognition app; its tables are prefixed with its label."""

    name = "laurels.apps.recognition"
    label = "recognition"
    default_auto_field = "django.db.models.BigAutoField"
