"""Eligibility: the one reason for nothing, and what is said of the unknown."""

from __future__ import annotations

from typing import Any

import pytest

from laurels.domain.appraisal import Appraisal, FileStat, appraise
from laurels.domain.appraisal.step_words import REASONS, UNKNOWNS
from laurels.domain.rulesets import Ruleset, parse
from tests.unit.domain.rules_world import Placed, merge, opened

EVERY_WEIGHT = {
    "pr_opened": 5, "pr_approved": 10, "pr_merged": 20,
    "issue_opened": 3, "issue_completed": 5, "review_submitted": 4,
}  # fmt: skip


def rules(**data: Any) -> Ruleset:
    """Every kind scored, and what a test adds."""
    return parse({"weights": EVERY_WEIGHT} | data)


def judge(placed: Placed, **data: Any) -> Appraisal:
    """Appraise under such rules."""
    return appraise(placed.work, rules(**data))


@pytest.mark.parametrize(
    ("facts", "data", "reason"),
    [
        ({"exclusion": "banned"}, {}, "banned"),
        ({"exclusion": "withdrawn"}, {}, "withdrawn"),
        ({"exclusion": "repository_disabled"}, {}, "repository_disabled"),
        ({"exclusion": "project_archived"}, {}, "project_archived"),
        ({}, {"season_only": ["june", "spring"]}, "outside_season"),
        ({}, {"season_only": ["may"]}, None),
        ({"seasons": ("spring",)}, {"season_only": ["spring"]}, None),
        ({"is_private": True}, {"exclude": {"private": True}}, "private"),
        ({"is_private": True}, {}, None),
        ({"is_fork": True}, {"exclude": {"forks": True}}, "fork"),
        ({"topics": ("a",)}, {"exclude": {"without_opt_in": ["b"]}}, "not_opted_in"),
        ({"topics": ("B ",)}, {"exclude": {"without_opt_in": ["b"]}}, None),
        ({}, {"exclude": {"without_opt_in": ["b"]}}, "opt_in_unknown"),
        ({"is_void": True}, {}, "void_mark"),
        ({"labels": ("AI-slop",)}, {"void_labels": ["ai-*"]}, "void_label"),
        ({"labels": ("ok",)}, {"accept_labels": ["ok", "fine"]}, None),
        ({"labels": ("no",)}, {"accept_labels": ["ok", "fine"]}, "label_missing"),
        ({}, {"accept_labels": ["ok"]}, "labels_unknown"),
        ({}, {"accept": {"approved": True}}, "not_accepted"),
        ({"is_approved": True}, {"accept": {"approved": True}}, None),
        ({}, {"accept": {"labels": ["ok"], "approved": True}}, "labels_unknown"),
        ({}, {"accept": {"labels": ["ok"], "merged": True}}, None),
        ({}, {"accept": {"labels": ["ok"], "approved": True, "mode": "all"}}, "not_accepted"),
        ({"labels": ("a",)}, {"accept": {"labels": ["a", "b"], "mode": "all"}}, "not_accepted"),
        ({"labels": ("a", "b")}, {"accept": {"labels": ["a", "b"], "mode": "all"}}, None),
        ({"title": "Fix(core)!: a leak", "labels": ()}, {"allowed_types": ["fix"]}, None),
        ({"title": "Feat: a leaf", "labels": ()}, {"allowed_types": ["fix"]}, "type_not_allowed"),
        ({"title": "A leak", "labels": ("type: Fix",)}, {"allowed_types": ["fix"]}, None),
        ({"title": "A leak", "labels": ("fix",)}, {"allowed_types": ["fix"]}, None),
        ({"title": "A leak"}, {"allowed_types": ["fix"]}, "type_unknown"),
        ({"title": "Update README"}, {"disallowed_patterns": ["update *"]}, "title_not_allowed"),
        ({"title": "Please update"}, {"disallowed_patterns": ["update *"]}, None),
        ({"additions": 1, "deletions": 1}, {"min_effective_lines": 3}, "too_small"),
        ({"additions": 1, "deletions": 2}, {"min_effective_lines": 3}, None),
        ({"additions": 1}, {"min_effective_lines": 3}, None),
    ],
)
def test_appraise_when_a_rule_asks_then_gives_the_one_reason(
    facts: dict[str, Any], data: dict[str, Any], reason: str | None
) -> None:
    appraisal = judge(merge(**facts), **data)
    assert appraisal.reason == reason
    assert appraisal.is_eligible is (reason is None)
    assert appraisal.value_milli == (20_000 if reason is None else 0)


def test_appraise_when_several_reasons_then_the_first_of_the_order_is_given() -> None:
    everything = {
        "season_only": ["june"],
        "exclude": {"bots": True},
        "void_labels": ["spam"],
        "accept_labels": ["ok"],
        "accept": {"approved": True},
    }
    facts: dict[str, Any] = {"labels": ("spam",), "is_bot": True, "exclusion": "banned"}
    assert judge(merge(**facts), **everything).reason == "banned"
    facts["exclusion"] = None
    assert judge(merge(**facts), **everything).reason == "outside_season"
    everything["season_only"] = []
    assert judge(merge(**facts), **everything).reason == "bot"
    facts["is_bot"] = False
    assert judge(merge(**facts), **everything).reason == "void_label"
    facts["labels"] = ()
    assert judge(merge(**facts), **everything).reason == "label_missing"
    facts["labels"] = ("ok",)
    assert judge(merge(**facts), **everything).reason == "not_accepted"


def test_appraise_when_a_kind_has_no_weight_then_is_not_scored() -> None:
    work = merge(kind="issue_opened").work
    assert appraise(work, parse({"weights": {"pr_merged": 1}})).reason == "not_scored"


def test_appraise_when_void_then_only_the_opening_carries_count_and_penalty() -> None:
    void = {"labels": ("spam",)}
    data: dict[str, Any] = {"void_labels": ["spam"], "spam_penalty": 20}
    opening, merging = judge(opened(**void), **data), judge(merge(**void), **data)
    assert (opening.is_void, opening.penalty_points) == (True, 20)
    assert (merging.is_void, merging.penalty_points) == (False, 0)
    assert judge(opened(**void), void_labels=["spam"]).penalty_points == 0


def test_appraise_when_void_and_opening_is_not_scored_then_the_penalty_still_comes() -> None:
    ruleset = parse({"weights": {"pr_merged": 20}, "spam_penalty": 20})
    opening = appraise(opened(is_void=True).work, ruleset)
    assert (opening.is_void, opening.penalty_points, opening.value_milli) == (True, 20, 0)


def test_appraise_when_a_bot_is_void_then_it_is_outside_and_pays_no_penalty() -> None:
    opening = judge(opened(is_void=True, is_bot=True), exclude={"bots": True}, spam_penalty=20)
    assert (opening.reason, opening.is_void, opening.penalty_points) == ("bot", False, 0)


def test_appraise_when_a_review_is_on_void_work_then_the_reviewer_keeps_it() -> None:
    review = merge(kind="review_submitted", labels=("spam",), is_void=True, title="Update README")
    data: dict[str, Any] = {"disallowed_patterns": ["update*"], "accept": {"approved": True}}
    assert judge(review, void_labels=["spam"], accept_labels=["ok"], **data).value_milli == 4000


def test_appraise_when_an_issue_then_titles_and_labels_judge_it_too() -> None:
    issue = merge(kind="issue_opened", title="test", labels=("spam",), state="open")
    assert judge(issue, void_labels=["spam"]).reason == "void_label"
    assert judge(issue, disallowed_patterns=["test"]).reason == "title_not_allowed"
    assert judge(issue, accept={"merged": True}, min_effective_lines=9).reason is None


def test_appraise_when_self_merged_then_the_merge_alone_is_out_and_accepts_nothing() -> None:
    data: dict[str, Any] = {"exclude": {"unreviewed_self_merge": True}}
    alone = {"is_self_merged": True, "state": "merged"}
    assert judge(merge(**alone), **data).reason == "unreviewed_self_merge"
    assert judge(opened(**alone), **data).reason is None
    assert judge(opened(**alone), accept={"merged": True}, **data).reason == "not_accepted"
    reviewed = {**alone, "is_reviewed_by_other": True}
    assert judge(opened(**reviewed), accept={"merged": True}, **data).reason is None


def test_appraise_when_things_are_unknown_then_each_is_said_and_nobody_is_excluded() -> None:
    appraisal = judge(
        merge(),
        exclude={"own_repository": True, "forks": True, "private": True,
                 "unreviewed_self_merge": True},
        void_labels=["spam"],
        disallowed_patterns=["x"],
        min_effective_lines=2,
        size_bonus=[{"at_least": 2, "points": 1}],
        files_bonus=[{"at_least": 2, "points": 1}],
        path_factors=[{"name": "tests", "paths": ["tests/"], "factor": 1.1}],
        levels={"hard": 3},
    )  # fmt: skip
    said = [step["what"] for step in appraisal.steps if step["step"] == "unknown"]
    assert sorted(said) == sorted(UNKNOWNS)
    assert appraisal.is_eligible


def test_appraise_when_everything_is_known_then_says_nothing_of_unknowns() -> None:
    known = merge(
        is_own_repository=False, is_fork=False, is_private=False, is_self_merged=False,
        labels=(), title="A leaf", files=(FileStat("a.py", 3, 1),),
    )  # fmt: skip
    appraisal = judge(
        known,
        exclude={"own_repository": True, "forks": True, "private": True,
                 "unreviewed_self_merge": True},
        void_labels=["spam"],
        disallowed_patterns=["x"],
        min_effective_lines=2,
        files_bonus=[{"at_least": 2, "points": 1}],
        levels={"hard": 3},
    )  # fmt: skip
    assert [step["step"] for step in appraisal.steps] == ["weight"]


def test_reasons_when_read_then_each_has_words() -> None:
    assert all(words and words[0].islower() for words in REASONS.values())
