"""Judging a whole baseline: all metrics, 1,001 points, rising, rates in [0, 1], days in order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from laurels.domain.metric_names import RATES, TEN
from laurels.domain.percentiles.baseline import Baseline
from laurels.domain.percentiles.faults import FAULTS_KEPT, Fault
from laurels.domain.percentiles.thresholds import POINTS

ID_MOST: Final = 80
"""The longest id of a baseline."""

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def id_faults(baseline_id: str) -> tuple[Fault, ...]:
    """Give the fault of an id that could not be typed or linked to, nothing for a sound one."""
    if len(baseline_id) <= ID_MOST and _ID.fullmatch(baseline_id):
        return ()
    reason = (
        f"{baseline_id[:ID_MOST]!r} is no id: up to {ID_MOST} letters, digits, dots, dashes and"
        " underscores, the first a letter or digit"
    )
    return (Fault("id-wrong", reason),)


def faults_of(baseline: Baseline, required: Iterable[str] = TEN) -> tuple[Fault, ...]:
    """Give the first twenty faults of a baseline, none for a sound one.

    `required` are the metrics it must have; a program's own baseline passes those it measured.
    """
    points = {
        name: dict(enumerate(held.texts)) for name, held in baseline.thresholds.items()
    }  # fmt: skip
    return kept([*day_faults(baseline.start, baseline.end), *point_faults(points, required)])


def kept(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Give the first twenty."""
    return tuple(fault for fault, _ in zip(faults, range(FAULTS_KEPT), strict=False))


def day_faults(start: int, end: int) -> Iterator[Fault]:
    """Find a population that ends before it begins."""
    if end < start:
        yield Fault("dates-reversed", f"the population ends ({end}) before it begins ({start})")


def point_faults(
    points: Mapping[str, Mapping[int, str]],
    required: Iterable[str] = TEN,
    lines: Mapping[tuple[str, int], int] | None = None,
) -> Iterator[Fault]:
    """Find the faults of the points as a whole; texts must be finite numbers by now.

    `points` is metric → percentile in tenths → threshold text; `lines` tells where a file has it.
    """
    where = lines or {}
    for name in required:
        if name not in points:
            yield Fault("metric-missing", "the metric is missing", name)
    for name, held in points.items():
        missing = [at for at in range(POINTS) if at not in held]
        if missing or len(held) != POINTS:
            yield Fault(
                "points-missing",
                f"{len(held):,} points instead of {POINTS:,}",
                name,
                missing[0] if missing else None,
            )
        yield from _order_faults(name, held, where)


def _order_faults(
    name: str, held: Mapping[int, str], where: Mapping[tuple[str, int], int]
) -> Iterator[Fault]:
    last, last_text = float("-inf"), ""
    for at in sorted(held):
        text = held[at]
        number = float(text)
        line = where.get((name, at))
        if number < last:
            reason = f"the threshold {text} is below {last_text} of the percentile before it"
            yield Fault("not-monotone", reason, name, at, line)
        elif number < 0:
            yield Fault("below-zero", f"the threshold {text} is below 0", name, at, line)
        elif name in RATES and number > 1:
            yield Fault("rate-outside", f"the rate {text} is not in [0, 1]", name, at, line)
        last, last_text = number, text
