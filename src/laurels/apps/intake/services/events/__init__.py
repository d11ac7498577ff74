"""What every webhook means: from stored deliveries to facts, a batch at a time."""

from __future__ import annotations

from laurels.apps.intake.services.events.apply import events_apply
from laurels.apps.intake.services.events.model import Outcome, Received

__all__ = ["Outcome", "Received", "events_apply"]
