"""Reading what GitHub has, as far back as wanted, and telling what could not be read."""

from __future__ import annotations

from laurels.apps.intake.services.sync.errors import SubjectMissing, SyncLocked, SyncRefused
from laurels.apps.intake.services.sync.syncing import Synced, Wanted, sync

__all__ = ["SubjectMissing", "SyncLocked", "SyncRefused", "Synced", "Wanted", "sync"]
