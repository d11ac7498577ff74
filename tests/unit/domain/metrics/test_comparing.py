from __future__ import annotations

from itertools import combinations

import hypothesis.strategies as st
from hypothesis import given

from laurels.domain.metrics.comparing import Stand, is_clear, standing_order


def stand(who: str, low: float, high: float, *value: float) -> Stand:
    value_low, value_high = value or (None, None)
    return Stand(who=who, low=low, high=high, value_low=value_low, value_high=value_high)


def test_order_when_ties_lie_apart_then_the_highest_first() -> None:
    found = standing_order([stand("a", 10, 20), stand("b", 80, 90), stand("c", 40, 40.1)])
    assert found == (("b",), ("c",), ("a",))


def test_order_when_the_low_is_good_then_the_lowest_first() -> None:
    found = standing_order([stand("a", 10, 20), stand("b", 80, 90)], is_low_first=True)
    assert found == (("a",), ("b",))


def test_order_when_ties_overlap_or_are_the_same_then_none_is_claimed() -> None:
    assert standing_order([stand("a", 10, 50), stand("b", 49.9, 90)]) == (("b", "a"),)
    assert standing_order([stand("b", 34.2, 100), stand("a", 34.2, 100)]) == (("a", "b"),)
    assert standing_order([stand("b", 52.7, 52.7), stand("a", 52.7, 52.7)]) == (("a", "b"),)


def test_order_when_ties_only_touch_then_nobody_is_in_both() -> None:
    assert standing_order([stand("a", 0, 40), stand("b", 40, 57)]) == (("b",), ("a",))


def test_order_when_what_is_sure_of_the_values_overlaps_then_none_is_claimed() -> None:
    few, many = stand("few", 80, 80, 0.6, 0.95), stand("many", 60, 60, 0.7, 0.8)
    assert standing_order([few, many]) == (("few", "many"),)
    assert standing_order([few, stand("other", 60, 60, 0.2, 0.5)]) == (("few",), ("other",))
    assert standing_order([few, stand("untold", 60, 60)]) == (("few",), ("untold",))


def test_order_when_one_overlaps_both_sides_then_all_of_them_are_one_group() -> None:
    found = standing_order([stand("a", 10, 20), stand("b", 15, 60), stand("c", 50, 70)])
    assert found == (("c", "b", "a"),)
    assert standing_order([]) == ()


ENDS = st.tuples(st.integers(0, 20), st.integers(0, 20)).map(sorted)


@given(st.lists(ENDS, max_size=5))
def test_order_when_anybody_stands_anywhere_then_complete_clear_and_whatever_the_input_order(
    ends: list[list[int]],
) -> None:
    people = {str(at): stand(str(at), *pair) for at, pair in enumerate(ends)}
    groups = standing_order(list(people.values()))
    assert sorted(who for group in groups for who in group) == sorted(people)
    for before, after in combinations(groups, 2):
        for one in before:
            for other in after:
                assert is_clear(people[one], people[other])
                assert people[one].low >= people[other].high
    assert standing_order(list(people.values())[::-1]) == groups
