"""Who stands before whom in one metric, and where nobody can say: pure.

Guarantee: an order is claimed between two people only where their ties do not overlap and, where
both have an interval of the value itself (95 %), these do not overlap either.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class Stand(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody stands: the ends of the tie, 0 to 100, and of the value, None where not known.

    The ends of the value are in its own unit, and say how sure it is.
    """

    who: str
    low: float
    high: float
    value_low: float | None = None
    value_high: float | None = None


def standing_order(
    stands: Sequence[Stand], *, is_low_first: bool = False
) -> tuple[tuple[str, ...], ...]:
    """Put people in groups, those who stand first before the others.

    Within a group no order is claimed; of two groups everybody of the first stands clearly before
    everybody of the second. `is_low_first` where a low percentile is the good one, as in raw mode
    for what is better when less.
    """
    sign = 1 if is_low_first else -1
    ordered = sorted(stands, key=lambda one: (sign * (one.low + one.high), one.who))
    groups: list[list[str]] = []
    for at, one in enumerate(ordered):
        before, after = ordered[:at], ordered[at:]
        if groups and not all(is_clear(a, b) for a in before for b in after):
            groups[-1].append(one.who)
        else:
            groups.append([one.who])
    return tuple(tuple(group) for group in groups)


def is_clear(one: Stand, other: Stand) -> bool:
    """Tell whether two people differ clearly; ties that only touch have nobody in common."""
    a, b = (one.low, one.high), (other.low, other.high)
    return a != b and (a[1] <= b[0] or b[1] <= a[0]) and not _values_overlap(one, other)


def _values_overlap(one: Stand, other: Stand) -> bool:
    low, high, other_low, other_high = (
        one.value_low, one.value_high, other.value_low, other.value_high,
    )  # fmt: skip
    if low is None or high is None or other_low is None or other_high is None:
        return False
    return low <= other_high and other_low <= high
