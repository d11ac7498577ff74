"""Making thresholds: threshold(p) is the least x with F(x) ≥ p/100, and for p = 0 the minimum.

Source: spec/metrics.md §2; it is SQL's percentile_disc, and the inverse of the distribution F of
the people themselves (no point between two people is made up).

A histogram counts people by value. Its keys are exact: whole numbers, or reduced pairs (numerator,
denominator) of a ratio, so a merge adds whole numbers and loses nothing: merged histograms give the
thresholds of all their people together, whatever the order. Keys are put in order by their binary64
quotient. Rounding keeps order, so the threshold of rounded values is the rounded threshold of the
exact ones; two ratios that round to one number are one tie, as they are in a look-up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import gcd
from typing import Final, TypeAlias

from laurels.domain.metric_names import Ratio, Value

POINTS: Final = 1_001
"""Percentiles 0.0 to 100.0 by 0.1."""

Key: TypeAlias = int | tuple[int, int]
Histogram: TypeAlias = Mapping[Key, int]


def key_of(value: Value) -> Key:
    """Give the key under which a value is counted: equal values have equal keys."""
    if not isinstance(value, Ratio):
        return value
    shared = gcd(value.numerator, value.denominator)
    return value.numerator // shared, value.denominator // shared


def number_of_key(key: Key) -> float:
    """Give the binary64 of a key: one division, rounded once."""
    return float(key) if isinstance(key, int) else key[0] / key[1]


def merged(*histograms: Histogram) -> dict[Key, int]:
    """Count the people of all histograms together; exact, and the same in any order."""
    total: dict[Key, int] = {}
    for histogram in histograms:
        for key, count in histogram.items():
            total[key] = total.get(key, 0) + count
    return {key: count for key, count in total.items() if count}


def moved(
    histogram: Histogram, changes: Iterable[tuple[Value | None, Value | None]]
) -> dict[Key, int]:
    """Count again after people moved from one value to another; None is no value at all.

    What a new day costs is its own people, however many others there are (besides the copy).
    ValueError, naming the value, where somebody leaves a value that nobody has.
    """
    total = dict(histogram)
    for before, after in changes:
        if before is not None:
            key = key_of(before)
            if total.get(key, 0) < 1:
                raise ValueError(f"nobody has the value {key}")
            total[key] -= 1
        if after is not None:
            key = key_of(after)
            total[key] = total.get(key, 0) + 1
    return {key: count for key, count in total.items() if count}


def thresholds_of_values(values: Iterable[Value]) -> tuple[float, ...]:
    """Give the 1,001 thresholds of people's values; ValueError when there are none."""
    numbers = sorted(number_of_key(key_of(value)) for value in values)
    if not numbers:
        raise ValueError("nobody has a value, so there are no thresholds")
    last = len(numbers)
    return tuple(numbers[max(0, -(-last * at // (POINTS - 1)) - 1)] for at in range(POINTS))


def thresholds_of_histogram(histogram: Histogram) -> tuple[float, ...]:
    """Give the 1,001 thresholds of counted people; ValueError when there are none."""
    ordered = sorted((number_of_key(key), count) for key, count in histogram.items() if count)
    everybody = sum(count for _, count in ordered)
    if not everybody:
        raise ValueError("nobody has a value, so there are no thresholds")
    if ordered and min(count for _, count in ordered) < 0:
        raise ValueError("a count below 0 counts nobody")
    found: list[float] = []
    below = 0
    for number, count in ordered:
        below += count
        # Least x with 1000·F(x) ≥ p: this number serves every p up to 1000·below/everybody.
        reached = below * (POINTS - 1) // everybody
        found += [number] * (reached + 1 - len(found))
    return tuple(found)


def threshold_text(number: float) -> str:
    """Write a threshold so that reading it gives the same binary64: 5.0, 0.7916666666666666."""
    return repr(number)
