"""What can keep a sync from being done."""

from __future__ import annotations


class SubjectMissing(Exception):
    """GitHub has nothing of this name, or does not show it."""

    status_code = 404
    code = "subject_missing"


class SyncLocked(Exception):
    """Somebody else is syncing the same thing at this moment."""

    status_code = 409
    code = "locked"


class SyncRefused(Exception):
    """This person asked to be forgotten, or the window is empty."""

    status_code = 422
    code = "sync_refused"
