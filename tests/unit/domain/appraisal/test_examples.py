"""Worked examples: they are let in by the rules they explain, and show what the rules do."""

from __future__ import annotations

import pytest

from laurels.domain.appraisal.examples import worked_examples
from laurels.domain.explanation import replay
from laurels.domain.rulesets import PRESETS, parse, preset

POINTS = {
    "contriverse": [125, 30],
    "fair": [25, 0],
    "gssoc": [168, 0],
    "hacktoberfest": [1, 0],
    "nest": [10],
    "nest-legacy": [10],
    "prd": [35, -20],
}


@pytest.mark.parametrize("name", PRESETS)
def test_examples_when_a_preset_is_explained_then_come_to_these_points(name: str) -> None:
    assert [replay(example.steps) for example in worked_examples(preset(name))] == POINTS[name]


def test_examples_when_the_rules_demand_much_then_the_first_still_earns() -> None:
    demanding = parse(
        {
            "weights": {"pr_merged": 20},
            "accept": {"mode": "all", "merged": True, "approved": True, "labels": ["ok*"]},
            "accept_labels": ["ready"],
            "allowed_types": ["fix"],
            "min_effective_lines": 400,
            "disallowed_patterns": ["update*"],
            "season_only": ["spring-2026"],
            "size_bonus": [{"at_least": 5, "points": 1}],
            "exclude": {
                "bots": True,
                "own_repository": True,
                "unreviewed_self_merge": True,
                "forks": True,
                "private": True,
                "without_opt_in": ["laurels"],
            },
        }
    )
    (example,) = worked_examples(demanding)
    assert replay(example.steps) == 21
    assert "400 changed lines" in example.story


def test_examples_when_only_issues_count_then_shows_one() -> None:
    (example,) = worked_examples(parse({"weights": {"issue_completed": 5, "issue_opened": 2}}))
    assert (example.kind, replay(example.steps)) == ("issue_completed", 5)
    assert example.story == "An issue is closed as completed."


def test_examples_when_bonuses_are_for_files_and_review_then_tells_of_both() -> None:
    rules = parse(
        {
            "weights": {"pr_merged": 20},
            "files_bonus": [{"at_least": 3, "points": 1}],
            "reviewed_factor": 1.5,
        }
    )
    (example,) = worked_examples(rules)
    assert "it changes 3 files, and someone else reviewed it" in example.story.lower()
    assert replay(example.steps) == 31
