"""Runs: begun or taken up again, locked, checkpointed after each page, ended.

Guarantee: one worker at a time reads one subject; a worker that died loses its lock when it runs
out, and whoever comes next goes on from the last page that was committed. What was read is covered
only once the whole of it was committed.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, field
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from laurels.apps.intake.models_sync import RunState, SyncCoverage, SyncGap, SyncRun, SyncSubject
from laurels.apps.intake.services.sync.errors import SyncLocked
from laurels.domain import windows
from laurels.domain.windows import Coverage, Window


def _locked_until(now: int) -> int:
    """Return when the lock of a worker that says no more frees itself."""
    ttl: int = settings.LAURELS.user_lock_ttl_seconds
    return now + ttl


@dataclass(slots=True)
class Checkpoint:
    """Where a run is: windows still to read (the last comes first), and how far in that one.

    `phase` counts the searches of a subject (pull requests, issues); `covered` holds for each phase
    what it has read whole.
    """

    pending: list[list[int]]
    phase: int = 0
    cursor: str | None = None
    received: int = 0
    pulls: int = 0
    issues: int = 0
    is_reread: bool = False
    is_cut: bool = False
    first: int = 100
    covered: list[list[list[int]]] = field(default_factory=list)

    @property
    def window(self) -> Window:
        """The window being read."""
        start, end = self.pending[-1]
        return Window(start, end)

    def begin_window(self, *, is_reread: bool = False) -> None:
        """Read the window at the end of `pending` from its first page."""
        self.cursor, self.received, self.pulls, self.issues = None, 0, 0, 0
        self.is_reread, self.is_cut = is_reread, False

    def phase_coverage(self, phase: int) -> Coverage:
        """Return what a phase has read whole."""
        found = self.covered[phase] if phase < len(self.covered) else []
        return tuple(Window(start, end) for start, end in found)

    def cover(self, window: Window) -> None:
        """Note that the present phase has read a window whole."""
        while len(self.covered) <= self.phase:
            self.covered.append([])
        known = windows.add(self.phase_coverage(self.phase), window)
        self.covered[self.phase] = [list(one) for one in known]

    def dumps(self) -> str:
        """Write it down."""
        return json.dumps(asdict(self))

    @classmethod
    def loads(cls, text: str) -> Checkpoint:
        """Read what was written down."""
        stored: dict[str, Any] = json.loads(text)
        return cls(**stored)


def coverage_of(subject_id: int) -> Coverage:
    """Return what was read whole of a subject, earliest first."""
    rows = SyncCoverage.objects.filter(subject_id=subject_id).order_by("starts_at")
    return tuple(Window(*row) for row in rows.values_list("starts_at", "ends_at"))


def run_begin(subject: SyncSubject, window: Window, *, is_asked: bool, now: int) -> SyncRun:
    """Take up the unfinished run of a subject, or begin one; raises SyncLocked.

    A window that was asked for explicitly (`is_asked`) ends an unfinished run of another one.
    """
    lock = secrets.token_hex(16)
    with transaction.atomic():
        unfinished = SyncRun.objects.filter(subject=subject, state=RunState.RUNNING).first()
        if unfinished is not None:
            taken = SyncRun.objects.filter(
                pk=unfinished.pk, state=RunState.RUNNING, locked_until__lte=now
            ).update(lock=lock, locked_until=_locked_until(now))
            if not taken:
                raise SyncLocked(f"{subject.name} is being synced at this moment")
            same = (unfinished.window_start, unfinished.window_end) == tuple(window)
            if same or not is_asked:
                unfinished.lock, unfinished.locked_until = lock, _locked_until(now)
                return unfinished
            SyncRun.objects.filter(pk=unfinished.pk).update(
                state=RunState.FAILED, finished_at=now, error="another window was asked for"
            )
        try:
            with transaction.atomic():
                return SyncRun.objects.create(
                    subject=subject,
                    window_start=window.start,
                    window_end=window.end,
                    checkpoint=Checkpoint([list(window)]).dumps(),
                    lock=lock,
                    locked_until=_locked_until(now),
                    started_at=now,
                )
        except IntegrityError:
            raise SyncLocked(f"{subject.name} is being synced at this moment") from None


def run_checkpoint(run: SyncRun, checkpoint: Checkpoint, *, requests: int, now: int) -> None:
    """Write the checkpoint and keep the lock, in the transaction of the page; raises SyncLocked."""
    kept = SyncRun.objects.filter(pk=run.pk, lock=run.lock, state=RunState.RUNNING).update(
        checkpoint=checkpoint.dumps(),
        locked_until=_locked_until(now),
        requests=F("requests") + requests,
    )
    if not kept:
        raise SyncLocked("another worker took this sync over")


def run_release(run: SyncRun, *, requests: int, error: str, now: int) -> None:
    """Let go of an unfinished run, so that whoever comes next goes on with it."""
    SyncRun.objects.filter(pk=run.pk, lock=run.lock, state=RunState.RUNNING).update(
        locked_until=0, requests=F("requests") + requests, error=error[:300]
    )
    SyncSubject.objects.filter(pk=run.subject_id).update(last_error=error[:300])


def run_end(run: SyncRun, *, now: int) -> None:
    """Close a run that read all of its window."""
    SyncRun.objects.filter(pk=run.pk, lock=run.lock).update(
        state=RunState.DONE, finished_at=now, locked_until=0, error=""
    )
    SyncSubject.objects.filter(pk=run.subject_id).update(synced_at=now, last_error="")


def coverage_add(subject_id: int, window: Window, *, now: int) -> None:
    """Note that all of a window was read; gaps inside it are closed."""
    before = coverage_of(subject_id)
    after = windows.add(before, window)
    if after != before:
        SyncCoverage.objects.filter(subject_id=subject_id).exclude(
            starts_at__in=[one.start for one in after]
        ).delete()
        for one in set(after) - set(before):
            SyncCoverage.objects.update_or_create(
                subject_id=subject_id, starts_at=one.start, defaults={"ends_at": one.end}
            )
    SyncGap.objects.filter(
        subject_id=subject_id,
        closed_at=None,
        starts_at__gte=window.start,
        ends_at__lte=window.end,
    ).exclude(reason="hidden").update(closed_at=now)


def gap_note(
    subject_id: int,
    window: Window,
    reason: str,
    *,
    now: int,
    detail: str = "",
    expected: int | None = None,
    received: int | None = None,
) -> None:
    """Record what could not be read; the same gap found again is one row."""
    SyncGap.objects.update_or_create(
        subject_id=subject_id,
        starts_at=window.start,
        ends_at=window.end,
        reason=reason,
        closed_at=None,
        defaults={
            "detail": detail[:300],
            "expected": expected,
            "received": received,
            "found_at": now,
        },
    )
