"""Who stands before whom in one metric, and where nobody can say: pure.

Guarantee: an order is claimed between two people only where their ties do not overlap and, where
both have an interval of the value itself (95 %), these do not overlap either. What only a part of
the window was read of may be more than it is known to be: a count of that kind has no upper end,
and a rate or a time of that kind has no ends at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from laurels.domain.metric_names import COUNTED

BEST: Final = 100.0
"""The upper end of the scale that a percentile is shown on."""


class Stand(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody stands: the ends of the tie, 0 to 100, and of the value, None where not known.

    `is_whole`: all of the window has been read.
    """

    who: str
    low: float
    high: float
    value_low: float | None = None
    value_high: float | None = None
    is_whole: bool = True


def standing_order(
    metric: str, stands: Sequence[Stand], *, is_low_first: bool = False
) -> tuple[tuple[str, ...], ...]:
    """Put people in groups, those who stand first before the others.

    Within a group no order is claimed; between two groups everybody of the first stands clearly
    before everybody of the second. `is_low_first` where a low percentile is the good one, as in
    raw mode for what is better when less.
    """
    sign = 1 if is_low_first else -1
    ordered = sorted(stands, key=lambda one: (sign * (one.low + one.high), one.who))
    groups: list[list[Stand]] = []
    for at, one in enumerate(ordered):
        rest = ordered[at:]
        if groups and not _is_cut(metric, ordered[:at], rest):
            groups[-1].append(one)
        else:
            groups.append([one])
    return tuple(tuple(one.who for one in group) for group in groups)


def _is_cut(metric: str, before: Sequence[Stand], after: Sequence[Stand]) -> bool:
    return all(_is_clear(metric, one, other) for one in before for other in after)


def _is_clear(metric: str, one: Stand, other: Stand) -> bool:
    """Tell whether two people differ clearly; ties that only touch have nobody in common."""
    a, b = _ends(metric, one), _ends(metric, other)
    return a != b and (a[1] <= b[0] or b[1] <= a[0]) and not _values_overlap(one, other)


def _ends(metric: str, one: Stand) -> tuple[float, float]:
    if one.is_whole:
        return one.low, one.high
    return (one.low if metric in COUNTED else 0.0), BEST


def _values_overlap(one: Stand, other: Stand) -> bool:
    ends = (one.value_low, one.value_high, other.value_low, other.value_high)
    low, high, other_low, other_high = ends
    if low is None or high is None or other_low is None or other_high is None:
        return False
    return low <= other_high and other_low <= high
