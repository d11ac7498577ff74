"""Registers the intake app with Django."""

from __future__ import annotations

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The intake app; its tables are prefixed with its label."""

    name = "laurels.apps.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Take part in every erasure: stored bodies name people."""
        from laurels.apps.intake.services.deliveries_forget import bodies_seek
        from laurels.apps.recognition import erasing

        erasing.add(bodies_seek)
