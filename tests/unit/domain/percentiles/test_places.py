"""Modes and bins: one tie, shown in three ways."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.domain.metric_names import DROP_RATE, OPENED, Ratio, number_of
from laurels.domain.percentiles import Bin, Mode, bin_of
from laurels.domain.percentiles.places import place_of
from tests.unit.domain.percentiles.populations import baseline_of, distribution

ends = st.tuples(st.integers(0, 1_000), st.integers(0, 1_000)).map(sorted)
counts = st.lists(st.integers(0, 40), min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        (0, Bin.VERY_LOW),
        (249, Bin.VERY_LOW),
        (250, Bin.LOW),
        (499, Bin.LOW),
        (500, Bin.MEDIUM),
        (749, Bin.MEDIUM),
        (750, Bin.HIGH),
        (899, Bin.HIGH),
        (900, Bin.VERY_HIGH),
        (989, Bin.VERY_HIGH),
    ],
)
def test_bin_at_its_edges_then_named(shown: int, name: Bin) -> None:
    assert {bin_of(shown, mode) for mode in Mode} == {name}


@pytest.mark.parametrize("shown", [990, 999])
def test_top_bin_then_named_by_mode(shown: int) -> None:
    assert bin_of(shown, Mode.RAW) == "Extremely High"
    assert bin_of(shown, Mode.INVERTED) == "Exceptional"
    assert bin_of(shown, Mode.FAIR) == "Exceptional"


@given(ends, st.sampled_from(Mode), st.booleans())
def test_place_of_any_tie_then_between_its_ends_and_below_a_hundred(
    tie: list[int], mode: Mode, is_turned: bool
) -> None:
    low, high = tie
    place = place_of(OPENED, mode, low, high, lower_is_better=is_turned, population=7)
    assert min(place.low_tenths, 999) <= place.percentile_tenths <= place.high_tenths
    assert 0 <= place.percentile_tenths <= 999
    assert place.high_tenths - place.low_tenths == high - low
    assert place.bin is bin_of(place.percentile_tenths, mode)


@given(ends)
def test_fair_place_when_turned_then_the_mirror_of_the_other(tie: list[int]) -> None:
    low, high = tie
    higher = place_of(OPENED, Mode.FAIR, low, high, lower_is_better=False, population=None)
    lower = place_of(OPENED, Mode.FAIR, low, high, lower_is_better=True, population=None)
    assert (lower.low_tenths, lower.high_tenths) == (1_000 - high, 1_000 - low)
    assert lower.percentile_tenths == min(999, 1_000 - round(Fraction(low + high, 2))), (
        "Python rounds a half to the even number too"
    )
    assert higher.percentile_tenths == min(999, round(Fraction(low + high, 2)))


@pytest.mark.parametrize(("tie", "shown"), [((0, 1), 0), ((1, 2), 2), ((2, 3), 2), ((3, 4), 4)])
def test_fair_middle_of_half_a_tenth_then_the_even_one(tie: tuple[int, int], shown: int) -> None:
    place = place_of(OPENED, Mode.FAIR, *tie, lower_is_better=False, population=None)
    assert place.percentile_tenths == shown


@given(counts, st.integers(-3, 50))
def test_ends_for_any_people_then_the_distribution_cut_to_tenths(
    values: list[int], value: int
) -> None:
    below, upto = distribution(values, value)
    place = baseline_of(OPENED, values).place(OPENED, value)
    assert place is not None
    assert 0 <= below - place.low < 0.1 + 1e-9
    assert 0 <= upto - place.high < 0.1 + 1e-9


@given(counts, st.integers(-3, 50))
def test_raw_place_for_any_people_then_the_greatest_threshold_not_above(
    values: list[int], value: int
) -> None:
    baseline = baseline_of(OPENED, values)
    numbers = baseline.thresholds[OPENED].numbers
    reached = [at for at, number in enumerate(numbers) if number <= value]
    assert baseline.raw_tenths(OPENED, value) == max(reached, default=0)
    place = baseline.place(OPENED, value, Mode.RAW)
    assert place is not None
    assert place.percentile_tenths == min(max(reached, default=0), 999)


@given(st.lists(st.integers(0, 9), min_size=1), st.integers(0, 9), st.integers(0, 9))
def test_place_when_the_value_grows_then_never_falls(
    values: list[int], one: int, more: int
) -> None:
    for metric, sign in ((OPENED, 1), (DROP_RATE, -1)):
        baseline = baseline_of(metric, values)
        for mode in (Mode.FAIR, Mode.INVERTED):
            first = baseline.place(metric, one, mode)
            second = baseline.place(metric, one + more, mode)
            assert first is not None
            assert second is not None
            assert sign * first.percentile_tenths <= sign * second.percentile_tenths


@given(st.lists(st.integers(0, 9), min_size=1))
def test_zero_where_lower_is_better_then_never_below_fifty(values: list[int]) -> None:
    place = baseline_of(DROP_RATE, values).place(DROP_RATE, Ratio(0, 20))
    assert place is not None
    assert place.percentile >= 50


def test_place_of_nothing_or_of_a_metric_that_is_not_there_then_none() -> None:
    baseline = baseline_of(OPENED, [1, 2, 3], population=3)
    assert baseline.place(OPENED, None) is None
    assert baseline.raw_tenths(OPENED, None) is None
    assert baseline.place(DROP_RATE, 0) is None
    assert baseline.raw_tenths(DROP_RATE, 0) is None
    place = baseline.place(OPENED, 2)
    assert place is not None
    assert place.population == 3


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_place_of_what_is_not_finite_then_refused(number: float) -> None:
    with pytest.raises(ValueError, match="not finite"):
        baseline_of(OPENED, [1]).place_number(OPENED, number)


def test_place_beyond_everybody_then_shown_below_a_hundred() -> None:
    baseline = baseline_of(OPENED, [1, 2, 3])
    place = baseline.place(OPENED, 10**9)
    assert place is not None
    assert (place.low, place.high, place.percentile) == (100.0, 100.0, 99.9)
    before = baseline.place(OPENED, 0)
    assert before is not None
    assert (before.low, before.high, before.percentile) == (0.0, 0.0, 0.0)


def test_middle_then_neither_rounded_nor_clamped() -> None:
    tie = place_of(OPENED, Mode.FAIR, 2, 3, lower_is_better=False, population=None)
    assert (tie.middle, tie.percentile) == (0.25, 0.2)
    top = place_of(OPENED, Mode.FAIR, 1_000, 1_000, lower_is_better=False, population=None)
    assert (top.middle, top.percentile) == (100.0, 99.9)


def test_number_of_a_ratio_then_one_division() -> None:
    assert number_of(Ratio(31, 39)) == 31 / 39
    assert number_of(7) == 7.0
