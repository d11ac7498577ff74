"""The median merge time with open pull requests censored: Kaplan and Meier's estimate.

Source: Kaplan and Meier 1958, S(t) = Π over event times s ≤ t of (1 − d/n), d merged at s of the n
neither merged nor censored before s. A pull request that is open at the end of the window has
waited that long and may still be merged: it is censored there. One closed unmerged will not be
merged; it is left out (the drop rate tells of it), so the median is over those merged or still
open. The median is the least t with S(t) ≤ 1/2, compared exactly. Its interval is Brookmeyer and
Crowley's (1982): where the band, log-minus-log with Greenwood's variance, comes down to 1/2. These
are lifelines' definitions too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from math import exp, inf, log, sqrt
from typing import Final

import msgspec

from laurels.domain.metrics.facts import PullRequest
from laurels.domain.metrics.tally import merge_length

Z_95: Final = 1.959963984540054
"""The normal distribution's 97.5th percentile: intervals are of 95 %."""

_NEAR: Final = 1e-9


class MedianTime(msgspec.Struct, frozen=True, kw_only=True):
    """The median in seconds and its 95 % interval; None where the curve stays above 1/2.

    `merged` counts the events, `waiting` the open pull requests.
    """

    seconds: int | None
    low_seconds: int | None
    high_seconds: int | None
    merged: int
    waiting: int

    @property
    def sentence(self) -> str:
        """Say what it is of."""
        of = f"{self.merged} merged and {self.waiting} open pull requests"
        if self.seconds is None:
            return f"Of {of}, fewer than half were merged so far: the median is not reached."
        return f"Of {of}, half are merged after this time (Kaplan–Meier, open ones censored)."


def median_merge_time(pull_requests: Iterable[PullRequest], now: int) -> MedianTime | None:
    """Estimate over eligible pull requests; `now` ends the window. None where none was merged."""
    merged: list[int] = []
    waiting: list[int] = []
    for one in pull_requests:
        length = merge_length(one)
        if length is not None:
            merged.append(length)
        elif one.state == "open" and one.created_at is not None and one.created_at <= now:
            waiting.append(now - one.created_at)
    return median_time(merged, waiting)


def median_time(events: Iterable[int], censored: Iterable[int]) -> MedianTime | None:
    """Estimate the median of durations, whole seconds ≥ 0; None without an event.

    At equal times events come before censorings.
    """
    happened, left = Counter(events), Counter(censored)
    merged = happened.total()
    if not merged:
        return None
    median = low = high = None
    for time, survival_then, variance, is_half in _curve(happened, left):
        lower, upper = _band(survival_then, variance)
        if low is None and lower <= 0.5:
            low = time
        if median is None and is_half:
            median = time
        if upper <= 0.5:
            high = time
            break
    return MedianTime(
        seconds=median,
        low_seconds=low,
        high_seconds=high,
        merged=merged,
        waiting=left.total(),
    )


class Step(msgspec.Struct, frozen=True, gc=False):
    """The curve from the time of an event on: S and its band, and whether S ≤ 1/2 exactly."""

    time: int
    survival: float
    low: float
    high: float
    is_half: bool


def survival(events: Iterable[int], censored: Iterable[int]) -> list[Step]:
    """Give the Kaplan–Meier curve with its 95 % band, a step for each time of events, ascending."""
    return [
        Step(time, product, *_band(product, variance), is_half)
        for time, product, variance, is_half in _curve(Counter(events), Counter(censored))
    ]


def _curve(
    happened: Mapping[int, int], left: Mapping[int, int]
) -> Iterator[tuple[int, float, float, bool]]:
    """Give (time, S, Greenwood's sum Σ d/(n(n − d)), whether S ≤ 1/2) at each time of events."""
    at_risk = sum(happened.values()) + sum(left.values())
    product, variance = 1.0, 0.0
    factors: list[tuple[int, int]] = []
    for time in sorted(happened.keys() | left.keys()):
        count = happened.get(time, 0)
        if count:
            stay = at_risk - count
            product *= stay / at_risk
            factors.append((stay, at_risk))
            variance = variance + count / (at_risk * stay) if stay else inf
            yield time, product, variance, _is_half(product, factors)
        at_risk -= count + left.get(time, 0)


def _band(product: float, variance: float) -> tuple[float, float]:
    if product <= 0 or variance == 0:
        return product, product
    width = Z_95 * sqrt(variance) / log(product)
    return product ** exp(-width), product ** exp(width)


def _is_half(product: float, factors: list[tuple[int, int]]) -> bool:
    if abs(product - 0.5) > _NEAR:
        return product < 0.5
    above = below = 1
    for left, at_risk in factors:
        above *= left
        below *= at_risk
    return 2 * above <= below
