"""Registers the metrics app with Django."""

from __future__ import annotations

from django.apps import AppConfig


class MetricsConfig(AppConfig):
    """The metrics app; its tables are prefixed with its label."""

    name = "laurels.apps.metrics"
    label = "metrics"
    default_auto_field = "django.db.models.BigAutoField"
