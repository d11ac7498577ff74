"""Where a value stands in a population: one look-up among 1,001 thresholds.

ours       `Baseline.place`: bisection over arrays that the process holds, ties, mode, clamp, bin
yardstick  thresholds as rows: the greatest percentile at or below the value, and the one below it
limit      two bisections over a list of numbers, nothing around them

The same values are asked for by all three; the answer is the tie of each, low and high.
"""

from __future__ import annotations

import hashlib
import random
from bisect import bisect_left, bisect_right
from typing import Any

from benchmarks.harness import LIMIT, OURS, YARDSTICK, Contender, Path
from benchmarks.metrics import population
from benchmarks.options import Options
from benchmarks.scratch import Scratch, digest
from laurels.domain.metric_names import OPENED

ENGINES = ("sqlite", "postgres")
LOOK = "look-up"
_LOW = "SELECT COALESCE(MAX(tenths), 0) FROM bench_threshold WHERE metric = %s AND threshold < %s"
_HIGH = "SELECT COALESCE(MAX(tenths), 0) FROM bench_threshold WHERE metric = %s AND threshold <= %s"
Ties = list[tuple[int, int, int]]


def run(scratch: Scratch, options: Options) -> list[Path]:
    """Measure look-ups of a hundred values, over and over."""
    scratch.restore("empty")
    baseline = population()
    drawn = random.Random("laurels look-up").sample(range(12_000), 100)
    repeats = 1 if options.is_quick else 200
    _rows(baseline)
    scratch.analyze()
    numbers = list(baseline.thresholds[OPENED].numbers)
    told: dict[str, Ties] = {}

    def ours() -> int:
        for _ in range(repeats):
            places = [(value, baseline.place(OPENED, value)) for value in drawn]
        told[OURS] = [(value, place.low_tenths, place.high_tenths) for value, place in places]
        return repeats * len(drawn)

    def yardstick() -> int:
        from laurels.apps import sql

        told[YARDSTICK] = [
            (value, *(sql.fetch(one, [OPENED, value])[0][0] for one in (_LOW, _HIGH)))
            for value in drawn
        ]
        return len(drawn)

    def limit() -> int:
        for _ in range(repeats):
            told[LIMIT] = [
                (
                    value,
                    max(bisect_left(numbers, value) - 1, 0),
                    max(bisect_right(numbers, value) - 1, 0),
                )
                for value in drawn
            ]
        return repeats * len(drawn)

    contenders = [
        Contender(name, {LOOK: work}, lambda _, name=name: {"ties": digest(told[name])})
        for name, work in ((OURS, ours), (YARDSTICK, yardstick), (LIMIT, limit))
    ]
    sha256 = hashlib.sha256(repr((drawn, numbers)).encode()).hexdigest()
    path = Path("percentile look-up", scratch.engine, "1,001 thresholds", sha256, contenders)
    path.measure(options.rounds)
    return [path]


def _rows(baseline: Any) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_threshold (metric varchar(40), tenths integer,"
            " threshold double precision, PRIMARY KEY (metric, tenths))"
        )
        cursor.execute("CREATE INDEX bench_by_threshold ON bench_threshold (metric, threshold)")
        cursor.executemany(
            "INSERT INTO bench_threshold VALUES (%s, %s, %s)",
            [
                (name, at, number)
                for name, held in baseline.thresholds.items()
                for at, number in enumerate(held.numbers)
            ],
        )
