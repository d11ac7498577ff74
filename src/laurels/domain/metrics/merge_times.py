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

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from itertools import accumulate, repeat
from math import exp, inf, isqrt, log, sqrt
from operator import add, mul, neg, sub, truediv
from typing import Final, NamedTuple

import msgspec

from laurels.domain.metrics.facts import PullRequest
from laurels.domain.metrics.tally import merge_length

Z_95: Final = 1.959963984540054
"""The normal distribution's 97.5th percentile: intervals are of 95 %."""

_NEAR: Final = 1e-9
_STRETCH: Final = 64
_ENOUGH: Final = 64
_WIDEST: Final = 700.0
"""e to more than that is no binary64."""


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
    merged, left = sorted(events), sorted(censored)
    if not merged:
        return None
    # What lies beyond the interval does not matter: where those who wait came late, as most do, a
    # half and twice the deviation of counting are enough, and all are looked at only otherwise.
    everybody = len(merged) + len(left)
    part = min(len(merged), _ENOUGH + everybody // 2 + 2 * isqrt(everybody))
    found = _places(merged[: bisect_right(merged, merged[part - 1])], left, len(merged))
    if found[2] is None:
        found = _places(merged, left, len(merged))
    seconds, low, high = found
    return MedianTime(
        seconds=seconds,
        low_seconds=low,
        high_seconds=high,
        merged=len(merged),
        waiting=len(left),
    )


def _places(events: list[int], left: list[int], merged: int) -> tuple[int | None, ...]:
    """Give the times of the median and of the ends of its interval, None where not reached."""
    curve = _curve(events, left, merged)
    half = _first_half(curve)
    # S lies inside its band: the lower end is at 1/2 no later than S, the upper one no sooner.
    low = _first(curve, _LOWER, 0)
    high = None if half is None else _first(curve, _UPPER, half)
    return tuple(None if at is None else curve.times[at] for at in (half, low, high))


class Step(msgspec.Struct, frozen=True, gc=False):
    """The curve from the time of an event on: S and its band, and whether S ≤ 1/2 exactly."""

    time: int
    survival: float
    low: float
    high: float
    is_half: bool


def survival(events: Iterable[int], censored: Iterable[int]) -> list[Step]:
    """Give the Kaplan–Meier curve with its 95 % band, a step for each time of events, ascending."""
    merged = sorted(events)
    curve = _curve(merged, sorted(censored), len(merged))
    return [
        Step(time, product, *_band(product, variance), _is_half(curve, at))
        for at, (time, product, variance) in enumerate(
            zip(curve.times, curve.products, curve.variances, strict=True)
        )
    ]


class _Curve(NamedTuple):
    """By time of events, ascending: how many, of how many at risk, S, and Greenwood's sum."""

    times: list[int]
    counts: list[int]
    risks: list[int]
    products: list[float]
    variances: list[float]


def _curve(events: list[int], left: list[int], merged: int) -> _Curve:
    """Compute S = Π (1 − d/n) and Σ d/(n(n − d)) at the earliest `events` of all `merged` ones.

    Both lists ascend. Written for the speed of ten thousand: no step of it is one of Python's.
    """
    happened = Counter(events)
    times = list(happened)
    counts = list(happened.values())
    gone = map(bisect_left, repeat(left), times)
    before = map(add, accumulate(counts, initial=0), gone)
    risks = list(map(sub, repeat(merged + len(left)), before))
    stays = list(map(sub, risks, counts))
    terms = list(map(truediv, counts[:-1], map(mul, risks, stays)))
    if stays:
        terms.append(counts[-1] / (risks[-1] * stays[-1]) if stays[-1] else inf)
    products = list(accumulate(map(truediv, stays, risks), mul))
    return _Curve(times, counts, risks, products, list(accumulate(terms)))


_LOWER, _UPPER = 0, 1


def _first(curve: _Curve, side: int, start: int) -> int | None:
    """Find the first place from `start` on where an end of the band is at 1/2 or below.

    Bands need not fall from step to step, so each is looked at, but for those of a stretch that a
    bound keeps above 1/2 as a whole: S is least at its last place, and the width −ln S is taken at
    one end and Greenwood's sum at the other, whichever brings the end of the band down further.
    """
    products, variances, length = curve.products, curve.variances, len(curve.times)
    for begin in range(start, length, _STRETCH):
        last = min(begin + _STRETCH, length) - 1
        if _is_above(curve, side, begin, last):
            continue
        for at in range(begin, last + 1):
            if _band(products[at], variances[at])[side] <= 0.5:
                return at
    return None


def _is_above(curve: _Curve, side: int, begin: int, last: int) -> bool:
    first, least = curve.products[begin], curve.products[last]
    if least <= 0:
        return False
    if side == _LOWER:
        width = Z_95 * sqrt(curve.variances[last]) / -log(first)
    else:
        width = -Z_95 * sqrt(curve.variances[begin]) / -log(least)
    return width < _WIDEST and float(least ** exp(width)) > 0.5 + _NEAR


def _band(product: float, variance: float) -> tuple[float, float]:
    if product <= 0 or variance == 0:
        return product, product
    width = Z_95 * sqrt(variance) / log(product)
    return product ** exp(-width), product ** exp(width)


def _first_half(curve: _Curve) -> int | None:
    # S never rises, so all before this place are above 1/2 whatever the rounding.
    near = bisect_left(curve.products, -0.5 - _NEAR, key=neg)
    for at in range(near, len(curve.times)):
        if _is_half(curve, at):
            return at
    return None


def _is_half(curve: _Curve, at: int) -> bool:
    product = curve.products[at]
    if abs(product - 0.5) > _NEAR:
        return product < 0.5
    above = below = 1
    for count, at_risk in zip(curve.counts[: at + 1], curve.risks, strict=False):
        above *= at_risk - count
        below *= at_risk
    return 2 * above <= below
