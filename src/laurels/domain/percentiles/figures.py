"""A population in figures: what of its thresholds is told where not all of them are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from laurels.domain.metric_names import DEFINITIONS, TEN
from laurels.domain.percentiles.baseline import Baseline, Thresholds
from laurels.domain.percentiles.distribution import shares

_SUMMARY = ("0", "25", "50", "75", "90", "99", "100")


def shown_number(number: float) -> int | float:
    """Write a whole number without a point."""
    return int(number) if number.is_integer() else number


def held_metrics(baseline: Baseline) -> Iterator[tuple[str, Thresholds]]:
    """Give the metrics that a baseline has, in their order."""
    return ((name, baseline.thresholds[name]) for name in TEN if name in baseline.thresholds)


def figures(baseline: Baseline) -> dict[str, Any]:
    """Return the figures of each metric: some thresholds by percentile, and the classes."""
    return {
        name: {
            "title": DEFINITIONS[name].title,
            "unit": DEFINITIONS[name].unit,
            "lower_is_better": DEFINITIONS[name].lower_is_better,
            "n": baseline.population if one.population is None else one.population,
            "thresholds": {at: shown_number(one.numbers[10 * int(at)]) for at in _SUMMARY},
            "classes": [{"values": a.label, "pct": a.percent} for a in shares(one)],
        }
        for name, one in held_metrics(baseline)
    }
