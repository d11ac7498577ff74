"""Sentences name each step; the rules page computes its examples."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings

from laurels.domain.appraisal.step_words import clause
from laurels.domain.contributions import Kind
from laurels.domain.explanation import after, replay
from laurels.domain.phrases import Section, rules_in_words, sentence, step_rows
from laurels.domain.rulesets import PRESETS, load_toml, parse, preset
from tests.unit.domain.random_works import everything, histories
from tests.unit.domain.rules_world import Placed, merge, opened, score


def said(works: list[Placed], **rules: Any) -> list[str]:
    """The sentences of a person's items."""
    return [sentence(s.placed.work.kind, s.steps) for s in score(works, parse(rules))]


WEIGHTS = {"pr_merged": 20, "pr_opened": 5, "review_submitted": 4}
DECAY = {"free": 5, "rate": 0.15, "floor": 0.2}


def test_sentence_when_size_and_decay_then_names_both() -> None:
    size = [{"at_least": 200, "points": 5}]
    merges = [merge(n, additions=200, deletions=40) for n in range(1, 7)]
    assert said(merges, weights=WEIGHTS, size_bonus=size, decay=DECAY)[-1] == (
        "Merged pull request: 20 points, +5 for 240 changed lines, × 0.869 as the 6th merge in "
        "this repository this month, rounded once; 22 points."
    )


@pytest.mark.parametrize(
    ("facts", "rules", "words"),
    [
        ({"labels": ("hard",)}, {"levels": {"hard": 10}}, "+10 for the label hard; 30 points"),
        ({"labels": ("q",)}, {"qualities": {"q": 1.2}}, "× 1.2 for the label q; 24 points"),
        ({"labels": ("t",)}, {"types": {"t": 1}}, "+1 for the label t; 21 points"),
        (
            {"ratings": ((7, 4), (8, 5))},
            {"rating_multipliers": {"5": 1.4}},
            "× 1.4 for a rating of 4.5, the mean of 2; 28 points",
        ),
        (
            {"ratings": ((7, 5),)},
            {"rating_bonus": {"5": 15}},
            "+15 for a rating of 5.0, from 1 maintainer; 35 points",
        ),
        (
            {"is_reviewed_by_other": True},
            {"reviewed_factor": 1.5},
            "× 1.5 because someone else reviewed it; 30 points",
        ),
        (
            {"changed_files": 1},
            {"files_bonus": [{"at_least": 1, "points": 1}]},
            "+1 for 1 changed file",
        ),
        (
            {"additions": 4, "deletions": 0},
            {"low_value": {"lines": 10, "factor": 0.5}},
            "× 0.5 for 4 changed lines, fewer than 10; 10 points",
        ),
        (
            {"additions": 1, "deletions": 0},
            {"low_value": {"lines": 10, "penalty": 20}},
            "−20 for 1 changed line, fewer than 10; 0 points",
        ),
        ({}, {"per_pr_cap": 12}, "cut to 12 by the most of 12 for one pull request; 12 points"),
        (
            {},
            {"daily_caps": {"pr_merged": 1}},
            "cut to 1 by the most of 1 a day for merges; 1 point",
        ),
        ({}, {"repository_month_cap": 0}, "cut to 0 by the most of 0 in one repository and month"),
        ({}, {"size_bonus": [{"at_least": 1, "points": 1}]}, "20 points, its size is not known"),
        (
            {"is_bot": True},
            {"exclude": {"bots": True}},
            "nothing, because bots earn nothing",
        ),
        ({"labels": ("Spam",)}, {"void_labels": ["spam"]}, "nothing, because it is labelled spam"),
        (
            {"additions": 1, "deletions": 1},
            {"min_effective_lines": 3},
            "because it has 2 changed lines, fewer than 3",
        ),
        (
            {"title": "Update README"},
            {"disallowed_patterns": ["update *"]},
            "because its title matches update *",
        ),
        ({"exclusion": "banned"}, {}, "nothing, because it happened during a ban"),
        ({"exclusion": "lost_at_sea"}, {}, "nothing, because lost at sea"),
    ],
)
def test_sentence_when_one_rule_applies_then_names_it(
    facts: dict[str, Any], rules: dict[str, Any], words: str
) -> None:
    (text,) = said([merge(**facts)], weights=WEIGHTS, **rules)
    assert words in text
    assert text.startswith("Merged pull request: ")
    assert text.endswith(".")


def test_sentence_when_held_shared_or_disqualified_then_says_so() -> None:
    held = said([merge(1), merge(2)], weights=WEIGHTS, max_prs_per_period={"count": 1})
    assert "held for a person to look, as one of more than 1 in a month" in held[1]
    share = said(
        [merge(ratings=((7, 5),))],
        weights=WEIGHTS,
        rating_multipliers={"5": 1.5},
        maintainer_share=0.1,
    )
    assert "−8 because one maintainer's ratings and level labels may move 10 % at most" in share[0]
    void = said(
        [opened(1, is_void=True), merge(2)], weights=WEIGHTS, disqualify_after=1, spam_penalty=20
    )
    assert void[0].endswith("a person marked it void, −20 for a voided pull request; −20 points.")
    assert "0 because a season with 1 voided pull request or more earns nothing" in void[1]


@settings(max_examples=200)
@given(histories())
def test_sentence_when_any_history_then_names_each_step_in_order(works: list[Placed]) -> None:
    for one in score(works, everything()):
        text, place, value = sentence(one.placed.work.kind, one.steps), 0, 0
        for step in one.steps:
            words = clause(step, value)
            assert words
            place = text.index(words, place) + len(words)
            value = after(step, value)
        assert "{" not in text
        assert "None" not in text


@pytest.mark.parametrize("kind", list(Kind))
def test_sentence_when_any_kind_then_begins_with_its_name(kind: Kind) -> None:
    (text,) = said([merge(kind=kind.value)], weights={kind.value: 1})
    assert re.fullmatch(r"[A-Z][a-z ]+: 1 point\.", text)


def test_step_rows_when_penalised_then_the_last_row_is_the_points() -> None:
    (one,) = score([opened(labels=("spam",))], preset("prd"))
    assert [tuple(row) for row in step_rows(one.steps)] == [
        ("It is labelled spam", "0", "0"),
        ("A voided pull request", "−20", "−20"),
        ("Points", "", "−20"),
    ]


def section(name: str, key: str) -> Section:
    """One section of a preset's rules page."""
    return next(s for s in rules_in_words(preset(name)) if s.key == key)


def test_rules_when_fair_then_the_page_says_what_the_rules_do() -> None:
    earn, limits = section("fair", "earn"), section("fair", "limits")
    assert earn.rows[0] == ("A pull request is merged", "its author", "20")
    assert earn.rows[3] == (
        "A pull request gets a first review from someone",
        "the reviewer",
        "4",
    )
    assert limits.rows[:2] == (("1st to 5th", "100 %"), ("6th", "86.9 %"))
    assert limits.rows[-1] == ("32nd and on", "20 %")
    assert "7 days" in section("fair", "settle").text[0]
    assert "Work by bots." in section("fair", "nothing").items
    assert section("fair", "tiers").rows[-1] == ("Wreath", "1,500", "certificate")


def test_rules_when_fair_then_the_example_is_computed() -> None:
    merged = section("fair", "example").examples[0]
    assert "214 changed lines" in merged.story
    assert "7th merge" in merged.story
    assert [row.total for row in step_rows(merged.steps)] == [
        "20",
        "28",
        "33",
        "25.377",
        "25",
        "25",
    ]


@pytest.mark.parametrize("name", PRESETS)
def test_rules_when_any_preset_then_every_section_says_something(name: str) -> None:
    sections = rules_in_words(preset(name))
    keys = [one.key for one in sections]
    assert keys[:2] == ["earn", "example"]
    assert len(set(keys)) == len(keys)
    for one in sections:
        assert one.title
        assert all(len(row) == len(one.columns) for row in one.rows)
        assert all(line.endswith(".") for line in (*one.text, *one.items))
        for example in one.examples:
            assert sentence(example.kind, example.steps)
            assert example.story.endswith(".")


def test_rules_when_no_kind_is_scored_then_there_is_no_example_of_one() -> None:
    assert [s.key for s in rules_in_words(parse({}))] == ["earn", "settle", "nothing"]


EVERY_RULE = """
files_bonus = [{ at_least = 3, points = 1 }]
size_bonus = [{ at_least = 3, points = 1 }]
reviewed_factor = 1.1
accept_labels = ["ok"]
allowed_types = ["fix"]
disallowed_patterns = ["update *"]
min_effective_lines = 20
spam_penalty = 5
void_labels = ["spam"]
season_only = ["may", "spring"]
certificate_policy = "highest"
seasons_certified = ["spring"]
maintainer_share = 0.25
max_prs_per_period = { count = 9, period = "day" }
low_value = { lines = 30, factor = 0.5 }
decay = { free = 1, rate = 0.001, floor = 0 }
path_factors = [{ name = "tests", paths = ["tests/"], factor = 1.2 }]
[weights]
pr_merged = 20
[exclude]
forks = true
private = true
[[tiers]]
key = "a"
points = 1
[[tiers]]
key = "b"
points = 9
certificate = false
"""


def test_rules_when_every_rule_is_used_then_each_is_said() -> None:
    words = str(rules_in_words(load_toml(EVERY_RULE)))
    for phrase in (
        "1 point from 3 files",
        "A review by someone else multiplies by 1.1",
        "labelled ok",
        "its type is fix",
        "Titles like update *",
        "fewer than 20 effective lines",
        "spam, and costs 5 points",
        "Only work in May or spring counts",
        "The highest tier you pass",
        "in the seasons spring",
        "where the table says so",
        "at most 25 %",
        "Beyond 9 pull requests",
        "Fewer than 30 effective lines multiplies by 0.5",
        "Touching tests multiplies by 1.2",
        "Work in a fork.",
        "Work in a private repository.",
        "the first 1 merge of a month",
    ):
        assert phrase in words


def test_rules_when_every_rule_is_used_then_the_examples_count() -> None:
    examples = next(s.examples for s in rules_in_words(load_toml(EVERY_RULE)) if s.examples)
    assert [replay(example.steps) > 0 for example in examples] == [True, True, False]


def test_rules_when_decay_has_nothing_free_then_begins_with_the_first() -> None:
    ruleset = parse({"weights": WEIGHTS, "decay": {"free": 0, "rate": 1, "floor": 0.5}})
    (limits,) = (s for s in rules_in_words(ruleset) if s.key == "limits")
    assert limits.rows == (("1st and on", "50 %"),)
