"""A metric of a population as a picture needs it: which share of the people lies in which class.

Shares come from the 1,001 thresholds, so they are whole tenths of a per cent, each off by less
than one; those of one metric add up to 100.0.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Final

import msgspec

from laurels.domain.metric_names import LATENCY, OSS_COMPOSITE, RATES
from laurels.domain.percentiles.baseline import Thresholds
from laurels.domain.percentiles.places import HIGHEST

_COUNTS: Final = (
    ("none", 0.0),
    ("1", 1.0),
    ("2", 2.0),
    ("3 to 5", 5.0),
    ("6 to 10", 10.0),
    ("11 to 20", 20.0),
    ("21 to 50", 50.0),
    ("51 to 100", 100.0),
    ("101 to 1,000", 1_000.0),
)
_RATES: Final = (
    ("0 %", 0.0),
    ("to 25 %", 0.25),
    ("to 50 %", 0.5),
    ("to 75 %", 0.75),
)
_HOURS: Final = (
    ("to 1 hour", 1.0),
    ("to 6 hours", 6.0),
    ("to 1 day", 24.0),
    ("to 3 days", 72.0),
    ("to 7 days", 168.0),
    ("to 30 days", 720.0),
    ("to 90 days", 2_160.0),
)
_POINTS: Final = tuple((f"to {edge}", float(edge)) for edge in range(10, 100, 5))

_DAYS_FROM_HOURS: Final = 48


class Share(msgspec.Struct, frozen=True):
    """A class of values and the people in it, in tenths of a per cent."""

    label: str
    tenths: int

    @property
    def percent(self) -> float:
        """The share in per cent."""
        return self.tenths / 10


def shares(held: Thresholds) -> tuple[Share, ...]:
    """Give the classes of a metric, least values first; empty ones at both ends are left out."""
    found: list[Share] = []
    below = 0
    for label, upto in _uptos(held):
        found.append(Share(label, upto - below))
        below = upto
    full = [place for place, share in enumerate(found) if share.tenths]
    return tuple(found[full[0] : full[-1] + 1])


def spoken(metric: str, number: float) -> str:
    """Write a value of a metric as people read it: `12`, `79.2 %`, `3.5 hours`, `58.43`."""
    if metric in RATES:
        return f"{_plain(100 * number, 1)} %"
    if metric != LATENCY:
        return _plain(number, 2)
    if number >= _DAYS_FROM_HOURS:
        return f"{_plain(number / 24, 1)} days"
    hours = _plain(number, 1)
    return f"{hours} {'hour' if hours == '1' else 'hours'}"


def summary(held: Thresholds) -> str:
    """Say in a sentence how the values of a metric lie; it holds by what a threshold is."""
    half, most = (spoken(held.metric, held.numbers[at]) for at in (500, 900))
    return f"Half have at most {half}, nine in ten at most {most}."


def _uptos(held: Thresholds) -> list[tuple[str, int]]:
    """Give of each class how many people have at most its values."""
    metric, numbers = held.metric, held.numbers
    if metric in RATES:
        below = max(bisect_left(numbers, 1.0) - 1, 0)
        ends = [*_weak(numbers, _RATES), ("below 100 %", below), ("100 %", HIGHEST)]
    elif metric == LATENCY:
        ends = [*_weak(numbers, _HOURS), ("longer", HIGHEST)]
    elif metric == OSS_COMPOSITE:
        ends = [*_weak(numbers, _POINTS), ("to 100", HIGHEST)]
    else:
        ends = [*_weak(numbers, _COUNTS), ("over 1,000", HIGHEST)]
    return ends


def _weak(
    numbers: tuple[float, ...], edges: tuple[tuple[str, float], ...]
) -> list[tuple[str, int]]:
    return [(label, max(bisect_right(numbers, edge) - 1, 0)) for label, edge in edges]


def _plain(number: float, places: int) -> str:
    text = f"{number:,.{places}f}"
    return text.rstrip("0").rstrip(".")
