"""What stands beside the nine metrics: how sure three of them are, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from laurels.domain.metric_names import LATENCY, MERGE_RATE
from laurels.domain.percentiles import spoken
from laurels.web.presenters import words
from laurels.web.presenters.strips import UNKNOWN

TITLES = {
    "median_merge_time_hours": "Median merge time, open pull requests counted in",
    "shrunken_merge_rate": "Merge rate, drawn toward the population",
    "shrunken_drop_rate": "Drop rate, drawn toward the population",
}
_LEFT_OUT = {
    "ineligible": "without a comment or a review that counts",
    "undecided": "of which it is not known",
    "undated": "without a known day",
    "outside": "opened outside the window",
}


@dataclass(frozen=True, slots=True)
class SideRow:
    """One figure with the ends of its 95 % interval, in words."""

    title: str
    value: str
    between: str
    sentence: str


def side_rows(told: Mapping[str, Mapping[str, Any]] | None) -> list[SideRow]:
    """Present the figures beside the nine; none for a computation from before they were kept."""
    return [_row(name, one) for name, one in (told or {}).items() if name in TITLES]


def left_out(counted: Mapping[str, int] | None) -> str:
    """Say how many pull requests counted and which did not, and why."""
    if counted is None:
        return ""
    parts = [
        f"{words.count(counted[name])} {why}"
        for name, why in _LEFT_OUT.items()
        if counted.get(name)
    ]
    return f"{words.count(counted['eligible'])} counted; left out: {words.listed(parts) or 'none'}"


def _row(name: str, one: Mapping[str, Any]) -> SideRow:
    low, high = one["low"], one["high"]
    between = ""
    if one["value"] is not None:
        ends = [UNKNOWN if end is None else _spoken(name, end) for end in (low, high)]
        between = " and ".join(ends)
    return SideRow(TITLES[name], _value(name, one), between, one["message"])


def _value(name: str, one: Mapping[str, Any]) -> str:
    return "none" if one["value"] is None else _spoken(name, one["value"])


def _spoken(name: str, number: float) -> str:
    return spoken(LATENCY if name == "median_merge_time_hours" else MERGE_RATE, number)
