"""Columns of counted people into the domain's histograms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import gcd
from typing import Any, Final

from laurels.domain.metric_names import (
    DROP_RATE,
    LATENCY,
    MERGE_RATE,
    OPENED,
    OSS_COMPOSITE,
    OSS_PRS,
)
from laurels.domain.percentiles import Key, Population

_RATIOS: Final = frozenset({MERGE_RATE, DROP_RATE, LATENCY})
_COLUMNS: Final = ("metric", "a", "b", "c", "people")


def population_of(columns: Mapping[str, Sequence[Any]]) -> Population:
    """Make the population of the program's histograms: columns metric, a, b, c, people.

    Ratios are reduced here, so that equal ones of different sizes are one value.
    """
    by_value: dict[str, Counter[Key]] = {}
    by_triple: Counter[tuple[int, int, int]] = Counter()
    people_in_all = 0
    for metric, a, b, c, people in zip(*(columns[name] for name in _COLUMNS), strict=True):
        if metric == OSS_COMPOSITE:
            by_triple[a, b, c] = people
            continue
        counts = by_value.get(metric)
        if counts is None:
            counts = by_value[metric] = Counter()
        if metric in _RATIOS:
            shared = gcd(a, b)
            counts[a // shared, b // shared] += people
        else:
            counts[a] = people
            people_in_all += people if metric == OPENED else 0
    if OPENED in by_value:
        by_value[OSS_PRS] = by_value[OPENED]
    return Population(people=people_in_all, by_value=by_value, by_triple=by_triple)
