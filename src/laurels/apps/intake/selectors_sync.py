"""What pages tell of readings of GitHub: how far they go, what is missing, what nobody moves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from laurels.apps import sql
from laurels.apps.intake.models_sync import SubjectKind, SyncSubject
from laurels.apps.people.models import Contributor

GAPS_MOST = 20
STALE_MOST = 8
_OPEN = "g.closed_at IS NULL"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something of [starts_at, ends_at) that could not be read, and why.

    `expected` and `received` are rows; None where nobody counted. Of `hidden` rows GitHub counted
    `received` that it does not show to our token.
    """

    subject: str
    starts_at: int
    ends_at: int
    reason: str
    expected: int | None
    received: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class Readings:
    """How far our repositories were read: the one read longest ago counts.

    `read_to` is None where none was read, `unread` counts those that never were.
    """

    read_to: int | None
    unread: int
    gaps: tuple[Gap, ...]
    gaps_count: int


@dataclass(frozen=True, slots=True)
class StaleRow:
    """An open pull request that nobody moved since `idle_since`; abandoned once it is marked."""

    repository: str
    number: int
    title: str
    idle_since: int
    warned_at: int
    marked_at: int | None


@dataclass(frozen=True, slots=True)
class Stale:
    """The pull requests that wait longest for a move, and how many do."""

    rows: tuple[StaleRow, ...] = ()
    total: int = 0


def read_at_of(person: Contributor) -> int | None:
    """Return when somebody's work was last read to its end, by whomever; None where never."""
    subjects = SyncSubject.objects.filter(kind=SubjectKind.USER, github_id=person.github_id or 0)
    return subjects.values_list("synced_at", flat=True).first()


def gaps_of(subject: int, start: int, end: int) -> tuple[Gap, ...]:
    """Return the open gaps of a subject of syncs in a window, the newest first."""
    return _gaps("s.id = %s AND g.starts_at < %s AND g.ends_at > %s", [subject, end, start])


def readings_of(repositories: Collection[int]) -> Readings:
    """Return how far these repositories (rows) were read from GitHub, in two statements."""
    where, ids = sql.in_ids("r.id", repositories)
    ((read_to, unread, count),) = sql.fetch(
        "SELECT MIN(c.until), SUM(CASE WHEN c.until IS NULL THEN 1 ELSE 0 END),"
        f" (SELECT COUNT(*) FROM intake_syncgap g JOIN intake_syncsubject s ON s.id = g.subject_id"
        f"  JOIN projects_repository r ON r.github_id = s.github_id"
        f"  WHERE s.kind = 'repo' AND {_OPEN} AND {where})"
        " FROM projects_repository r LEFT JOIN ("
        "  SELECT s.github_id, MAX(c.ends_at) AS until FROM intake_syncsubject s"
        "  JOIN intake_synccoverage c ON c.subject_id = s.id WHERE s.kind = 'repo'"
        "  GROUP BY s.github_id) c ON c.github_id = r.github_id"
        f" WHERE {where}",
        [*ids, *ids],
    )
    gaps: tuple[Gap, ...] = ()
    if count:
        of = "s.kind = 'repo' AND s.github_id IN (SELECT github_id FROM projects_repository r WHERE"
        gaps = _gaps(f"{of} {where})", ids, most=GAPS_MOST)
    return Readings(read_to, unread or 0, gaps, count)


def stale_in(repositories: Collection[int], *, limit: int = STALE_MOST) -> Stale:
    """Return the open pull requests of these repositories that wait longest for a move."""
    where, ids = sql.in_ids("p.repository_id", repositories)
    return _stale(where, ids, limit)


def stale_of(author: int, *, limit: int = STALE_MOST) -> Stale:
    """Return somebody's open pull requests, in what is public, that wait longest for a move."""
    public = "(r.is_private IS NULL OR NOT r.is_private)"
    return _stale(f"p.author_id = %s AND {public}", [author], limit)


def _stale(where: str, parameters: Sequence[object], limit: int) -> Stale:
    rows = sql.fetch(
        "SELECT r.full_name, p.number, p.title, w.idle_since, w.warned_at, w.marked_at,"
        " COUNT(*) OVER ()"
        " FROM intake_stalewatch w"
        " JOIN contributions_pullrequest p ON p.id = w.pull_request_id"
        " JOIN projects_repository r ON r.id = p.repository_id"
        f" WHERE w.ended_at IS NULL AND p.state = 'open' AND {where}"
        " ORDER BY w.idle_since, p.id LIMIT %s",
        [*parameters, limit],
    )
    return Stale(tuple(StaleRow(*row[:-1]) for row in rows), rows[0][-1] if rows else 0)


def _gaps(where: str, parameters: list[object], *, most: int | None = None) -> tuple[Gap, ...]:
    rows = sql.fetch(
        "SELECT s.name, g.starts_at, g.ends_at, g.reason, g.expected, g.received, g.detail"
        " FROM intake_syncgap g JOIN intake_syncsubject s ON s.id = g.subject_id"
        f" WHERE {_OPEN} AND {where} ORDER BY g.starts_at DESC, g.id DESC"
        + ("" if most is None else f" LIMIT {most}"),
        parameters,
    )
    return tuple(Gap(*row) for row in rows)
