"""Who is synced by themselves, and how their work and its reading moved (one statement)."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from laurels.apps import sql
from laurels.domain.windows import Window

_FROM = (
    "SELECT p.id, p.ref, s.synced_at,"
    " (SELECT MAX(y.updated_at) FROM intake_syncedpull y WHERE y.author_id = p.id),"
    " (SELECT MAX(r.finished_at) FROM intake_syncrun r"
    "  WHERE r.subject_id = s.id AND r.pull_requests > 0),"
    " (SELECT COALESCE(SUM(CASE WHEN c.ends_at < %s THEN c.ends_at ELSE %s END"
    "   - CASE WHEN c.starts_at > %s THEN c.starts_at ELSE %s END), 0)"
    "  FROM intake_synccoverage c"
    "  WHERE c.subject_id = s.id AND c.starts_at < %s AND c.ends_at > %s)"
    " FROM intake_syncsubject s JOIN people_contributor p ON p.github_id = s.github_id"
    " WHERE s.kind = 'user' AND p.erased_at IS NULL"
)
_ORDER = " ORDER BY CASE WHEN s.synced_at IS NULL THEN 0 ELSE 1 END, s.synced_at, s.id"


class SyncedPerson(NamedTuple):
    """A person (a row) who is synced; None where it never was.

    `read_at` is when a sync ended, `found_at` when one that found pull requests did; `updated_at`
    when one of theirs moved last at GitHub; `covered` are seconds of the window.
    """

    contributor: int
    ref: str
    read_at: int | None
    updated_at: int | None
    found_at: int | None
    covered: int


def people_synced(window: Window, only: Collection[int] | None = None) -> list[SyncedPerson]:
    """Return who is synced, those never read first, then the longest ago.

    `only` asks about these alone, even where they are refreshed no more.
    """
    start, end = window
    bounds = [end, end, start, start, end, start]
    where, ids = ("s.is_refreshed", list[int]()) if only is None else sql.in_ids("p.id", only)
    rows = sql.fetch(f"{_FROM} AND {where}{_ORDER}", [*bounds, *ids])
    return [SyncedPerson(*row) for row in rows]
