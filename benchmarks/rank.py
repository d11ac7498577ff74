"""The rank of one among a million.

ours       the selector: the person's row and two levels of counts, in one statement
yardstick  a window function over a table of person and points, indexed in their order
limit      the same counts by the bare driver, one prepared statement, nothing around it

The same people are asked for by all three; a figure is for one rank. Redis (ZREVRANK, 147 µs on
the machine of design.md §6) comes with the issue that brings it.
"""

from __future__ import annotations

import random
from typing import Any

from benchmarks.crowd import BOARD, crowded
from benchmarks.harness import LIMIT, OURS, YARDSTICK, Contender, Path, faster, within
from benchmarks.options import Options
from benchmarks.scratch import Scratch, digest

ENGINES = ("sqlite", "postgres")
REDIS_SECONDS = 147e-6
_LIMIT = """
SELECT 1 + COALESCE((SELECT SUM(people) FROM standings_pointsbucket
        WHERE board_id = s.board_id AND bucket > s.points / 256), 0)
    + COALESCE((SELECT SUM(people) FROM standings_pointscount WHERE board_id = s.board_id
        AND points > s.points AND points < (s.points / 256 + 1) * 256), 0)
FROM standings_standing s WHERE s.contributor_id = {} AND s.board_id = {}
"""
_WINDOW = """
SELECT rank FROM (SELECT contributor_id, RANK() OVER (ORDER BY points DESC) AS rank
    FROM bench_total) ranked WHERE contributor_id = %s
"""


def run(scratch: Scratch, options: Options) -> list[Path]:
    """Measure ranks of people drawn from the whole board."""
    people = 20_000 if options.is_quick else 1_000_000
    sha256 = crowded(scratch, people)
    drawn = random.Random("laurels rank").sample(range(1, people + 1), 5)
    ranks = _Ranks(scratch, drawn, repeats=2 if options.is_quick else 400)
    contenders = [
        Contender(name, {"rank": work}, lambda _: ranks.answer(), ranks.open)
        for name, work in (
            (OURS, ranks.ours), (YARDSTICK, ranks.yardstick), (LIMIT, ranks.limit),
        )
    ]  # fmt: skip
    path = Path(
        "rank of one", scratch.engine, f"{people:,} people", sha256, contenders,
        (faster("rank", 1_000), within("rank", REDIS_SECONDS)),
    )  # fmt: skip
    path.measure(options.rounds)
    ranks.close()
    return [path]


class _Ranks:
    """Asks for the ranks of the same people in three ways; keeps what it was told."""

    def __init__(self, scratch: Scratch, people: list[int], *, repeats: int) -> None:
        self._scratch = scratch
        self._people = people
        self._repeats = repeats
        self._told: list[tuple[int, int]] = []
        self._bare: Any = None

    def open(self) -> None:
        """Connect before the clock runs, as a serving process is."""
        from django.db import connection

        self.close()
        self._bare = self._scratch.raw()
        connection.ensure_connection()
        self.ours(1)
        self.limit(1)

    def close(self) -> None:
        """Close the bare connection."""
        if self._bare is not None:
            self._bare.close()
            self._bare = None

    def ours(self, repeats: int = 0) -> int:
        from laurels.apps.standings.selectors import rank_of

        repeats = repeats or self._repeats
        for _ in range(repeats):
            places = [(person, rank_of(BOARD, person)) for person in self._people]
        self._told = [(person, place.rank) for person, place in places]  # type: ignore[misc,union-attr]
        return repeats * len(self._people)

    def yardstick(self) -> int:
        from laurels.apps import sql

        self._told = [(person, sql.fetch(_WINDOW, [person])[0][0]) for person in self._people]
        return len(self._people)

    def limit(self, repeats: int = 0) -> int:
        place = "?" if self._scratch.engine == "sqlite" else "%s"
        statement = _LIMIT.format(place, place)
        repeats = repeats or self._repeats
        ask = self._bare.execute
        for _ in range(repeats):
            told = [
                (person, ask(statement, (person, BOARD)).fetchone()[0]) for person in self._people
            ]
        self._told = told
        return repeats * len(self._people)

    def answer(self) -> dict[str, str]:
        """Return the ranks as told last."""
        return {"ranks": digest((person, int(rank)) for person, rank in self._told)}
