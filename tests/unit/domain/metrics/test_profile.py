"""Counts of the profile: over exactly three years, by year or as their sum."""

from __future__ import annotations

import pytest

from laurels.domain.metrics import Profile, YearCounts, year_spans

NOW = 1_790_000_000
YEARS = year_spans(NOW)
WHOLE = (YEARS[0].start, YEARS[-1].end)


def test_sum_of_three_years_then_known() -> None:
    profile = Profile((YearCounts(*WHOLE, 12, 3),))
    assert (profile.reviews(NOW), profile.issues(NOW), profile.until) == (12, 3, NOW)


def test_years_and_their_sum_then_alike() -> None:
    by_year = Profile(tuple(YearCounts(*year, 4, 1) for year in YEARS))
    assert (by_year.reviews(NOW), by_year.issues(NOW)) == (12, 3)


@pytest.mark.parametrize(
    "profile",
    [
        Profile((YearCounts(WHOLE[0] + 1, WHOLE[1], 12, 3),)),
        Profile((YearCounts(*WHOLE, None, None),)),
        Profile((YearCounts(*WHOLE, 12, 3),), is_private=True),
        Profile((YearCounts(*YEARS[2], 12, 3),)),
    ],
    ids=["other-start", "unknown", "private", "one-year"],
)
def test_sum_of_anything_else_then_unknown(profile: Profile) -> None:
    assert (profile.reviews(NOW), profile.issues(NOW)) == (None, None)


def test_sum_from_later_than_now_then_unknown() -> None:
    assert Profile((YearCounts(*WHOLE, 12, 3),)).reviews(NOW - 1) is None
