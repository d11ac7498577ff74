"""Thresholds and mergeable histograms against counting people one by one."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.domain.metric_names import Ratio, Value
from laurels.domain.percentiles import (
    POINTS,
    Key,
    key_of,
    merged,
    moved,
    thresholds_of_histogram,
    thresholds_of_values,
)
from laurels.domain.percentiles.thresholds import number_of_key, threshold_text

ratios = st.builds(lambda k, n: Ratio(min(k, n), n), st.integers(0, 30), st.integers(1, 30))
values = st.one_of(
    st.lists(st.integers(0, 50), min_size=1, max_size=80), st.lists(ratios, min_size=1, max_size=80)
)


def exact(value: Value) -> Fraction:
    return Fraction(*value) if isinstance(value, Ratio) else Fraction(value)


def brute_threshold(people: list[Value], at: int) -> float:
    """Give the least value whose share of people at or below it reaches the percentile."""
    known = [exact(value) for value in people]
    if not at:
        return float(min(known))
    enough = [
        x for x in known if Fraction(sum(y <= x for y in known), len(known)) >= Fraction(at, 1000)
    ]
    return float(min(enough))


def counted(people: list[Value]) -> dict[Key, int]:
    return moved({}, ((None, value) for value in people))


@given(values)
def test_thresholds_of_any_people_then_by_definition(people: list[Value]) -> None:
    found = thresholds_of_values(people)
    assert len(found) == POINTS
    for at in (0, 1, 3, 100, 249, 250, 333, 500, 501, 667, 750, 999, 1_000):
        assert found[at] == brute_threshold(people, at)
    assert all(low <= high for low, high in pairwise(found))


@given(values)
def test_thresholds_of_a_histogram_then_those_of_its_people(people: list[Value]) -> None:
    assert thresholds_of_histogram(counted(people)) == thresholds_of_values(people)


@given(st.lists(st.lists(ratios | st.integers(0, 9), max_size=20), max_size=5), st.randoms())
def test_merging_histograms_in_any_order_then_counting_all_at_once(parts: list, order) -> None:
    together = counted([value for part in parts for value in part])
    histograms = [counted(part) for part in parts]
    order.shuffle(histograms)
    assert merged(*histograms) == together


@given(st.lists(st.tuples(ratios, ratios), min_size=1, max_size=30))
def test_moving_people_then_counting_them_where_they_are(changes: list) -> None:
    before = counted([old for old, _ in changes])
    assert moved(before, changes) == counted([new for _, new in changes])
    assert moved(before, [(old, None) for old, _ in changes]) == {}


def test_moving_somebody_who_was_never_counted_then_refused() -> None:
    with pytest.raises(ValueError, match=r"nobody has the value \(1, 2\)"):
        moved({(1, 3): 4}, [(Ratio(2, 4), None)])


def test_equal_ratios_then_one_key() -> None:
    assert key_of(Ratio(19, 38)) == key_of(Ratio(1, 2)) == (1, 2)
    assert key_of(Ratio(0, 7)) == key_of(Ratio(0, 9)) == (0, 1)
    assert key_of(12) == 12


@pytest.mark.parametrize("make", [thresholds_of_values, thresholds_of_histogram])
def test_thresholds_of_nobody_then_refused(make) -> None:
    with pytest.raises(ValueError, match="nobody has a value"):
        make({})


def test_thresholds_of_a_count_below_nothing_then_refused() -> None:
    with pytest.raises(ValueError, match="below 0"):
        thresholds_of_histogram({1: -1, 2: 5})


def test_thresholds_of_one_person_then_all_the_same() -> None:
    assert set(thresholds_of_values([Ratio(5, 2)])) == {2.5}


@given(st.floats(0, 1e9) | ratios.map(lambda ratio: ratio.number))
def test_threshold_text_when_read_then_the_same_number(number: float) -> None:
    assert float(threshold_text(number)) == number


def test_ratios_closer_than_numbers_tell_then_one_tie() -> None:
    near, nearer = (10**17, 10**17 + 1), (10**17 - 1, 10**17)
    assert number_of_key(near) == number_of_key(nearer)
    assert len(set(thresholds_of_histogram({near: 1, nearer: 1}))) == 1
