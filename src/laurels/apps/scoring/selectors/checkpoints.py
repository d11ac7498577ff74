"""Checkpoints of the ledger that a place outside has not taken yet."""

from __future__ import annotations

from django.db.models import QuerySet

from laurels.apps.scoring.models import CheckpointTold, LedgerCheckpoint


def checkpoints_waiting(place: str) -> QuerySet[LedgerCheckpoint]:
    """Return those made after the newest one that a place took, oldest first."""
    told = CheckpointTold.objects.filter(place=place).order_by("-checkpoint_id")
    last = told.values_list("checkpoint_id", flat=True).first()
    return LedgerCheckpoint.objects.filter(pk__gt=last or 0).order_by("id")


def checkpoints_late(place: str, *, before: int) -> bool:
    """Whether one made before an instant has not been taken by a place."""
    return checkpoints_waiting(place).filter(made_at__lt=before).exists()
