from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.adapters.drawing.people import FERN, HIDDEN, UNKNOWN


def test_title_when_known_then_one_sentence_with_day_and_season() -> None:
    assert FERN.title == (
        "fern-hollow in Harbour Commons: tier Branch, 988 points, 23rd of 1,284 in Season 3,"
        " on 14 May 2026"
    )


def test_standing_when_known_then_tier_points_rank() -> None:
    assert FERN.standing == "Branch · 988 points · 23rd"
    assert replace(FERN, is_tied=True).standing == "Branch · 988 points · =23rd"


@pytest.mark.parametrize(
    ("changes", "standing"),
    [
        ({"tier": ""}, "988 points · 23rd"),
        ({"rank": None}, "Branch · 988 points"),
        ({"tier": "", "rank": None, "points": None}, "no points yet"),
        ({"tier": "", "rank": None, "points": 0}, "0 points"),
        ({"tier": "", "rank": None, "points": 1}, "1 point"),
    ],
)
def test_standing_when_something_is_unknown_then_it_is_left_out(
    changes: dict[str, object], standing: str
) -> None:
    assert replace(FERN, **changes).standing == standing  # type: ignore[arg-type]


def test_title_when_nothing_is_known_then_no_zero() -> None:
    bare = replace(FERN, tier="", points=None, rank=None, on="")
    assert bare.title == "fern-hollow in Harbour Commons: no points yet"


def test_title_when_ranks_stand_alone_then_no_season_and_no_crowd() -> None:
    assert replace(FERN, season="", people=None, on="").title.endswith("988 points, 23rd")


def test_facts_when_not_known_or_not_shown_then_nothing_of_the_person() -> None:
    assert (UNKNOWN.standing, HIDDEN.standing) == ("not found", "not shown")
    assert UNKNOWN.title == "Harbour Commons: nobody here has the login nobody"
    for part in ("shy", "Wreath", "7", "1st"):
        assert part not in HIDDEN.title
