"""A page of fifty at any depth of a board.

ours       the selector: from the sort key of the last row seen, with ranks and the board's total
yardstick  ORDER BY … LIMIT 50 OFFSET n
limit      the keyset statement by the bare driver, rows only

Phases are the first page, the middle and the last; a figure is for one page.
"""

from __future__ import annotations

from typing import Any

from benchmarks.crowd import BOARD, crowded
from benchmarks.harness import LIMIT, OURS, YARDSTICK, Contender, Medians, Path, Target
from benchmarks.options import Options
from benchmarks.scratch import Scratch, digest

ENGINES = ("sqlite", "postgres")
SIZE = 50
_ORDER = "points DESC, reached_at, login"
_MINE = "FROM standings_standing WHERE board_id = {0} AND is_ranked"
_FIRST = f"SELECT login, points {_MINE} ORDER BY {_ORDER} LIMIT {SIZE}"
_OFFSET = f"SELECT login, points {_MINE} ORDER BY {_ORDER} LIMIT {SIZE} OFFSET {{0}}"
_KEYSET = (
    f"SELECT * FROM (SELECT login, points, reached_at {_MINE} AND points = {{0}}"
    f" AND (reached_at, login) > ({{0}}, {{0}}) ORDER BY {_ORDER} LIMIT {SIZE}) tie"
    f" UNION ALL SELECT * FROM (SELECT login, points, reached_at {_MINE} AND points < {{0}}"
    f" ORDER BY {_ORDER} LIMIT {SIZE}) rest LIMIT {SIZE}"
)
PLACES = ("first", "middle", "last")


def run(scratch: Scratch, options: Options) -> list[Path]:
    """Measure the first, the middle and the last page."""
    people = 20_000 if options.is_quick else 1_000_000
    sha256 = crowded(scratch, people)
    pages = _Pages(scratch, people, repeats=2 if options.is_quick else 200)
    contenders = [
        Contender(name, {where: _at(work, where) for where in PLACES}, pages.answer, pages.open)
        for name, work in (
            (OURS, pages.ours), (YARDSTICK, pages.yardstick), (LIMIT, pages.limit),
        )
    ]  # fmt: skip
    path = Path(
        "page of 50", scratch.engine, f"{people:,} people", sha256, contenders,
        (_flat("last"), _flat("middle")),
    )  # fmt: skip
    path.measure(options.rounds)
    pages.close()
    return [path]


def _at(work: Any, where: str) -> Any:
    return lambda: work(where)


def _flat(where: str) -> Target:
    def measured(medians: Medians) -> float:
        return medians[where, OURS] / medians["first", OURS]

    return Target(f"{where} page ÷ first page ≤ 2", measured, at_most=2)


class _Pages:
    """Reads the same three pages in three ways; keeps what it read."""

    def __init__(self, scratch: Scratch, people: int, *, repeats: int) -> None:
        self._scratch = scratch
        self._repeats = repeats
        self._offsets = {"first": 0, "middle": people // 2, "last": people - SIZE}
        self._keys = {where: self._key(offset) for where, offset in self._offsets.items()}
        self._read: list[Any] = []
        self._bare: Any = None

    @staticmethod
    def _key(offset: int) -> tuple[int, int, str] | None:
        """Return the sort key of the row before a page."""
        from laurels.apps import sql

        if not offset:
            return None
        rows = sql.fetch(
            f"SELECT points, reached_at, login {_MINE.format('%s')} ORDER BY {_ORDER}"
            " LIMIT 1 OFFSET %s",
            [BOARD, offset - 1],
        )
        return rows[0]  # type: ignore[return-value]

    def open(self) -> None:
        """Connect before the clock runs."""
        from django.db import connection

        self.close()
        self._bare = self._scratch.raw()
        connection.ensure_connection()
        for where in PLACES:
            self.ours(where, 1)
            self.limit(where, 1)

    def close(self) -> None:
        """Close the bare connection."""
        if self._bare is not None:
            self._bare.close()
            self._bare = None

    def ours(self, where: str, repeats: int = 0) -> int:
        from laurels.apps.standings.selectors import leaderboard_page
        from laurels.kit import cursors

        key = self._keys[where]
        after = "" if key is None else cursors.encode(key)
        for _ in range(repeats or self._repeats):
            page = leaderboard_page(BOARD, after=after, limit=SIZE)
        self._read = [(row.login, row.points) for row in page.rows]
        return repeats or self._repeats

    def yardstick(self, where: str) -> int:
        from laurels.apps import sql

        repeats = max(1, self._repeats // 20)
        for _ in range(repeats):
            rows = sql.fetch(_OFFSET.format("%s"), [BOARD, self._offsets[where]])
        self._read = rows
        return repeats

    def limit(self, where: str, repeats: int = 0) -> int:
        key = self._keys[where]
        place = "?" if self._scratch.engine == "sqlite" else "%s"
        statement = (_FIRST if key is None else _KEYSET).format(place)
        given = (BOARD,) if key is None else (BOARD, *key, BOARD, key[0])
        for _ in range(repeats or self._repeats):
            rows = self._bare.execute(statement, given).fetchall()
        self._read = [row[:2] for row in rows]
        return repeats or self._repeats

    def answer(self, _: str) -> dict[str, str]:
        """Return the page as read last."""
        return {"rows": digest(map(tuple, self._read))}
