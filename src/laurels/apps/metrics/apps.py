"""Registers the metrics app with Django."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from laurels.apps.recognition.erasing import Forget, Who


class MetricsConfig(AppConfig):
    """The metrics app; its tables are prefixed with its label."""

    name = "laurels.apps.metrics"
    label = "metrics"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Take part in every erasure: computed metrics are a person's."""
        from laurels.apps.recognition import erasing

        erasing.add(_runs)


def _runs(who: Who) -> Forget:
    from laurels.apps.metrics.services.forgetting import runs_seek  # few commands erase

    return runs_seek(who)
