"""Django's handle on the careful team's tables."""

from __future__ import annotations

from django.apps import AppConfig


class CarefulConfig(AppConfig):
    """Without migrations: scratch databases get the tables straight from the models."""

    name = "benchmarks.careful"
    label = "careful"
    default_auto_field = "django.db.models.BigAutoField"
