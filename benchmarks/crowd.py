"""One board with any number of people, in set inserts: what ranks and pages are read from."""

from __future__ import annotations

import hashlib
import random
from itertools import islice
from typing import Any, Final

from benchmarks.scratch import Scratch, log

BOARD: Final = 1
_CHUNK = 100_000
_EPOCH = 1_700_000_000


def crowded(scratch: Scratch, people: int, *, seed: int = 1) -> str:
    """Rank so many people on the program's board of the first season; return the rows' SHA-256.

    Points fall off like the work of real communities: most people have few, and ties are large.
    """
    from django.db import transaction

    from laurels.apps import sql
    from laurels.apps.standings.models import Board, PointsBucket, PointsCount, Standing
    from laurels.domain.ranking import bucket_of

    scratch.restore("empty")
    source = random.Random(f"laurels crowd {seed}")
    hashed = hashlib.sha256()
    counts: dict[int, int] = {}
    rows = _rows(people, source)
    with transaction.atomic():
        sql.insert(
            Board,
            ("id", "scope_kind", "scope_ref", "period_kind", "period_ref"),
            [(BOARD, "program", 0, "season", 1)],
        )
        while chunk := list(islice(rows, _CHUNK)):
            for row in chunk:
                hashed.update(repr(row).encode())
                counts[row[2]] = counts.get(row[2], 0) + 1
            fields = ("contributor", "board", "points", "pending", "reached_at", "login")
            sql.insert(Standing, (*fields, "is_ranked"), chunk)
        buckets: dict[int, int] = {}
        for points, number in counts.items():
            buckets[bucket_of(points)] = buckets.get(bucket_of(points), 0) + number
        for model, level, found in (
            (PointsCount, "points", counts), (PointsBucket, "bucket", buckets),
        ):  # fmt: skip
            sql.insert(
                model,
                ("board", level, "people"),
                [(BOARD, *pair) for pair in sorted(found.items())],
            )
    _narrow()
    scratch.analyze()
    scratch.keep()
    log(f"crowded {scratch.engine}: {people} people on {len(counts)} totals")
    return hashed.hexdigest()


def _narrow() -> None:
    """Make the table that a careful team ranks by: a person and points, indexed in their order."""
    from laurels.apps import sql

    sql.execute("CREATE TABLE bench_total AS SELECT contributor_id, points FROM standings_standing")
    sql.execute("CREATE INDEX bench_total_order ON bench_total (points DESC, contributor_id)")


def _rows(people: int, source: random.Random) -> Any:
    for person in range(1, people + 1):
        points = min(60_000, 1 + int(10 / (1.0 - source.random()) ** 0.9))
        reached_at = _EPOCH + source.randrange(365 * 86_400)
        yield (person, BOARD, points, 0, reached_at, f"person-{person}", True)
