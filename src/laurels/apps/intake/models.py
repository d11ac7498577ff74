"""The log of what was read in, and the inbox of what was delivered."""

from __future__ import annotations

from django.db import models

from laurels.apps.append_only import AppendOnlyModel
from laurels.apps.fields import InstantField
from laurels.apps.intake import models_sync
from laurels.apps.intake.models_deliveries import (
    OPEN,
    Delivery,
    DeliveryAlarm,
    DeliveryBody,
    DeliveryProgress,
    DeliveryState,
)

__all__ = [
    "OPEN",
    "Delivery",
    "DeliveryAlarm",
    "DeliveryBody",
    "DeliveryProgress",
    "DeliveryState",
    "ImportRun",
    "ImportedFile",
    "models_sync",
]


class ImportRun(AppendOnlyModel):
    """One call of an import, written when it has ended."""

    door = models.CharField(max_length=20)
    started_at = InstantField()
    finished_at = InstantField()
    actor = models.CharField(max_length=100)
    summary = models.TextField()


class ImportedFile(AppendOnlyModel):
    """One file of an import: what it was, what was lost, and which hours it covers.

    `coverage` is JSON {hour: present|short|missing} for the hours that the file's name promises.
    """

    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="files")
    name = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    events_read = models.BigIntegerField()
    broken_lines = models.TextField(default="[]")
    is_truncated = models.BooleanField(default=False)
    coverage = models.TextField(default="{}")
