from __future__ import annotations

import math
import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.adapters.drawing.leaves import branch, certificate_branch, leaf
from laurels.apps.scoring.models import Season
from laurels.apps.scoring.selectors.pages import Day
from laurels.domain.tiers import Tier
from laurels.web.presenters import boards
from laurels.web.presenters.heatmap import LEFT, STEP, TOP, heatmap
from laurels.web.presenters.seasons import DAY, WEEK, season_view, span_of
from laurels.web.presenters.tiers import glyph, ladder, marks, place_words

NOW = 1_778_750_400  # 14 May 2026, 09:20 UTC
TIERS = (
    Tier("leaf", "Leaf", 20),
    Tier("sprig", "Sprig", 100),
    Tier("branch", "Branch", 400, is_certified=False),
)
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def points_of(path: str) -> list[tuple[float, float]]:
    """Return the pairs of numbers of an absolute path."""
    found = [float(one) for one in NUMBER.findall(path)]
    return list(zip(found[::2], found[1::2], strict=True))


def test_leaf_when_drawn_then_it_has_its_length_and_closes() -> None:
    places = points_of(leaf((10, 20), 50, math.radians(-40)))
    assert places[0] == places[-1] == (10, 20)
    assert math.dist(places[0], places[3]) == pytest.approx(50, abs=0.1)


@given(
    merges=st.lists(st.integers(0, 5000), max_size=53),
    to_come=st.integers(0, 53),
    over=st.booleans(),
)
def test_branch_when_drawn_then_a_leaf_a_week_inside_the_picture(
    merges: list[int], to_come: int, over: bool
) -> None:
    total = len(merges) + to_come
    drawn = branch(merges, total, is_over=over)
    leaves = drawn.done.count("Z") + drawn.now.count("Z") + drawn.todo.count("Z")
    assert leaves == total
    assert bool(drawn.now) == (bool(merges) and not over)
    for x, y in points_of(drawn.done + drawn.now + drawn.todo):
        assert -2 <= x <= 562
        assert -8 <= y <= 178


@pytest.mark.parametrize("of", [1, 2, 4, 5, 9])
def test_certificate_branch_when_higher_then_more_leaves(of: int) -> None:
    counts = [certificate_branch(place, of).light.count("Z") for place in range(of)]
    assert counts == sorted(counts)
    assert counts[-1] == 19


@given(st.dictionaries(st.integers(0, 500), st.integers(1, 9)), st.dates(date(2000, 1, 1)))
def test_heatmap_when_drawn_then_a_dot_a_day_in_its_place(
    counts: dict[int, int], until: date
) -> None:
    days = {until - timedelta(days=ago): count for ago, count in counts.items()}
    drawn = heatmap(days, until)
    shown = {ago: count for ago, count in counts.items() if ago < 365}

    assert drawn.total == sum(shown.values()) == sum(row.count for row in drawn.rows)
    assert drawn.active == len(shown) == sum(path.count("h0") for path in drawn.levels)
    assert drawn.until - drawn.since == timedelta(days=364)
    for level, path in enumerate(drawn.levels, start=1):
        x = y = 0
        for part in re.findall(r"([Mm])(-?\d+) (-?\d+)h0", path):
            dx, dy = int(part[1]), int(part[2])
            x, y = (dx, dy) if part[0] == "M" else (x + dx, y + dy)
            assert LEFT <= x <= drawn.width
            assert TOP <= y <= TOP + 6 * STEP
        assert path.count("h0") == sum(1 for c in shown.values() if min(c, 4) == level)


def test_heatmap_when_a_monday_then_the_top_row() -> None:
    monday = date(2026, 5, 11)
    assert f"M{LEFT + 52 * STEP} {TOP}h0" == heatmap({monday: 1}, monday).levels[0]
    assert heatmap({}, monday).busiest is None


def test_spark_when_nothing_then_flat_and_else_from_zero_to_the_top() -> None:
    assert set(boards.spark({}).removeprefix("M").split()[1::2]) == {"17"}
    heights = boards.spark({0: 5, 12: 10}).removeprefix("M").split()[1::2]
    assert (heights[0], heights[6], heights[12]) == ("10", "17", "3")


@pytest.mark.parametrize(
    ("of", "glyphs"),
    [
        (1, ["t-wreath"]),
        (2, ["t-leaf", "t-wreath"]),
        (4, ["t-leaf", "t-sprig", "t-branch", "t-wreath"]),
        (5, ["t-leaf", "t-leaf", "t-sprig", "t-branch", "t-wreath"]),
    ],
)
def test_glyph_when_on_a_ladder_then_they_grow_to_the_wreath(of: int, glyphs: list[str]) -> None:
    assert [glyph(place, of) for place in range(of)] == glyphs


@pytest.mark.parametrize(
    ("place", "of", "text"),
    [(2, 4, "third of four tiers"), (0, 1, "the only tier"), (11, 12, "tier 12 of 12")],
)
def test_place_when_told_then_in_words(place: int, of: int, text: str) -> None:
    assert place_words(place, of) == text


DAYS = [Day(20260501, 1, 1, 30), Day(20260503, 1, 1, 80)]


def test_ladder_when_between_tiers_then_passed_now_next_with_days() -> None:
    found = ladder(TIERS, 110, DAYS, [(NOW, 100), (NOW + DAY, 200)])
    assert [rung.state for rung in found.rungs] == ["passed", "now", "next"]
    assert [rung.note for rung in found.rungs] == [
        "with work of 1 May 2026",
        "with work of 3 May 2026",
        "15 May 2026, if pending points settle",
    ]
    assert found.now == marks(TIERS)["sprig"]
    assert found.missing == "290 points to Branch"


def test_ladder_when_nothing_was_earned_then_no_tier_and_the_first_is_next() -> None:
    found = ladder((Tier("zero", "Zero", 0), *TIERS), 0, [], [])
    assert found.now is None
    assert [rung.state for rung in found.rungs] == ["next", "later", "later", "later"]


def test_ladder_when_at_the_top_or_fallen_then_said() -> None:
    assert ladder(TIERS, 500, [], []).missing == "the highest tier"
    fallen = ladder(TIERS, 30, DAYS, [], highest="sprig")
    assert fallen.rungs[1].note == "reached before; points have fallen since"


def season(starts_at: int | None, ends_at: int | None) -> Season:
    """Return a season that is in no database."""
    return Season(key="s", label="Season 3", starts_at=starts_at, ends_at=ends_at)


def test_season_when_open_then_the_day_is_counted_and_weeks_are_to_come() -> None:
    one = season(NOW - 15 * DAY, NOW + 6 * DAY)
    span = span_of(one, NOW)
    view = season_view(one, span, (3, 1, 2), NOW)
    assert (view.title, view.tag) == ("Season 3 is open", "Day 16 of 21")
    assert "2 full, one growing" in view.picture
    assert [week.is_now for week in view.weeks] == [False, False, True]


def test_season_when_over_then_it_says_so_and_counts_to_its_end() -> None:
    one = season(NOW - 30 * DAY, NOW - 9 * DAY)
    span = span_of(one, NOW)
    assert span.until == one.ends_at
    view = season_view(one, span, (3, 1, 2), NOW)
    assert (view.title, view.tag) == ("Season 3 is over", "21 days")


@pytest.mark.parametrize("one", [None, season(None, None)])
def test_season_when_it_has_no_bounds_then_thirteen_weeks_to_today(one: Season | None) -> None:
    span = span_of(one, NOW)
    assert (span.total, span.is_bounded) == (13, False)
    assert span.until - span.since == 13 * WEEK
    assert season_view(one, span, (0,) * 13, NOW).title == "The last 13 weeks"
