"""The second layer of an item: limits, as window functions where the data is.

One UPDATE a ruleset version, over any number of people. Each stage of
`laurels.domain.limits.limit` is one common table expression here, written only when the version
has that rule; tests hold the two against each other stage by stage. Integer thousandths
throughout; division truncates alike on both engines because no operand is negative and sums are
cast back to bigint (PostgreSQL makes them numeric). Per cent signs are doubled for the drivers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from laurels.apps import sql
from laurels.apps.scoring.rulebook import Version
from laurels.domain.limits import AUTHOR_KINDS, MERGED
from laurels.domain.rulesets import Ruleset

NATURAL_ORDER = "occurred_at, kind, repository_github_id, number"
_EARLIER = f"ORDER BY {NATURAL_ORDER} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
_SO_FAR = f"ORDER BY {NATURAL_ORDER} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
_AUTHORED = "kind IN (" + ", ".join(f"'{kind}'" for kind in sorted(AUTHOR_KINDS)) + ")"
_PERIOD = {"day": "day", "month": "month", "season": "season_id"}

_RESULTS = (
    "after_share_milli", "after_pr_cap_milli", "decay_rank", "after_decay_milli",
    "after_day_milli", "after_month_milli", "is_held", "is_disqualified", "base", "extra",
)  # fmt: skip


def half_even(value: str, divisor: str = "1000") -> str:
    """Return SQL that divides a non-negative integer, rounding half to even."""
    quotient, rest = f"(({value}) / {divisor})", f"(({value}) %% {divisor})"
    return (
        f"({quotient} + CASE WHEN 2 * {rest} > {divisor}"
        f" OR (2 * {rest} = {divisor} AND {quotient} %% 2 = 1) THEN 1 ELSE 0 END)"
    )


def has_limits(rules: Ruleset) -> bool:
    """Tell whether any rule of a version looks at more than one contribution."""
    return bool(
        rules.daily_caps_milli
        or rules.decay is not None
        or rules.per_pr_cap_milli is not None
        or rules.repository_month_cap_milli is not None
        or rules.maintainer_share_milli is not None
        or rules.disqualify_after is not None
        or rules.max_prs_per_period is not None
    )


@dataclass(slots=True)
class _Chain:
    """Common table expressions, each reading the one before; `value` is the amount so far."""

    parts: list[str] = field(default_factory=list)

    def add(self, columns: str) -> None:
        """Add a stage that keeps everything before it and adds `columns`."""
        source = f"s{len(self.parts) - 1}"
        self.parts.append(f"s{len(self.parts)} AS (SELECT {source}.*, {columns} FROM {source})")

    @property
    def last(self) -> str:
        """The name of the newest stage."""
        return f"s{len(self.parts) - 1}"


def limits_update_sql(version: Version, where: str, also: str) -> str:
    """Return the statement that limits the items of `version` that `where` selects.

    `also` says the same of the rows that it updates, by the table's name. Only rows that differ are
    touched; their contributions and contributors are returned.
    """
    rules = version.ruleset
    chain = _Chain([
        "s0 AS (SELECT id, contributor_id, kind, repository_github_id, number, occurred_at, day,"
        " month, season_id, is_void, moved_by, moved_milli, factor_part_milli,"
        " CASE WHEN is_eligible THEN value_milli ELSE 0 END AS started"
        f" FROM scoring_item WHERE version_id = {version.row} AND {where})"
    ])  # fmt: skip
    _disqualification(chain, rules)
    _hold(chain, rules)
    _share(chain, rules)
    _cap(chain, "shared", "capped", rules.per_pr_cap_milli, _AUTHORED,
         f"repository_github_id, number, {_AUTHORED}")  # fmt: skip
    _decay(chain, rules)
    _daily(chain, rules)
    _cap(chain, "by_day", "by_month", rules.repository_month_cap_milli, "TRUE",
         "repository_github_id, month")  # fmt: skip
    total = half_even("by_month")
    chain.add(f"{total} AS total, {half_even('factor_part_milli')} AS factor_points")
    chain.add("CASE WHEN factor_points < total THEN factor_points ELSE total END AS base_points")
    values = (
        "shared", "capped", "k", "decayed", "by_day", "by_month", "held", "out", "base_points",
        "total - base_points",
    )  # fmt: skip
    selected = ", ".join(f"{value} AS {name}" for name, value in zip(_RESULTS, values, strict=True))
    sets = ", ".join(f"{name} = q.{name}" for name in _RESULTS)
    differs = " OR ".join(f"scoring_item.{name} <> q.{name}" for name in _RESULTS)
    return (
        f"WITH {', '.join(chain.parts)}, q AS (SELECT id AS item, {selected} FROM {chain.last})"
        f" UPDATE scoring_item SET {sets} FROM q"
        f" WHERE scoring_item.id = q.item AND {also} AND ({differs})"
        " RETURNING scoring_item.contribution_id, scoring_item.contributor_id"
    )


def _disqualification(chain: _Chain, rules: Ruleset) -> None:
    if rules.disqualify_after is None:
        chain.add("FALSE AS out, started AS v")
        return
    chain.add(
        "SUM(CASE WHEN is_void THEN 1 ELSE 0 END) OVER (PARTITION BY contributor_id, season_id)"
        f" >= {rules.disqualify_after} AS out"
    )
    chain.add("CASE WHEN out THEN 0 ELSE started END AS v")


def _hold(chain: _Chain, rules: Ruleset) -> None:
    most = rules.max_prs_per_period
    if most is None:
        chain.add("FALSE AS held")
        return
    counted = f"v > 0 AND {_AUTHORED}"
    chain.add(
        f"({counted}) AND SUM(CASE WHEN {counted} THEN 1 ELSE 0 END) OVER"
        f" (PARTITION BY contributor_id, kind, {_PERIOD[most.period]} {_SO_FAR})"
        f" > {most.count} AS held"
    )


def _share(chain: _Chain, rules: Ruleset) -> None:
    share = rules.maintainer_share_milli
    if share is None:
        chain.add("v AS shared")
        return
    # Named movers each have a budget: their share of what the person has without that mover.
    chain.add(
        "CASE WHEN v > 0 THEN moved_milli ELSE 0 END AS moving,"
        " CAST(SUM(v) OVER (PARTITION BY contributor_id) AS bigint) AS all_values"
    )
    chain.add(
        "CAST(SUM(moving) OVER (PARTITION BY contributor_id, moved_by) AS bigint) AS all_moving"
    )
    chain.add(f"{half_even(f'(all_values - all_moving) * {share}')} AS budget")
    chain.add(
        "budget - CAST(COALESCE(SUM(moving) OVER"
        f" (PARTITION BY contributor_id, moved_by {_EARLIER}), 0) AS bigint) AS left_over"
    )
    chain.add(
        "CASE WHEN v = 0 OR moved_by IS NULL THEN v"
        " WHEN left_over <= 0 THEN v - moving"
        " WHEN moving > left_over THEN v - (moving - left_over) ELSE v END AS shared"
    )


def _cap(
    chain: _Chain, before: str, after: str, cap: int | None, takes_part: str, partition: str
) -> None:
    if cap is None:
        chain.add(f"{before} AS {after}")
        return
    _capped(chain, before, after, str(cap), takes_part, partition)


def _capped(
    chain: _Chain, before: str, after: str, cap: str, takes_part: str, partition: str
) -> None:
    """Add min(x, max(0, cap − sum of the earlier)) over a partition, in natural order."""
    chain.add(
        f"{cap} - CAST(COALESCE(SUM({before}) OVER"
        f" (PARTITION BY contributor_id, {partition} {_EARLIER}), 0) AS bigint) AS {after}_room"
    )
    room = f"{after}_room"
    chain.add(
        f"CASE WHEN NOT ({takes_part}) OR {before} <= {room} THEN {before}"
        f" WHEN {room} < 0 THEN 0 ELSE {room} END AS {after}"
    )


def _decay(chain: _Chain, rules: Ruleset) -> None:
    merged = f"kind = '{MERGED}'"
    chain.add(
        f"CASE WHEN {merged} AND capped > 0 THEN SUM(CASE WHEN {merged} AND capped > 0 THEN 1"
        " ELSE 0 END) OVER (PARTITION BY contributor_id, repository_github_id, month"
        f" {_SO_FAR}) ELSE 0 END AS k"
    )
    decay = rules.decay
    if decay is None:
        chain.add("capped AS decayed")
        return
    chain.add(
        f"CASE WHEN k <= {decay.free} THEN 1000"
        f" ELSE 1000000 / (1000 + {decay.rate_milli} * (k - {decay.free})) END AS falling"
    )
    factor = f"(CASE WHEN falling < {decay.floor_milli} THEN {decay.floor_milli} ELSE falling END)"
    chain.add(
        f"CASE WHEN k <= {decay.free} THEN capped ELSE {half_even(f'capped * {factor}')} END"
        " AS decayed"
    )


def _daily(chain: _Chain, rules: Ruleset) -> None:
    caps = rules.daily_caps_milli
    if not caps:
        chain.add("decayed AS by_day")
        return
    cases = " ".join(f"WHEN '{kind}' THEN {cap}" for kind, cap in sorted(caps.items()))
    kinds = ", ".join(f"'{kind}'" for kind in sorted(caps))
    _capped(chain, "decayed", "by_day", f"CASE kind {cases} ELSE 0 END", f"kind IN ({kinds})",
            "kind, day")  # fmt: skip


def limit_group(contributors: Sequence[int], versions: Sequence[Version]) -> dict[int, int]:
    """Apply the limits of these versions to these people; return who owns what changed.

    Keys are contribution rows, values contributor rows.
    """
    where, ids = sql.in_ids("contributor_id", contributors)
    also, again = sql.also_in("scoring_item.contributor_id", contributors)
    changed: dict[int, int] = {}
    for version in versions:
        if has_limits(version.ruleset):
            query = limits_update_sql(version, where, also)
            changed.update(sql.fetch(query, [*ids, *again]))
    return changed
