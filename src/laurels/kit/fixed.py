"""Fixed-point numbers: whole integers in thousandths, rounded half to even.

Points and factors are ints in thousandths (`_milli`). Every product is rounded once, half to
even, to a thousandth (spec/scoring.md §2, Arithmetic), so the database and Python agree exactly.
"""

from __future__ import annotations

MILLI = 1000


def round_half_even(numerator: int, denominator: int) -> int:
    """Divide two ints (denominator above 0) and round to the nearest, a half to the even one."""
    quotient, rest = divmod(numerator, denominator)
    twice = rest + rest
    if twice > denominator or (twice == denominator and quotient & 1):
        return quotient + 1
    return quotient


def scale(value_milli: int, factor_milli: int) -> int:
    """Multiply a value by a factor, both in thousandths, rounded half to even to a thousandth."""
    return round_half_even(value_milli * factor_milli, MILLI)


def to_points(value_milli: int) -> int:
    """Round thousandths of a point half to even to whole points."""
    return round_half_even(value_milli, MILLI)
