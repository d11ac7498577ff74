"""How a board looked on a past day, and who has moved since."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from laurels.apps import sql
from laurels.domain.ranking import movement

_LAST = """
FROM standings_snapshot s
JOIN people_contributor c ON c.id = s.contributor_id
WHERE s.board_id = %s AND s.rank IS NOT NULL AND s."on" = (
    SELECT MAX(q."on") FROM standings_snapshot q WHERE q.board_id = s.board_id
    AND q.contributor_id = s.contributor_id AND q."on" <= %s)
"""


@dataclass(frozen=True, slots=True)
class PastRow:
    """A line of a board on a past day; `on` is the day (yyyymmdd) it was last written."""

    rank: int
    contributor: int
    login: str
    points: int
    on: int


@dataclass(frozen=True, slots=True)
class PastPoint:
    """A person's points and rank on a day; `rank` None from when they left the board."""

    on: int
    points: int
    rank: int | None


def as_of(board: int, on: int, *, limit: int | None = None) -> list[PastRow]:
    """Return the board as snapshots up to the day (yyyymmdd) tell it, each person's latest.

    Inside a tie the order is by today's login: snapshots keep points and ranks only.
    """
    rows = sql.fetch(
        f'SELECT s.rank, s.contributor_id, c.login, s.points, s."on" {_LAST}', [board, on]
    )
    found = sorted((PastRow(*row) for row in rows), key=lambda row: (row.rank, row.login.encode()))
    return found if limit is None else found[:limit]


def ranks_on(board: int, contributors: Collection[int], on: int) -> dict[int, int]:
    """Return the ranks that these people held on a day; who held none is absent."""
    where, ids = sql.in_ids("s.contributor_id", contributors)
    return dict(
        sql.fetch(f"SELECT s.contributor_id, s.rank {_LAST} AND {where}", [board, on, *ids])
    )


def movements(board: int, ranks: dict[int, int], since: int) -> dict[int, int | None]:
    """Return, for people with their ranks now, the places gained since a day; None for new ones."""
    then = ranks_on(board, ranks, since)
    return {person: movement(rank, then.get(person)) for person, rank in ranks.items()}


def history_of(board: int, contributor: int) -> list[PastPoint]:
    """Return a person's snapshots on a board, oldest first."""
    rows = sql.fetch(
        'SELECT "on", points, rank FROM standings_snapshot'
        ' WHERE board_id = %s AND contributor_id = %s ORDER BY "on"',
        [board, contributor],
    )
    return [PastPoint(*row) for row in rows]
