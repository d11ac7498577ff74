"""What pages ask of boards: totals of many, and one person's places on several."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from laurels.apps import sql
from laurels.domain.ranking import BUCKET


@dataclass(frozen=True, slots=True)
class PlaceOn:
    """Where a person stands on a board of `total` people; `rank` None without points or banned."""

    points: int
    pending: int
    rank: int | None
    tied: int
    total: int


_ABOVE = f"""
CAST(1 + COALESCE((SELECT SUM(b.people) FROM standings_pointsbucket b
    WHERE b.board_id = s.board_id AND b.bucket > s.points / {BUCKET}), 0)
+ COALESCE((SELECT SUM(a.people) FROM standings_pointscount a WHERE a.board_id = s.board_id
    AND a.points > s.points AND a.points < (s.points / {BUCKET} + 1) * {BUCKET}), 0) AS BIGINT)
"""


def places_of(contributor: int, boards: Collection[int]) -> dict[int, PlaceOn]:
    """Return a person's places on these boards, from the counts, in one statement."""
    where, ids = sql.in_ids("s.board_id", boards)
    rows = sql.fetch(
        f"SELECT s.board_id, s.points, s.pending, s.is_ranked, {_ABOVE},"
        " COALESCE((SELECT a.people FROM standings_pointscount a"
        " WHERE a.board_id = s.board_id AND a.points = s.points), 0),"
        " CAST(COALESCE((SELECT SUM(b.people) FROM standings_pointsbucket b"
        " WHERE b.board_id = s.board_id), 0) AS BIGINT)"
        f" FROM standings_standing s WHERE s.contributor_id = %s AND {where}",
        [contributor, *ids],
    )
    return {
        board: PlaceOn(points, pending, rank if is_ranked else None, tied, total)
        for board, points, pending, is_ranked, rank, tied, total in rows
    }


def totals_of(boards: Collection[int]) -> dict[int, int]:
    """Return how many people each of these boards ranks."""
    where, ids = sql.in_ids("board_id", boards)
    return dict(
        sql.fetch(
            "SELECT board_id, CAST(SUM(people) AS BIGINT) FROM standings_pointsbucket"
            f" WHERE {where} GROUP BY board_id",
            ids,
        )
    )


def has_snapshot(board: int, on: int) -> bool:
    """Tell whether this board was ever written down on or before a day (yyyymmdd)."""
    return bool(
        sql.fetch(
            'SELECT 1 FROM standings_snapshot WHERE board_id = %s AND "on" <= %s LIMIT 1',
            [board, on],
        )
    )


def rank_then(board: int, contributor: int, on: int) -> tuple[bool, int | None]:
    """Tell whether the board was written down by a day (yyyymmdd), and a person's rank then.

    One statement; None for who held none.
    """
    is_written, rank = sql.fetch(
        'SELECT EXISTS (SELECT 1 FROM standings_snapshot WHERE board_id = %s AND "on" <= %s),'
        " (SELECT s.rank FROM standings_snapshot s WHERE s.board_id = %s AND s.contributor_id = %s"
        ' AND s."on" <= %s ORDER BY s."on" DESC LIMIT 1)',
        [board, on, board, contributor, on],
    )[0]
    return bool(is_written), rank


def tie_sizes(board: int, points: Collection[int]) -> dict[int, int]:
    """Return how many people share each of these totals."""
    where, ids = sql.in_ids("points", points)
    return dict(
        sql.fetch(
            f"SELECT points, people FROM standings_pointscount WHERE board_id = %s AND {where}",
            [board, *ids],
        )
    )
