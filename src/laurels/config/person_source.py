"""Metrics' source of people's work: the intake room, behind the port of the metrics room.

The two rooms know nothing of each other; this is the only place that knows both.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.conf import settings

from laurels.apps.intake.models_sync import SubjectKind
from laurels.apps.intake.selectors_tracking import SyncedPerson, people_synced
from laurels.apps.intake.services.sync import (
    SubjectMissing,
    SyncLocked,
    SyncRefused,
    Wanted,
    sync,
)
from laurels.apps.intake.services.sync.jobs import has_tokens
from laurels.apps.metrics.errors import SourceLocked, SourceRefused
from laurels.apps.metrics.port import Asked, Ingested, TrackedPerson
from laurels.domain.windows import Window

if TYPE_CHECKING:
    from laurels.adapters.github.client import GitHub


class IntakeSource:
    """Reads people's work with the intake room's syncs."""

    def can_ask(self) -> bool:
        """Tell whether there are service tokens, or an App."""
        return has_tokens(settings.LAURELS_GITHUB())

    def read(self, asked: Asked, github: GitHub) -> Ingested:
        """Sync a person; what cannot be done is told in the words of the port."""
        span = asked.span
        try:
            synced = sync(
                SubjectKind.USER,
                asked.login,
                github=github,
                clock=settings.LAURELS_CLOCK,
                acting=asked.acting,
                wanted=Wanted(span.since, span.until, span.backfill_days),
                bot_logins=settings.LAURELS.bot_logins,
                expected=asked.expected,
                progress=asked.progress,
                ref=asked.ref,
                begun=asked.begun,
            )
        except SyncLocked as locked:
            raise SourceLocked("somebody reads this person at this moment") from locked
        except (SubjectMissing, SyncRefused) as gone:
            raise SourceRefused(gone.code, _WORDS[gone.code]) from gone
        assert synced.user_id is not None  # a person's sync has a person
        return Ingested(
            synced.user_id,
            synced.run_id,
            Window(synced.window_start, synced.window_end),
            synced.pull_requests,
            synced.metadata_ok,
            synced.requests,
        )

    def tracked(self, window: Window, only: Collection[int] | None = None) -> list[TrackedPerson]:
        """Return who is synced by themselves, those never read first, then the longest ago."""
        return [_tracked(row) for row in people_synced(window, only)]


def _tracked(row: SyncedPerson) -> TrackedPerson:
    moved = [at for at in (row.updated_at, row.found_at) if at is not None]
    return TrackedPerson(
        row.contributor, row.ref, row.read_at, max(moved, default=None), row.covered
    )


# Without the login: what a job keeps as its error is read by more people than its page.
_WORDS = {
    SubjectMissing.code: "GitHub shows nobody of this login, or by now somebody else has it",
    SyncRefused.code: "this person may not be read, or the window is empty",
}
