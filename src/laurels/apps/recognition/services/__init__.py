"""Writes of the recognition room, and the staircase that all points climb."""

from __future__ import annotations

from laurels.apps.recognition.services.erasure import Erased, person_erase
from laurels.apps.recognition.services.issue import IssueResult, certificates_issue_pending
from laurels.apps.recognition.services.recalculate import Recalculated, recalculate
from laurels.apps.recognition.services.revoke import certificate_reinstate, certificate_revoke
from laurels.apps.recognition.services.staircase import (
    Settled,
    ranks_refresh,
    settle,
    settle_dirty,
    settle_what_waits,
)
from laurels.apps.recognition.services.tiers import tiers_update

__all__ = [
    "Erased",
    "IssueResult",
    "Recalculated",
    "Settled",
    "certificate_reinstate",
    "certificate_revoke",
    "certificates_issue_pending",
    "person_erase",
    "ranks_refresh",
    "recalculate",
    "settle",
    "settle_dirty",
    "settle_what_waits",
    "tiers_update",
]
