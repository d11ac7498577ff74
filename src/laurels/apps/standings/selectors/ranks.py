"""Ranks read from counts instead of people, and the pages of a board.

A rank costs one statement however many people stand on the board: the row, the buckets above it
and the totals inside one. A page costs the same at any depth: it goes on from the sort key of the
last row that the reader has seen, and ranks follow from the first row's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from laurels.apps import sql
from laurels.domain.ranking import BUCKET, bucket_of, order_key
from laurels.kit import cursors

ALL = 1_000_000_000
"""The limit of a page that has none."""

_COLUMNS = "contributor_id, login, points, pending, reached_at"
_ORDER = "points DESC, reached_at, login"
_BACK = "points, reached_at DESC, login DESC"
_MINE = "FROM standings_standing WHERE board_id = %s AND is_ranked"
# The bucket of a total below zero is not asked for: who is ranked has points.
_RANK_OF = f"""
SELECT s.points, s.pending, s.reached_at, s.login, CASE WHEN s.is_ranked THEN CAST(
  COALESCE((SELECT SUM(b.people) FROM standings_pointsbucket b
    WHERE b.board_id = s.board_id AND b.bucket > s.points / {BUCKET}), 0)
  + COALESCE((SELECT SUM(a.people) FROM standings_pointscount a WHERE a.board_id = s.board_id
    AND a.points > s.points AND a.points < (s.points / {BUCKET} + 1) * {BUCKET}), 0) AS BIGINT) END
FROM standings_standing s WHERE s.contributor_id = %s AND s.board_id = %s
"""


@dataclass(frozen=True, slots=True)
class RankedRow:
    """One line of a board."""

    rank: int
    contributor: int
    login: str
    points: int
    pending: int
    reached_at: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines of a board; `next` is the cursor of the following page, empty on the last.

    `total` is how many people the whole board ranks, whatever was searched for.
    """

    rows: tuple[RankedRow, ...]
    next: str
    total: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person stands on a board: `rank` is None for who is there without one."""

    rank: int | None
    points: int
    pending: int
    reached_at: int
    login: str


def board_total(board: int) -> int:
    """Return how many people a board ranks."""
    count: int = sql.fetch(
        "SELECT CAST(COALESCE(SUM(people), 0) AS BIGINT) FROM standings_pointsbucket"
        " WHERE board_id = %s",
        [board],
    )[0][0]
    return count


def leaderboard_page(
    board: int, *, after: str = "", limit: int | None = 50, search: str = ""
) -> Page:
    """Return the lines of a board after a cursor; InvalidCursor for one that is not ours.

    `limit` None reads to the end. `search` keeps people whose login contains it, in any case,
    with the ranks that they hold on the whole board.
    """
    count = ALL if limit is None else limit
    matching, parameters = _matching(search)
    found = _read(board, _key(after), count + 1, matching, parameters)
    rows = found[:count]
    total = board_total(board)
    ranked = _searched(board, rows) if search else _ranked(board, rows)
    last = ranked[-1] if ranked else None
    more = len(found) > count and last is not None
    cursor = cursors.encode((last.points, last.reached_at, last.login)) if more and last else ""
    return Page(ranked, cursor, total)


def rank_of(board: int, contributor: int) -> Place | None:
    """Return where a person stands on a board in one statement; None for who is not there."""
    found = sql.fetch(_RANK_OF, [contributor, board])
    if not found:
        return None
    points, pending, reached_at, login, above = found[0]
    return Place(None if above is None else 1 + above, points, pending, reached_at, login)


def neighbours(board: int, contributor: int, *, around: int = 2) -> tuple[RankedRow, ...]:
    """Return a person's line with up to `around` lines above and below; empty without a rank."""
    place = rank_of(board, contributor)
    if place is None or place.rank is None:
        return ()
    key = (place.points, place.reached_at, place.login)
    own = (contributor, place.login, place.points, place.pending, place.reached_at)
    above = _read(board, key, around, "", [], is_back=True)
    below = _read(board, key, around, "", [])
    return _ranked(board, [*reversed(above), own, *below])


def _matching(search: str) -> tuple[str, list[Any]]:
    if not search:
        return "", []
    escaped = search.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return " AND LOWER(login) LIKE %s ESCAPE '\\'", [f"%{escaped}%"]


def _key(after: str) -> tuple[int, int, str] | None:
    if not after:
        return None
    key = cursors.decode(after)
    if [type(part) for part in key] != [int, int, str]:
        raise cursors.InvalidCursor("this is the cursor of another list")
    return key  # type: ignore[return-value]


def _read(
    board: int,
    key: tuple[int, int, str] | None,
    count: int,
    matching: str,
    parameters: list[Any],
    *,
    is_back: bool = False,
) -> list[tuple[Any, ...]]:
    """Read rows from a place on: first the rest of its tie, then lower totals, each by the index.

    One condition for both would walk through the whole tie to find the place inside it.
    """
    order, than, less = (_BACK, "<", ">") if is_back else (_ORDER, ">", "<")
    if key is None:
        return sql.fetch(
            f"SELECT {_COLUMNS} {_MINE}{matching} ORDER BY {order} LIMIT %s",
            [board, *parameters, count],
        )
    points, reached_at, login = key
    found = sql.fetch(
        f"SELECT * FROM (SELECT {_COLUMNS} {_MINE} AND points = %s"
        f" AND (reached_at, login) {than} (%s, %s){matching} ORDER BY {order} LIMIT %s) tie"
        f" UNION ALL SELECT * FROM (SELECT {_COLUMNS} {_MINE} AND points {less} %s{matching}"
        f" ORDER BY {order} LIMIT %s) rest LIMIT %s",
        [
            *(board, points, reached_at, login, *parameters, count),
            *(board, points, *parameters, count, count),
        ],
    )
    # The engines put the two parts one after the other, but promise it nowhere.
    return sorted(found, key=lambda row: order_key(row[2], row[4], row[1]), reverse=is_back)


def _above(board: int, points: int) -> tuple[int, int]:
    """Return how many people stand above a total, and how many on it."""
    found = sql.fetch(
        "SELECT CAST(COALESCE((SELECT SUM(people) FROM standings_pointsbucket"
        " WHERE board_id = %s AND bucket > %s), 0) + COALESCE((SELECT SUM(people)"
        " FROM standings_pointscount WHERE board_id = %s AND points > %s AND points < %s), 0)"
        " AS BIGINT), COALESCE((SELECT people FROM standings_pointscount"
        " WHERE board_id = %s AND points = %s), 0)",
        [board, bucket_of(points), board, points, (bucket_of(points) + 1) * BUCKET, board, points],
    )
    return found[0]


def _ranked(board: int, rows: Sequence[tuple[Any, ...]]) -> tuple[RankedRow, ...]:
    """Rank rows that follow each other on the board: the first by counts, the others from it."""
    if not rows:
        return ()
    above, tied = _above(board, rows[0][2])
    ranked: list[RankedRow] = []
    for _, tie in groupby(rows, key=lambda row: row[2]):
        people = list(tie)
        ranked += [RankedRow(1 + above, *row) for row in people]
        # The first tie may have begun on an earlier page; of the others all are here.
        above += tied if len(ranked) == len(people) else len(people)
    return tuple(ranked)


def _searched(board: int, rows: Sequence[tuple[Any, ...]]) -> tuple[RankedRow, ...]:
    """Rank rows with gaps between them, one look at the counts for all their totals."""
    if not rows:
        return ()
    totals = sorted({row[2] for row in rows})
    where, parameters = sql.in_ids("c.points", totals)
    ranks = dict(
        sql.fetch(
            "SELECT c.points, CAST(1 + COALESCE((SELECT SUM(b.people) FROM standings_pointsbucket b"
            f" WHERE b.board_id = c.board_id AND b.bucket > c.points / {BUCKET}), 0)"
            " + COALESCE((SELECT SUM(a.people) FROM standings_pointscount a"
            " WHERE a.board_id = c.board_id AND a.points > c.points"
            f" AND a.points < (c.points / {BUCKET} + 1) * {BUCKET}), 0) AS BIGINT)"
            f" FROM standings_pointscount c WHERE c.board_id = %s AND {where}",
            [board, *parameters],
        )
    )
    return tuple(RankedRow(ranks[row[2]], *row) for row in rows)
