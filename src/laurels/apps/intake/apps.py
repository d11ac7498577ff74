"""Registers the intake app with Django."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from laurels.apps.recognition.erasing import Forget, Who


class IntakeConfig(AppConfig):
    """The intake app; its tables are prefixed with its label."""

    name = "laurels.apps.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Take part in every erasure: stored bodies name people, and so do syncs."""
        from laurels.apps.recognition import erasing

        erasing.add(_bodies)
        erasing.add(_syncs)


def _bodies(who: Who) -> Forget:
    from laurels.apps.intake.services.deliveries_forget import bodies_seek  # few commands erase

    return bodies_seek(who)


def _syncs(who: Who) -> Forget:
    from laurels.apps.intake.services.sync.forgetting import syncs_seek

    return syncs_seek(who)
