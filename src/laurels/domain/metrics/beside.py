"""Three figures beside the nine, never instead of them: they say how sure a number is.

The median merge time knows of the pull requests that still wait (Kaplan–Meier), where the mean
knows the merged ones alone; the two rates are drawn toward the population by how little a person's
own count says, each with an interval of 95 %. No figure is ever missing without a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from laurels.domain.metric_names import DROP_RATE, HOUR_SECONDS, MERGE_RATE
from laurels.domain.metrics.measuring import Measured
from laurels.domain.metrics.merge_times import MedianTime
from laurels.domain.metrics.reasons import DRAFTS_UNKNOWN, NO_BASELINE, WINDOW_UNCOVERED
from laurels.domain.metrics.shrinking import Prior, shrink

MEDIAN_TIME: Final = "median_merge_time_hours"
SHRUNK: Final = {MERGE_RATE: "shrunken_merge_rate", DROP_RATE: "shrunken_drop_rate"}
"""The rates by the name that their drawn figure has."""

BESIDE: Final = (MEDIAN_TIME, *SHRUNK.values())

_NONE_MERGED: Final = "No pull request that counts has been merged, so there is no time to tell."
_NONE_READY: Final = "No pull request counts, so there is no rate to tell."
_NO_PRIOR: Final = "The population does not tell how people differ in this rate."


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One figure with its 95 % interval; None where unknown. `sentence` says what it is, or why.

    `counted` of `of`: of a rate its pull requests; of the time those merged, of them and the open.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    counted: int
    of: int
    sentence: str


def beside(
    measured: Measured,
    median: MedianTime | None,
    priors: Mapping[str, Prior | None] | None,
) -> dict[str, Side]:
    """Give the figures of `BESIDE` for a measured person.

    `median` is that of the pull requests the tally was made of; `priors` are by rate, None without
    a population.
    """
    sides = {MEDIAN_TIME: _time(measured, median)}
    for rate, name in SHRUNK.items():
        sides[name] = _rate(rate, measured, priors)
    return sides


def _time(measured: Measured, median: MedianTime | None) -> Side:
    if measured.coverage.is_none:
        return Side(counted=0, of=0, sentence=WINDOW_UNCOVERED.sentence)
    if median is None:
        return Side(counted=0, of=measured.tally.opened, sentence=_NONE_MERGED)
    return _hours(median)


def _hours(median: MedianTime) -> Side:
    value, low, high = (
        None if one is None else one / HOUR_SECONDS
        for one in (median.seconds, median.low_seconds, median.high_seconds)
    )
    return Side(
        value=value,
        low=low,
        high=high,
        counted=median.merged,
        of=median.merged + median.waiting,
        sentence=median.sentence,
    )


def _rate(name: str, measured: Measured, priors: Mapping[str, Prior | None] | None) -> Side:
    held = measured.tally
    counted, of = (held.merged, held.opened) if name == MERGE_RATE else (held.dropped, held.ready)
    if measured.coverage.is_none:
        return Side(counted=0, of=0, sentence=WINDOW_UNCOVERED.sentence)
    if name == DROP_RATE and held.drafts_unknown:
        return Side(counted=0, of=0, sentence=DRAFTS_UNKNOWN.sentence)
    if not of:
        return Side(counted=0, of=0, sentence=_NONE_READY)
    if priors is None:
        return Side(counted=counted, of=of, sentence=NO_BASELINE.sentence)
    shrunk = shrink(counted, of, priors.get(name))
    if shrunk is None:
        return Side(counted=counted, of=of, sentence=_NO_PRIOR)
    return Side(
        value=shrunk.rate,
        low=shrunk.low,
        high=shrunk.high,
        counted=counted,
        of=of,
        sentence=shrunk.sentence,
    )
