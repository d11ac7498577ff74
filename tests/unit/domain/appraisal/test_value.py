"""Value: the order of application, and what describes a pull request once."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.domain.appraisal import FileStat, appraise
from laurels.domain.appraisal.settling import settles_at
from laurels.domain.appraisal.value import nearest_rating
from laurels.domain.contributions import Kind
from laurels.domain.rulesets import parse
from tests.unit.domain.rules_world import DAY, NOON, file, merge

EVERYTHING: dict[str, Any] = {
    "weights": {"pr_opened": 5, "pr_approved": 10, "pr_merged": 20, "review_submitted": 4},
    "levels": {"hard": 10, "easy": 2},
    "qualities": {"clean": 1.2},
    "types": {"docs": 3, "bug": 4},
    "rating_multipliers": {"5": 1.5},
    "rating_bonus": {"5": 2},
    "path_factors": [{"name": "tests", "paths": ["tests/"], "factor": 1.1}],
    "reviewed_factor": 1.05,
    "size_bonus": [{"at_least": 10, "points": 6}],
    "files_bonus": [{"at_least": 1, "points": 1}],
    "low_value": {"lines": 100, "factor": 0.5},
}
FACTS: dict[str, Any] = {
    "labels": ("hard", "clean", "docs", "bug"),
    "ratings": ((7, 5),),
    "files": (file("tests/a.py", 20),),
    "is_reviewed_by_other": True,
}
ORDER = [
    "weight", "level", "quality", "rating", "path", "reviewed", "low_value",
    "type", "type", "size", "files", "rating_bonus",
]  # fmt: skip


def test_appraise_when_every_rule_applies_then_the_order_is_the_published_one() -> None:
    appraisal = appraise(merge(**FACTS).work, parse(EVERYTHING))
    assert [step["step"] for step in appraisal.steps] == ORDER
    factors = Fraction(12, 10) * Fraction(15, 10) * Fraction(11, 10) * Fraction(105, 100) / 2
    assert appraisal.factor_part_milli == round(30_000 * factors)
    assert appraisal.value_milli == appraisal.factor_part_milli + (3 + 4 + 6 + 1 + 2) * 1000


@pytest.mark.parametrize(
    ("kind", "value"), [("pr_opened", 5), ("pr_approved", 10), ("review_submitted", 4)]
)
def test_appraise_when_not_the_merge_then_only_the_weight_counts(kind: str, value: int) -> None:
    appraisal = appraise(merge(**FACTS, kind=kind).work, parse(EVERYTHING))
    assert appraisal.value_milli == value * 1000
    assert [step["step"] for step in appraisal.steps] == ["weight"]


def test_appraise_when_each_product_is_rounded_then_not_only_the_last() -> None:
    ruleset = parse({"weights": {"pr_merged": 0.333}, "qualities": {"a": 0.5, "b": 0.5}})
    assert appraise(merge(labels=("a", "b")).work, ruleset).value_milli == 83


def test_appraise_when_a_factor_is_one_or_a_bonus_zero_then_leaves_no_step() -> None:
    ruleset = parse(
        {
            "weights": {"pr_merged": 20},
            "levels": {"l": 0},
            "qualities": {"q": 1},
            "types": {"t": 0},
            "rating_multipliers": {"4": 1.2},
        }
    )
    work = merge(labels=("l", "q", "t"), ratings=((7, 3),)).work
    assert [step["step"] for step in appraise(work, ruleset).steps] == ["weight"]


@given(st.lists(st.integers(1, 5), min_size=1, max_size=9))
def test_nearest_rating_when_any_scores_then_is_nearest_and_a_tie_goes_up(
    scores: list[int],
) -> None:
    mean = Fraction(sum(scores), len(scores))
    distances = [(abs(mean - rating), -rating) for rating in range(1, 6)]
    assert nearest_rating(sum(scores), len(scores)) == -min(distances)[1]


def test_appraise_when_files_are_known_then_only_effective_lines_count() -> None:
    ruleset = parse(
        {
            "weights": {"pr_merged": 20},
            "ignored_paths": ["*.lock"],
            "size_bonus": [{"at_least": 50, "points": 2}, {"at_least": 200, "points": 5}],
        }
    )
    files = (FileStat("a/uv.lock", 500, 0), FileStat("a.py", 40, 20))
    known = appraise(merge(files=files, additions=540, deletions=20).work, ruleset)
    unknown = appraise(merge(additions=540, deletions=20).work, ruleset)
    assert (known.steps[-1]["lines"], known.steps[-1]["counted"]) == (60, "effective")
    assert (unknown.steps[-1]["lines"], unknown.steps[-1]["counted"]) == (560, "changed")
    assert (known.value_milli, unknown.value_milli) == (22_000, 25_000)


@pytest.mark.parametrize("size", [{}, {"additions": 3}, {"deletions": 3}])
def test_appraise_when_the_size_is_unknown_then_no_bonus_and_no_penalty(
    size: dict[str, int],
) -> None:
    rules = {
        "weights": {"pr_merged": 20},
        "size_bonus": [{"at_least": 1, "points": 2}],
        "low_value": {"lines": 10, "penalty": 20},
    }
    appraisal = appraise(merge(**size).work, parse(rules))
    assert (appraisal.value_milli, appraisal.penalty_points) == (20_000, 0)
    assert {"step": "unknown", "what": "size"} in appraisal.steps


def test_appraise_when_tiny_then_the_penalty_is_apart_from_the_value() -> None:
    rules = parse({"weights": {"pr_merged": 20}, "low_value": {"lines": 10, "penalty": 25}})
    appraisal = appraise(merge(additions=2, deletions=7).work, rules)
    assert (appraisal.value_milli, appraisal.penalty_points) == (20_000, 25)


def test_settles_at_when_held_seven_days_then_to_the_second() -> None:
    assert settles_at(NOON, parse({"hold_days": 7})) == NOON + 7 * DAY
    assert settles_at(NOON, parse({})) == NOON


def test_appraise_when_the_kind_is_an_enum_then_steps_hold_plain_text() -> None:
    (step,) = appraise(merge(kind=Kind.PR_MERGED).work, parse({"weights": {"pr_merged": 1}})).steps
    assert type(step["kind"]) is str
