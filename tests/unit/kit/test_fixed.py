"""Fixed-point arithmetic against exact fractions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.kit.fixed import round_half_even, scale, to_points

WHOLE = st.integers(-(10**12), 10**12)


@given(WHOLE, st.integers(1, 10**6))
def test_round_half_even_when_any_fraction_then_equals_bankers_rounding(
    top: int, under: int
) -> None:
    assert round_half_even(top, under) == round(Fraction(top, under))


@pytest.mark.parametrize(
    ("milli", "points"),
    [(500, 0), (1500, 2), (2500, 2), (2501, 3), (25_377, 25), (-500, 0), (-1500, -2), (0, 0)],
)
def test_to_points_when_halfway_then_rounds_to_the_even_one(milli: int, points: int) -> None:
    assert to_points(milli) == points


@given(WHOLE, st.integers(0, 10**6))
def test_scale_when_multiplied_then_rounds_the_product_once(value: int, factor: int) -> None:
    assert scale(value, factor) == round(Fraction(value * factor, 1000))


@given(WHOLE)
def test_scale_when_factor_is_one_then_changes_nothing(value: int) -> None:
    assert scale(value, 1000) == value
