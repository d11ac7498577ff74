"""Every preset gives the numbers of spec/scoring.md §3."""

from __future__ import annotations

from typing import Any

import pytest

from laurels.domain.appraisal import appraise
from laurels.domain.rulesets import (
    DEFAULT_PRESET,
    PRESETS,
    UnknownPreset,
    content_hash,
    preset,
    preset_text,
)
from laurels.kit.times import parse_instant
from tests.unit.domain.rules_world import DAY, NOON, Placed, merge, opened, score, total, worth

OCTOBER = parse_instant("2026-10-05T12:00:00Z")


def labelled(*labels: str, **facts: Any) -> Placed:
    """An approved GSSoC merge with more labels."""
    return merge(labels=("gssoc:approved", *labels), **facts)


def one(kind: str, number: int = 1, **facts: Any) -> Placed:
    """A contribution of some kind."""
    return merge(number, **({"kind": kind} | facts))


def sized(lines: int, number: int = 1, **facts: Any) -> Placed:
    """A merge of so many lines."""
    return merge(number, additions=lines, deletions=0, **facts)


def tier_points(name: str) -> list[tuple[str, int]]:
    """Keys and thresholds of a preset's tiers."""
    return [(tier.key, tier.points) for tier in preset(name).tiers]


@pytest.mark.parametrize("name", PRESETS)
def test_preset_when_read_then_is_valid_and_has_a_hash(name: str) -> None:
    assert len(content_hash(preset(name))) == 64
    assert preset_text(name).startswith("#")


def test_preset_when_unknown_then_names_the_known_ones() -> None:
    with pytest.raises(UnknownPreset, match=r"no preset 'fare'.*contriverse, fair, gssoc"):
        preset("fare")


def test_preset_when_none_is_chosen_then_fair() -> None:
    assert DEFAULT_PRESET == "fair"


@pytest.mark.parametrize("name", ["nest", "nest-legacy"])
def test_nest_when_counted_then_merges_10_openings_5_issues_3(name: str) -> None:
    rules = preset(name)
    kinds = ["pr_merged", "pr_opened", "issue_opened", "issue_completed", "review_submitted"]
    assert [worth(one(kind), rules) for kind in kinds] == [10, 5, 3, 0, 0]
    assert total([merge(n) for n in range(1, 400)], rules) == 3990
    assert rules.hold_days == 0


def test_nest_when_in_a_fork_then_nothing_but_bots_and_own_repositories_count() -> None:
    rules = preset("nest")
    assert worth(merge(is_fork=True), rules) == 0
    assert worth(merge(is_bot=True, is_own_repository=True), rules) == 10


def test_nest_when_tiers_then_four_levels() -> None:
    levels = [("level_1", 0), ("level_2", 100), ("level_3", 250), ("level_4", 500)]
    assert tier_points("nest") == levels


@pytest.mark.parametrize(
    ("lines", "points"),
    [(9, 30), (10, 50), (99, 50), (100, 70), (499, 70), (500, 100), (999, 100), (1000, 150)],
)
def test_contriverse_when_sized_then_bonus_or_penalty(lines: int, points: int) -> None:
    assert worth(sized(lines), preset("contriverse")) == points


@pytest.mark.parametrize(("rating", "points"), [(5, 75), (4, 60), (3, 50), (2, 40), (1, 25)])
def test_contriverse_when_rated_then_multiplies(rating: int, points: int) -> None:
    assert worth(merge(ratings=((7, rating),)), preset("contriverse")) == points


def test_contriverse_when_the_month_is_full_then_stops_at_1000() -> None:
    merges = [merge(n) for n in range(1, 30)]
    elsewhere = merge(50, repository=2)
    assert total(merges, preset("contriverse")) == 1000
    assert total([*merges, elsewhere], preset("contriverse")) == 1050
    assert worth(opened(), preset("contriverse")) == 10


@pytest.mark.parametrize(
    ("rating", "points"), [(None, 20), (1, 20), (2, 20), (3, 25), (4, 30), (5, 35)]
)
def test_prd_when_rated_then_adds(rating: int | None, points: int) -> None:
    ratings = () if rating is None else ((7, rating),)
    assert worth(merge(ratings=ratings), preset("prd")) == points


@pytest.mark.parametrize(("state", "points"), [("open", 5), ("merged", 5), ("closed", 0)])
def test_prd_when_closed_unmerged_then_the_opening_is_gone(state: str, points: int) -> None:
    assert worth(opened(state=state), preset("prd")) == points


def test_prd_when_approved_or_spam_then_10_or_minus_20_once() -> None:
    rules = preset("prd")
    assert worth(one("pr_approved"), rules) == 10
    spam = {"labels": ("Spam",)}
    assert total([opened(**spam), merge(**spam), one("pr_approved", **spam)], rules) == -20


@pytest.mark.parametrize(
    ("labels", "points"),
    [
        ((), 50),
        (("level:beginner",), 70),
        (("level:intermediate",), 85),
        (("level:advanced",), 105),
        (("level:critical",), 130),
        (("level:critical", "level:beginner"), 70),
        (("Level : Advanced", "quality:clean"), 126),
        (("level:advanced", "quality:exceptional"), 158),
        (("level:beginner", "quality:clean", "quality:exceptional"), 126),
        (("level:beginner", "type:docs"), 75),
        (("type:bug", "type:feature", "type:test", "type:design", "type:refactor"), 100),
        (("type:a11y", "type:performance", "type:devops"), 95),
        (("type:security",), 70),
        (("level:critical", "quality:exceptional", "type:security"), 175),
        (("spam",), 0),
        (("invalid",), 0),
        (("gssoc:ai-slop",), 0),
    ],
)
def test_gssoc_when_labelled_then_level_quality_and_types(
    labels: tuple[str, ...], points: int
) -> None:
    assert worth(labelled(*labels), preset("gssoc")) == points


def test_gssoc_when_not_approved_or_not_merged_then_nothing() -> None:
    rules = preset("gssoc")
    assert appraise(merge(labels=("level:critical",)).work, rules).reason == "not_accepted"
    assert appraise(merge(labels=None).work, rules).reason == "labels_unknown"
    assert appraise(labelled(state="open").work, rules).reason == "not_accepted"


def test_gssoc_when_tiers_then_five() -> None:
    assert [points for _, points in tier_points("gssoc")] == [500, 1000, 2500, 5000, 10000]


def hack(number: int = 1, **facts: Any) -> Placed:
    """A pull request opened in October where the repository opted in."""
    base = {"occurred_at": OCTOBER + number, "topics": ("hacktoberfest",), "state": "merged"}
    return opened(number, season="2026", **(base | facts))


@pytest.mark.parametrize(
    ("facts", "points"),
    [
        ({}, 1),
        ({"state": "open"}, 0),
        ({"state": "open", "is_approved": True}, 1),
        ({"state": "closed", "labels": ("hacktoberfest-accepted",)}, 1),
        ({"topics": ("python",)}, 0),
        ({"topics": ("python",), "labels": ("hacktoberfest",)}, 1),
        ({"topics": None}, 0),
        ({"occurred_at": OCTOBER + 30 * DAY}, 0),
        ({"labels": ("spam",)}, 0),
        ({"labels": ("invalid",)}, 0),
    ],
)
def test_hacktoberfest_when_accepted_in_october_then_one_point(
    facts: dict[str, Any], points: int
) -> None:
    assert worth(hack(**facts), preset("hacktoberfest")) == points


def test_hacktoberfest_when_two_are_spam_then_all_is_lost() -> None:
    rules = preset("hacktoberfest")
    good = [hack(n) for n in range(1, 5)]
    spam = [hack(n, labels=("spam",)) for n in (8, 9)]
    assert total([*good, spam[0]], rules) == 4
    assert total([*good, *spam], rules) == 0
    assert tier_points("hacktoberfest") == [("completed", 4)]
    assert rules.hold_days == 7
    assert rules.per_pr_cap_milli == 1000


def test_fair_when_counted_then_merge_approval_issue_review() -> None:
    rules = preset("fair")
    kinds = ["pr_merged", "pr_approved", "issue_completed", "review_submitted"]
    assert [worth(one(kind), rules) for kind in kinds] == [20, 10, 5, 4]
    assert [worth(one(kind), rules) for kind in ("pr_opened", "issue_opened")] == [0, 0]


@pytest.mark.parametrize(("lines", "points"), [(49, 20), (50, 22), (200, 25), (599, 25), (600, 28)])
def test_fair_when_sized_then_2_5_8(lines: int, points: int) -> None:
    assert worth(sized(lines), preset("fair")) == points


@pytest.mark.parametrize(
    ("scores", "points"),
    [((1,), 12), ((2,), 16), ((3,), 20), ((4,), 24), ((5,), 28), ((4, 5), 28), ((4, 5, 4), 24)],
)
def test_fair_when_rated_then_the_nearest_step_counts_and_halfway_goes_up(
    scores: tuple[int, ...], points: int
) -> None:
    assert worth(merge(ratings=tuple(enumerate(scores, 1))), preset("fair")) == points


def test_fair_when_reviews_are_many_then_five_a_day_count() -> None:
    reviews = [one("review_submitted", n) for n in range(1, 8)]
    tomorrow = one("review_submitted", 9, occurred_at=NOON + DAY)
    assert total([*reviews, tomorrow], preset("fair")) == 24


def test_fair_when_many_merges_then_the_floor_is_a_fifth() -> None:
    points = [s.net for s in score([merge(n) for n in range(1, 41)], preset("fair"))]
    assert points[:8] == [20, 20, 20, 20, 20, 17, 15, 14]
    assert points[31:] == [4] * 9


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"is_bot": True}, "bot"),
        ({"is_own_repository": True}, "own_repository"),
        ({"is_self_merged": True}, "unreviewed_self_merge"),
        ({"is_self_merged": True, "is_reviewed_by_other": True}, None),
        ({"is_self_merged": None}, None),
        ({"is_fork": True}, None),
    ],
)
def test_fair_when_excluded_then_says_why(facts: dict[str, Any], reason: str | None) -> None:
    assert appraise(merge(**facts).work, preset("fair")).reason == reason


def test_fair_when_the_page_works_an_example_then_25() -> None:
    """The seventh merge of a month, 214 lines, rated 4 and 5: the rules page's own example."""
    seventh = sized(214, 7, ratings=((1, 4), (2, 5)))
    scored = score([*(merge(n) for n in range(1, 7)), seventh], preset("fair"))
    assert scored[-1].limited.after_decay_milli == 25_377
    assert scored[-1].net == 25


def test_fair_when_tiers_and_hold_then_as_published() -> None:
    assert tier_points("fair") == [("leaf", 20), ("sprig", 100), ("branch", 400), ("wreath", 1500)]
    assert preset("fair").hold_days == 7
