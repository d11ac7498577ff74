"""Movement: who moved a value up, and how far."""

from __future__ import annotations

from typing import Any

import pytest

from laurels.domain.appraisal import appraise
from laurels.domain.rulesets import parse
from tests.unit.domain.rules_world import merge, opened

RULES: dict[str, Any] = {
    "weights": {"pr_merged": 20, "pr_opened": 5},
    "levels": {"level:hard": 10, "level:easy": 2},
    "rating_multipliers": {"1": 0.5, "5": 1.5},
    "rating_bonus": {"5": 3},
    "maintainer_share": 0.3,
}
HARD = {"labels": ("level:hard",), "level_labelled_by": (("Level: hard", 8),)}


@pytest.mark.parametrize(
    ("facts", "mover", "moved"),
    [
        ({}, None, 0),
        ({"ratings": ((7, 5),)}, 7, 13_000),
        ({"ratings": ((7, 5), (7, 5))}, 7, 13_000),
        ({"ratings": ((7, 5), (8, 5))}, None, 0),
        ({"ratings": ((7, 1),)}, None, 0),
        ({"ratings": ((0, 5),)}, None, 0),
        (HARD, 8, 10_000),
        ({"labels": ("level:hard",)}, None, 0),
        ({**HARD, "level_labelled_by": (("level:hard", 0),)}, None, 0),
        ({**HARD, "ratings": ((8, 5),)}, 8, 28_000),
        ({**HARD, "ratings": ((7, 5),)}, 7, 18_000),
        (
            {
                "labels": ("level:hard", "level:easy"),
                "level_labelled_by": (("level:easy", 8), ("level:hard", 9)),
            },
            None,
            0,
        ),
    ],
)
def test_appraise_when_maintainers_move_a_value_then_names_a_single_mover(
    facts: dict[str, Any], mover: int | None, moved: int
) -> None:
    appraisal = appraise(merge(**facts).work, parse(RULES))
    assert (appraisal.moved_by, appraisal.moved_milli) == (mover, moved)


def test_appraise_when_no_share_is_set_then_nobody_is_named() -> None:
    rules = parse({**RULES, "maintainer_share": None})
    assert appraise(merge(ratings=((7, 5),)).work, rules).moved_by is None


def test_appraise_when_not_a_merge_then_nobody_moved_it() -> None:
    assert appraise(opened(ratings=((7, 5),)).work, parse(RULES)).moved_by is None
