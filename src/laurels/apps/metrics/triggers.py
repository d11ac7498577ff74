"""The words for what set a reading or a computation off."""

from __future__ import annotations

from enum import StrEnum

from laurels.apps.metrics.errors import PipelineRefused


class Trigger(StrEnum):
    """What set it off."""

    API = "api"
    API_BULK = "api.bulk"
    DAILY = "scheduler.daily"
    BACKFILL = "scheduler.backfill"
    MANUAL = "manual"


def checked_trigger(text: str) -> Trigger:
    """Return the trigger of this name; raises PipelineRefused."""
    try:
        return Trigger(text)
    except ValueError:
        known = ", ".join(Trigger)
        raise PipelineRefused(f"triggered_by is one of {known}") from None
