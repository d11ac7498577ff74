"""Are the counts that ranks are read from what a recount of the boards gives?"""

from __future__ import annotations

from dataclasses import dataclass

from laurels.apps import sql
from laurels.domain.ranking import BUCKET


@dataclass(frozen=True, slots=True)
class HistogramFault:
    """A count that is wrong: of a total (`level` points) or of a bucket, on a board."""

    board: int
    level: str
    value: int
    stored: int
    counted: int


@dataclass(frozen=True, slots=True)
class Recount:
    """The people of a board by total and by bucket, counted from its ranked rows."""

    totals: dict[int, int]
    buckets: dict[int, int]


_FAULTS = """
SELECT board_id, value, CAST(SUM(stored) AS BIGINT), CAST(SUM(counted) AS BIGINT) FROM (
    SELECT board_id, {level} AS value, people AS stored, 0 AS counted FROM {table}
    UNION ALL
    SELECT board_id, {value}, 0, 1 FROM standings_standing WHERE is_ranked
) both_sides
GROUP BY board_id, value HAVING SUM(stored) <> SUM(counted) ORDER BY board_id, value
"""


def recount(board: int) -> Recount:
    """Count the ranked people of a board anew."""
    totals = dict(
        sql.fetch(
            "SELECT points, COUNT(*) FROM standings_standing"
            " WHERE board_id = %s AND is_ranked GROUP BY points ORDER BY points",
            [board],
        )
    )
    buckets: dict[int, int] = {}
    for points, people in totals.items():
        buckets[points // BUCKET] = buckets.get(points // BUCKET, 0) + people
    return Recount(totals, buckets)


def stored(board: int) -> Recount:
    """Read the counts that ranks are computed from; totals that nobody has are left out."""
    read = "SELECT {}, people FROM {} WHERE board_id = %s AND people <> 0 ORDER BY 1"
    return Recount(
        dict(sql.fetch(read.format("points", "standings_pointscount"), [board])),
        dict(sql.fetch(read.format("bucket", "standings_pointsbucket"), [board])),
    )


def histogram_faults() -> list[HistogramFault]:
    """Compare the counts of every board with a recount; an empty list means that all agree."""
    return [
        HistogramFault(board, level, value, kept, counted)
        for level, table, of_row in (
            ("points", "standings_pointscount", "points"),
            ("bucket", "standings_pointsbucket", f"points / {BUCKET}"),
        )
        for board, value, kept, counted in sql.fetch(
            _FAULTS.format(level=level, table=table, value=of_row)
        )
    ]
