"""Whose work is read again by itself, and whose metrics are out of date (two statements)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.conf import settings

from laurels.apps import sql
from laurels.apps.metrics.port import TrackedPerson
from laurels.domain.metrics import metrics_window
from laurels.kit.times import DAY_SECONDS

STALE_SECONDS = DAY_SECONDS
"""The window moves on with time: metrics a day old are out of date, whatever happened."""


def tracked_all(now: int, only: Collection[int] | None = None) -> list[TrackedPerson]:
    """Return who is tracked, those never read first, then the longest ago."""
    found: list[TrackedPerson] = settings.LAURELS_SOURCE.tracked(metrics_window(now), only)
    return found


def needs_recompute(contributor_id: int) -> bool:
    """Tell whether metrics are missing, or older than what moved or was read since."""
    computed = _computed([contributor_id]).get(contributor_id)
    if computed is None:
        return True
    now = settings.LAURELS_CLOCK.now()
    return any(_has_moved(one, computed) for one in tracked_all(now, [contributor_id]))


def people_due(now: int) -> Iterator[TrackedPerson]:
    """Give those whose metrics are missing, a day old, or older than what moved."""
    everybody = tracked_all(now)
    computed = _computed([one.contributor for one in everybody])
    for one in everybody:
        at = computed.get(one.contributor)
        if at is None or at + STALE_SECONDS <= now or _has_moved(one, at):
            yield one


def people_uncovered(now: int) -> Iterator[TrackedPerson]:
    """Give those of whom a day or more of the window has not been read."""
    whole = metrics_window(now).seconds
    for one in tracked_all(now):
        # What was read ends when it was read; that the window moved on since is not a gap.
        behind = 0 if one.read_at is None else max(0, now - one.read_at)
        if one.covered + behind + DAY_SECONDS <= whole:
            yield one


def _has_moved(one: TrackedPerson, computed_at: int) -> bool:
    return one.moved_at is not None and one.moved_at > computed_at


def _computed(people: Collection[int]) -> dict[int, int]:
    where, ids = sql.in_ids("contributor_id", people)
    return dict(
        sql.fetch(
            "SELECT contributor_id, MAX(computed_at) FROM metrics_metricrun"
            f" WHERE {where} GROUP BY contributor_id",
            ids,
        )
    )
