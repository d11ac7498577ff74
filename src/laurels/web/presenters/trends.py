"""How percentiles moved over a person's past computations: a line each, and the same as a table.

The line is drawn from 0 to 100, so that lines of several metrics compare. Where a computation has
no percentile the line breaks: it is not drawn at zero, and not across.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from laurels.domain.metric_names import DEFINITIONS, NINE
from laurels.kit.times import parse_instant

_LEFT, _RIGHT, _TOP, _BOTTOM = 3.0, 69.0, 3.0, 17.0


@dataclass(frozen=True, slots=True)
class Moment:
    """One computation in the table: when, against which population, and its percentiles."""

    at: int
    baseline: str
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Trend:
    """One metric over time: the path of its line, and what changed, in words."""

    title: str
    path: str
    words: str


@dataclass(frozen=True, slots=True)
class Trends:
    """All metrics over the computations, which are told the latest first."""

    since: int
    until: int
    lines: list[Trend]
    titles: list[str]
    moments: list[Moment]
    populations: int


def trends(told: Sequence[Mapping[str, Any]]) -> Trends | None:
    """Present payloads of one person, the latest first; None where there are fewer than two."""
    if len(told) < 2:
        return None
    at = [parse_instant(one["computed_at"]) for one in told]
    names = [name for name in NINE if name in told[0]["metrics"]]
    return Trends(
        since=min(at),
        until=max(at),
        lines=[_trend(name, told, at) for name in names],
        titles=[DEFINITIONS[name].title for name in names],
        moments=[
            Moment(instant, one["metrics_baseline_id"] or "none", _cells(names, one["metrics"]))
            for instant, one in zip(at, told, strict=True)
        ],
        populations=len({one["metrics_baseline_id"] for one in told}),
    )


def _trend(name: str, told: Sequence[Mapping[str, Any]], at: Sequence[int]) -> Trend:
    held = [one["metrics"].get(name, {}).get("percentile") for one in told]
    points = sorted(zip(at, held, strict=True), key=itemgetter(0))
    known = [percentile for _, percentile in points if percentile is not None]
    return Trend(
        title=DEFINITIONS[name].title,
        path=line(points),
        words=_moved(known),
    )


def line(points: Sequence[tuple[int, float | None]]) -> str:
    """Return the path through (instant, percentile), the earliest first; broken where unknown.

    A point between two unknown ones is a line of no length: a dot under a round cap.
    """
    since, until = points[0][0], points[-1][0]
    span = max(until - since, 1)
    path: list[str] = []
    is_open = False
    for at, percentile in points:
        if percentile is None:
            is_open = False
            continue
        x = _LEFT + (_RIGHT - _LEFT) * (at - since) / span
        y = _BOTTOM - (_BOTTOM - _TOP) * percentile / 100
        path.append(f"L{x:.1f} {y:.1f}" if is_open else f"M{x:.1f} {y:.1f}h0")
        is_open = True
    return "".join(path)


def _moved(known: Sequence[float]) -> str:
    if not known:
        return "none so far"
    first, last = known[0], known[-1]
    if len(known) == 1:
        return f"{last:.1f}, told once"
    if first == last:
        return f"{last:.1f}, as at first"
    return f"{first:.1f} at first, {last:.1f} now"


def _cells(names: Sequence[str], metrics: Mapping[str, Mapping[str, Any]]) -> list[str]:
    held = [metrics.get(name, {}).get("percentile") for name in names]
    return ["none" if percentile is None else f"{percentile:.1f}" for percentile in held]
