"""Up to five people beside each other: a table a metric, and an order only where there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from laurels.domain.metric_names import (
    DEFINITIONS,
    DROP_RATE,
    LATENCY,
    MERGE_RATE,
    NINE,
    Definition,
)
from laurels.domain.metrics.comparing import Stand, standing_order
from laurels.domain.percentiles import Mode
from laurels.kit.times import parse_instant
from laurels.web.presenters import words
from laurels.web.presenters.strips import Strip, strip

MOST = 5
"""More people than this are not compared at once."""

SIDES = {
    MERGE_RATE: "shrunken_merge_rate",
    DROP_RATE: "shrunken_drop_rate",
    LATENCY: "median_merge_time_hours",
}
"""What stands beside a metric and says how sure it is."""

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Compared:
    """One metric of everybody: each one's strip, and who stands before whom in words."""

    definition: Definition
    rows: list[tuple[str, Strip]]
    verdict: str


@dataclass(frozen=True, slots=True)
class Column:
    """One of the people: what was read of them, and the address without them."""

    login: str
    coverage: str
    window_end: int
    baseline: str
    computed_at: int
    without: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a page of several people shows; `warnings` say what makes them hard to compare."""

    people: list[Column]
    metrics: list[Compared]
    warnings: list[str]


def comparison(told: Sequence[Payload], mode: Mode) -> Comparison:
    """Present payloads of several people in one mode."""
    logins = [one["github_login"] for one in told]
    populations = {one["metrics_baseline_id"] for one in told}
    return Comparison(
        people=[_column(one, logins, mode) for one in told],
        metrics=[_compared(name, told, mode, len(populations) == 1) for name in NINE],
        warnings=list(_warnings(told)),
    )


def address(logins: Sequence[str], mode: Mode) -> str:
    """Return the query that asks for these people in this mode."""
    parts = [("login", login) for login in logins]
    if mode is not Mode.FAIR:
        parts.append(("mode", mode.value))
    return f"?{urlencode(parts)}"


def _column(one: Payload, logins: Sequence[str], mode: Mode) -> Column:
    login, coverage = one["github_login"], one["coverage"]
    return Column(
        login=login,
        coverage=f"{words.count(coverage['days'])} of {words.count(coverage['window_days'])} days",
        window_end=parse_instant(one["metrics_window_end"]),
        baseline=one["metrics_baseline_id"] or "none",
        computed_at=parse_instant(one["computed_at"]),
        without=address([other for other in logins if other != login], mode),
    )


def _compared(name: str, told: Sequence[Payload], mode: Mode, is_one_population: bool) -> Compared:
    definition = DEFINITIONS[name]
    rows = [(one["github_login"], strip(name, one["metrics"][name])) for one in told]
    if not is_one_population:
        return Compared(definition, rows, "Not put in order: the populations differ.")
    stands = [_stand(name, one) for one in told if one["metrics"][name]["percentile"] is not None]
    is_low_first = definition.lower_is_better and mode is Mode.RAW
    groups = standing_order(name, stands, is_low_first=is_low_first)
    return Compared(definition, rows, verdict(groups))


def _stand(name: str, one: Payload) -> Stand:
    metric, coverage = one["metrics"][name], one["coverage"]
    side = (one.get("beside") or {}).get(SIDES.get(name, ""), {})
    return Stand(
        who=one["github_login"],
        low=metric["low"],
        high=metric["high"],
        value_low=side.get("low"),
        value_high=side.get("high"),
        is_whole=coverage["days"] == coverage["window_days"],
    )


def verdict(groups: Sequence[Sequence[str]]) -> str:
    """Say who stands before whom, in words."""
    if not groups:
        return "Nobody has a percentile."
    if len(groups) == 1:
        only = groups[0]
        return f"Only {only[0]} has a percentile." if len(only) == 1 else "No clear difference."
    parts = [
        group[0] if len(group) == 1 else f"{words.listed(list(group))} without a clear difference"
        for group in groups
    ]
    return f"{', then '.join(parts)}."


def _warnings(told: Sequence[Payload]) -> list[str]:
    found = []
    days = {one["coverage"]["days"] for one in told}
    if any(one["coverage"]["days"] != one["coverage"]["window_days"] for one in told):
        differ = "Not as much was read of everybody" if len(days) > 1 else "Not all was read"
        found.append(
            f"{differ}: where days are missing, counts may be greater than they are known to be, "
            "so an order is claimed only where that cannot change it."
        )
    if len({one["metrics_baseline_id"] for one in told}) > 1:
        found.append(
            "They were compared with different populations, so their percentiles do not compare. "
            "Computing them anew brings everybody to the present one."
        )
    ends = [parse_instant(one["metrics_window_end"]) for one in told]
    if max(ends) - min(ends) >= 7 * 86_400:
        found.append(
            f"Their figures are of different times: from {words.day(min(ends))} to "
            f"{words.day(max(ends))}."
        )
    return found
