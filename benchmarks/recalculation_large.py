"""Full recalculation of 100,000 people and 2,000,000 contributions under three limits.

The rules are the preset `fair` with a cap a repository and month beside its decay and daily cap,
so that three windows are at work. All facts are past their seven days.

ours       first: appraise, limit, explain, post a chained entry a point, boards, tiers;
           again: the same run over everybody with nothing to change
yardstick  queries for each contributor: read the facts with their subjects, value and limit them
           in Python, save what differs, a transaction each; on every fiftieth person, scaled
limit      one hand-written statement with the same three windows over values already known, that
           writes back what differs: every row first, none again
"""

from __future__ import annotations

from benchmarks import large_yardstick
from benchmarks.fill import filled
from benchmarks.harness import (
    LIMIT,
    OURS,
    YARDSTICK,
    Contender,
    Path,
    at_most,
    faster,
    within,
)
from benchmarks.options import Options
from benchmarks.scratch import Scratch, digest
from benchmarks.settling import settle_everybody, settle_nobody

ENGINES = ("sqlite", "postgres")
MONTH_CAP = 400
"""Points a repository and month: low enough to cut into the busiest people's work."""

_STRIDE = 50
_WINDOWS = """
WITH counted AS (
    SELECT id, kind, person, repository, number, occurred_at, day, month, value,
           CASE WHEN kind = 'pr_merged' THEN SUM(CASE WHEN kind = 'pr_merged' THEN 1 ELSE 0 END)
               OVER (PARTITION BY person, repository, month
                     ORDER BY occurred_at, kind, repository, number
                     ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) ELSE 0 END AS k
    FROM bench_value WHERE value > 0
), fallen AS (
    SELECT counted.*, CASE WHEN k <= 5 THEN 1000 WHEN 1000000 / (1000 + 150 * (k - 5)) < 200
        THEN 200 ELSE 1000000 / (1000 + 150 * (k - 5)) END AS factor FROM counted
), decayed AS (
    SELECT fallen.*, value * factor / 1000
        + CASE WHEN 2 * (value * factor % 1000) > 1000 OR (2 * (value * factor % 1000) = 1000
            AND value * factor / 1000 % 2 = 1) THEN 1 ELSE 0 END AS v1 FROM fallen
), daily AS (
    SELECT decayed.*, 20000 - COALESCE(CAST(SUM(v1) OVER (PARTITION BY person, kind, day
        ORDER BY occurred_at, kind, repository, number
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS BIGINT), 0) AS room FROM decayed
), by_day AS (
    SELECT daily.*, CASE WHEN kind <> 'review_submitted' OR v1 <= room THEN v1
        WHEN room < 0 THEN 0 ELSE room END AS v2 FROM daily
), monthly AS (
    SELECT by_day.*, {cap} - COALESCE(CAST(SUM(v2) OVER (PARTITION BY person, repository, month
        ORDER BY occurred_at, kind, repository, number
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS BIGINT), 0) AS left_over FROM by_day
), capped AS (
    SELECT id, CASE WHEN v2 <= left_over THEN v2 WHEN left_over < 0 THEN 0 ELSE left_over END AS v3
    FROM monthly
), rounded AS (
    SELECT id, v3 / 1000 + CASE WHEN 2 * (v3 % 1000) > 1000 OR (2 * (v3 % 1000) = 1000
        AND v3 / 1000 % 2 = 1) THEN 1 ELSE 0 END AS total FROM capped
)
UPDATE bench_value SET points = total FROM rounded
WHERE rounded.id = bench_value.id AND bench_value.points <> total
"""
_VALUES = """
CREATE TABLE bench_value AS
SELECT t.id, t.kind, t.contributor_id AS person, t.repository_github_id AS repository, t.number,
       t.occurred_at, t.day, t.month,
       CASE WHEN t.is_eligible THEN t.value_milli ELSE 0 END AS value,
       CAST(-1 AS BIGINT) AS points
FROM scoring_item t WHERE t.scope = 0
"""


def run(scratch: Scratch, options: Options) -> list[Path]:
    """Measure first run, full run with nothing to change, and nothing marked."""
    people, facts = (250, 5_000) if options.is_quick else (100_000, 2_000_000)
    stride = 10 if options.is_quick else _STRIDE
    sha256 = filled(scratch, people, facts)
    _begin(scratch)
    sampled = large_yardstick.sample(stride)
    everybody = large_yardstick.people()
    careful = large_yardstick.Yardstick(sampled, MONTH_CAP)
    limit = _Limit(scratch)
    contenders = [
        Contender(
            OURS,
            {"first": settle_everybody, "again": settle_everybody, "nothing marked": settle_nobody},
            lambda _: _answer(_OURS, sampled),
            scratch.restore,
        ),
        Contender(LIMIT, {"first": limit.run, "again": limit.run},
                  lambda _: _answer(_NARROW, sampled), limit.prepare),
        Contender(YARDSTICK, {"first": careful.run, "again": careful.run},
                  lambda _: {"sample": careful.answer()}, scratch.restore,
                  scale=everybody / len(sampled)),
    ]  # fmt: skip
    path = Path(
        "large recalculation", scratch.engine, f"{people:,} people, {facts:,} facts", sha256,
        contenders,
        (faster("again", 40), at_most("again", 2), within("nothing marked", 0.05)),
        [f"yardstick: {len(sampled):,} of {everybody:,} people, scaled; limit: windows and"
         " write-back alone, over values that ours has appraised"],
    )  # fmt: skip
    return [path.measure(options.rounds)]


def _begin(scratch: Scratch) -> None:
    from dataclasses import replace

    from laurels.apps.audit.actors import SYSTEM
    from laurels.apps.scoring.services import ruleset_publish, season_all
    from laurels.domain.rulesets import preset

    rules = replace(preset("fair"), repository_month_cap_milli=MONTH_CAP * 1000)
    season_all(now=0, acting=SYSTEM)
    ruleset_publish(rules, name="fair-capped", now=0, acting=SYSTEM)
    scratch.keep()


_OURS = "SELECT contributor_id, CAST(SUM(points) AS BIGINT) FROM scoring_ledgerentry GROUP BY 1"
_NARROW = (
    "SELECT person, CAST(SUM(points) AS BIGINT) FROM bench_value WHERE points > 0 GROUP BY person"
)


def _answer(query: str, sampled: list[int]) -> dict[str, str]:
    from laurels.apps import sql

    wanted, rows = set(sampled), [tuple(map(int, row)) for row in sql.fetch(query)]
    rows = [row for row in rows if row[1]]
    return {"everybody": digest(rows), "sample": digest(row for row in rows if row[0] in wanted)}


class _Limit:
    """The statement alone, over a narrow table of values."""

    def __init__(self, scratch: Scratch) -> None:
        """Run ours once for the values, and keep them beside the filled state."""
        self._scratch = scratch
        scratch.restore()
        settle_everybody()
        self._bare = scratch.raw()
        self._bare.execute(_VALUES)
        self._bare.execute("CREATE UNIQUE INDEX bench_value_id ON bench_value (id)")
        self._bare.close()
        scratch.analyze()
        scratch.keep("valued")

    def prepare(self) -> None:
        """Bring the values back, with nothing written yet."""
        self._scratch.restore("valued")

    def run(self) -> None:
        """Run the statement in one durable transaction."""
        bare = self._scratch.raw()
        bare.execute("BEGIN IMMEDIATE" if self._scratch.engine == "sqlite" else "BEGIN")
        bare.execute(_WINDOWS.format(cap=MONTH_CAP * 1000))
        bare.execute("COMMIT")
        bare.close()
