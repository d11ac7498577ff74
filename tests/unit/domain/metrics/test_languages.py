"""The language profile against exact fractions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.domain.metrics import Changed, language_profile, weight
from laurels.domain.windows import Window

sizes = st.none() | st.integers(0, 500)
changes = st.lists(st.builds(Changed, st.integers(1, 6), sizes, sizes, sizes), max_size=20)
repositories = st.dictionaries(
    st.integers(1, 6),
    st.dictionaries(st.sampled_from(["C", "Go", "Python", "Rust"]), st.integers(0, 99), max_size=4),
)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (Changed(1, 10, 5, 2), 15),
        (Changed(1, 0, 0, 7), 7),
        (Changed(1, 0, 0, 0), 1),
        (Changed(1, None, None, None), 1),
        (Changed(1, None, 4, 9), 4),
    ],
)
def test_weight_then_lines_else_files_else_one(one: Changed, expected: int) -> None:
    assert weight(one) == expected


def test_profile_then_weights_spread_by_bytes_descending_to_two_decimals() -> None:
    found = language_profile(
        [Changed(1, 60, 40, 3), Changed(1, 0, 0, 5), Changed(2, 35, 0, 1), Changed(3, 9, 9, 9)],
        {1: {"Go": 300, "C": 100}, 2: {"Python": 7}, 3: {}},
        covers=(Window(5, 9),),
    )
    total = 105 + 35
    assert [(one.language, one.pct) for one in found.shares] == [
        ("Go", round(100 * 105 * 0.75 / total, 2)),
        ("Python", 25.0),
        ("C", 18.75),
    ]
    assert (found.pull_requests, found.without_languages, found.unsized) == (3, 1, 0)
    assert found.covers == (Window(5, 9),)


def test_profile_of_nothing_then_empty() -> None:
    found = language_profile([], {})
    assert (found.shares, found.pull_requests, found.covers) == ((), 0, ())
    alone = language_profile([Changed(4, None, None, None)], {4: {"C": 0}})
    assert (alone.shares, alone.without_languages, alone.unsized) == ((), 1, 1)


def test_profile_of_equal_shares_then_by_name() -> None:
    found = language_profile([Changed(1, 9, 0, 1)], {1: {"b": 1, "a": 1, "B": 1}})
    assert [one.language for one in found.shares] == ["B", "a", "b"]
    assert {one.hundredths for one in found.shares} == {3_333}


@given(changes, repositories)
def test_profile_of_anything_then_the_exact_fractions(
    given_prs: list[Changed], languages: dict[int, dict[str, int]]
) -> None:
    points: dict[str, Fraction] = {}
    for one in given_prs:
        held = languages.get(one.repository_id, {})
        for name, size in held.items():
            if size:
                part = Fraction(weight(one) * size, sum(held.values()))
                points[name] = points.get(name, Fraction(0)) + part
    total = sum(points.values())
    found = {one.language: one.hundredths for one in language_profile(given_prs, languages).shares}
    assert set(found) == set(points)
    for name, part in points.items():
        assert abs(found[name] - 10_000 * part / total) <= Fraction(1, 2) + Fraction(1, 10**9)
    assert list(found.values()) == sorted(found.values(), reverse=True)
