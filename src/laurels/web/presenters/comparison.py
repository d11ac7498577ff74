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

UNREAD_DAYS = 7
"""With more days of the window unread than this, nobody is put in order."""

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
    ranked = [one for one in told if one["metrics"][name]["percentile"] is not None]
    groups = standing_order(
        [_stand(name, one) for one in ranked if _is_read(one)],
        is_low_first=definition.lower_is_better and mode is Mode.RAW,
    )
    unread = [one["github_login"] for one in ranked if not _is_read(one)]
    return Compared(definition, rows, verdict(groups, unread))


def _stand(name: str, one: Payload) -> Stand:
    metric = one["metrics"][name]
    side = (one["beside"] or {}).get(SIDES.get(name, ""), {})
    return Stand(
        who=one["github_login"],
        low=metric["low"],
        high=metric["high"],
        value_low=side.get("low"),
        value_high=side.get("high"),
    )


def _is_read(one: Payload) -> bool:
    """Tell whether so much of the window was read that what is missing matters little."""
    coverage = one["coverage"]
    return bool(coverage["days"] >= coverage["window_days"] - UNREAD_DAYS)


def verdict(groups: Sequence[Sequence[str]], unread: Sequence[str] = ()) -> str:
    """Say who stands before whom, in words, and of whom too little was read to say."""
    told = [_order(groups)] if groups else []
    if unread:
        told.append(f"Too little was read of {words.listed(list(unread))} to say.")
    return " ".join(told) or "Nobody has a percentile."


def _order(groups: Sequence[Sequence[str]]) -> str:
    if len(groups) == 1:
        only = groups[0]
        return f"{only[0]} stands alone." if len(only) == 1 else "No clear difference."
    parts = [
        group[0] if len(group) == 1 else f"{words.listed(list(group))} without a clear difference"
        for group in groups
    ]
    return f"In order: {', then '.join(parts)}."


def _warnings(told: Sequence[Payload]) -> list[str]:
    found = []
    if unread := [one["github_login"] for one in told if not _is_read(one)]:
        found.append(
            f"Not all of the window was read of {words.listed(unread)}: their counts may be "
            "greater than they are known to be, so they are not put in order."
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
