"""Reading rulesets: every fault is named with its field, and all at once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.domain.rulesets import Decay, Fault, RulesetFaults, Rung, load_toml, parse
from laurels.domain.tiers import Tier

FIVE_FAULTS = """
spam_penalty = 1.5
gravity = 9.81
hold_days = -1
[weights]
pr_merged = "twenty"
pr_burned = 3
"""


def faults_of(data: dict[str, Any]) -> tuple[Fault, ...]:
    """The faults of some data; none when it is a ruleset."""
    try:
        parse(data)
    except RulesetFaults as error:
        return error.faults
    return ()


def test_load_when_five_things_are_wrong_then_all_five_are_named() -> None:
    with pytest.raises(RulesetFaults) as refused:
        load_toml(FIVE_FAULTS)
    assert {fault.field for fault in refused.value.faults} == {
        "spam_penalty",
        "gravity",
        "hold_days",
        "weights.pr_merged",
        "weights.pr_burned",
    }
    assert len(refused.value.faults) == 5
    assert all(fault.field in str(refused.value) for fault in refused.value.faults)


@pytest.mark.parametrize(
    ("data", "field", "message"),
    [
        ({"weights": 3}, "weights", "table"),
        ({"weights": {"pr_merged": True}}, "weights.pr_merged", "number"),
        ({"weights": {"pr_merged": -1}}, "weights.pr_merged", "at least 0"),
        ({"weights": {"pr_merged": 1_000_001}}, "weights.pr_merged", "at most"),
        ({"weights": {"pr_merged": Decimal("1.2345")}}, "weights.pr_merged", "three decimals"),
        ({"weights": {"pr_merged": Decimal("NaN")}}, "weights.pr_merged", "finite"),
        ({"weights": {"pr_merged": float("inf")}}, "weights.pr_merged", "finite"),
        ({"daily_caps": {"pr_lost": 1}}, "daily_caps.pr_lost", "not a kind"),
        ({"accept": {"mode": "some"}}, "accept.mode", "any, all"),
        ({"accept": {"merged": 1}}, "accept.merged", "true or false"),
        ({"accept": {"closed": True}}, "accept.closed", "not a field"),
        ({"accept": {"labels": [""]}}, "accept.labels[0]", "blank"),
        ({"accept": {"labels": "ok"}}, "accept.labels", "list"),
        ({"accept": {"opening_pays": "never"}}, "accept.opening_pays", "when_opened"),
        ({"size_bonus": [{"points": 2}]}, "size_bonus[0].at_least", "missing"),
        ({"size_bonus": [{"at_least": 2}]}, "size_bonus[0].points", "missing"),
        (
            {"size_bonus": [{"at_least": 2, "points": 1, "up": 1}]},
            "size_bonus[0].up",
            "not a field",
        ),
        ({"size_bonus": [7]}, "size_bonus[0]", "table"),
        ({"files_bonus": [{"at_least": 0, "points": 2}]}, "files_bonus[0].at_least", "at least 1"),
        ({"ignored_paths": ["a", "a"]}, "ignored_paths[1]", "twice"),
        ({"path_factors": [{"paths": ["a"], "factor": 1}]}, "path_factors[0].name", "missing"),
        ({"path_factors": [{"name": "a", "factor": 1}]}, "path_factors[0].paths", "at least one"),
        (
            {"path_factors": [{"name": " ", "paths": ["a"], "factor": 1}]},
            "path_factors[0].name",
            "blank",
        ),
        ({"reviewed_factor": 1001}, "reviewed_factor", "at most 1000"),
        ({"levels": {"a :b": 1, "A: b": 2}}, "levels.A: b", "same label"),
        ({"levels": {" ": 1}}, "levels. ", "blank"),
        ({"qualities": {"clean": "1"}}, "qualities.clean", "number"),
        ({"rating_multipliers": {"6": 1}}, "rating_multipliers.6", "1 to 5"),
        ({"rating_bonus": {"3": -5}}, "rating_bonus.3", "at least 0"),
        ({"max_prs_per_period": {}}, "max_prs_per_period.count", "missing"),
        (
            {"max_prs_per_period": {"count": 1, "period": "year"}},
            "max_prs_per_period.period",
            "month",
        ),
        ({"low_value": {"lines": 3}}, "low_value", "either"),
        ({"low_value": {"lines": 3, "factor": 1, "penalty": 1}}, "low_value", "either"),
        ({"low_value": {"penalty": 1}}, "low_value.lines", "missing"),
        ({"decay": {"free": 1, "rate": 1}}, "decay.floor", "missing"),
        ({"decay": {"free": 1, "rate": 1, "floor": Decimal("1.1")}}, "decay.floor", "at most 1"),
        ({"maintainer_share": 2}, "maintainer_share", "at most 1"),
        ({"disqualify_after": 0}, "disqualify_after", "at least 1"),
        ({"season_only": ["october!"]}, "season_only[0]", "neither"),
        ({"season_only": ["*"]}, "season_only", "leave it out"),
        ({"certificate_policy": "all"}, "certificate_policy", "ladder, highest"),
        ({"tiers": [{"label": "A", "points": 1}]}, "tiers[0].key", "missing"),
        ({"tiers": [{"key": "a"}]}, "tiers[0].points", "missing"),
        ({"project_bounds": {"weights": {"x": 1}}}, "project_bounds.weights.x", "not a kind"),
        ({"hold_days": Decimal("1e999999")}, "hold_days", "at most"),
    ],
)
def test_parse_when_one_thing_is_wrong_then_names_the_field(
    data: dict[str, Any], field: str, message: str
) -> None:
    named = [fault for fault in faults_of(data) if fault.field == field]
    assert named
    assert message in named[0].message


@pytest.mark.parametrize(
    ("ladder", "message"),
    [
        ([(5, 1), (5, 2)], "two steps at 5"),
        ([(9, 1), (5, 2)], "gives less at 9 than at 5"),
    ],
)
def test_parse_when_a_ladder_does_not_rise_then_says_where(
    ladder: list[tuple[int, int]], message: str
) -> None:
    rows = [{"at_least": at, "points": points} for at, points in ladder]
    assert [f.message for f in faults_of({"size_bonus": rows})] == [
        "has " * ("two" in message) + message
    ]


def test_parse_when_tiers_repeat_or_fall_then_says_which() -> None:
    rows = [{"key": "a", "points": 5}, {"key": "a", "points": 5}]
    assert {f.field for f in faults_of({"tiers": rows})} == {"tiers[1].key", "tiers[1].points"}


def test_parse_when_a_path_factor_repeats_then_says_so() -> None:
    row = {"name": "docs", "paths": ["docs/"], "factor": 1}
    assert [f.field for f in faults_of({"path_factors": [row, row]})] == ["path_factors[1].name"]


def test_parse_when_it_is_no_table_then_is_one_clear_fault() -> None:
    with pytest.raises(RulesetFaults, match="ruleset: must be a table"):
        parse([])  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["weights = ", "a = 1\na = 2", "a = " + "9" * 5000])
def test_load_when_it_is_not_toml_then_says_so(text: str) -> None:
    with pytest.raises(RulesetFaults, match="not valid TOML"):
        load_toml(text)


def test_parse_when_all_is_well_then_holds_thousandths_sorted() -> None:
    ruleset = load_toml(
        """
        size_bonus = [{ at_least = 9, points = 2.5 }, { at_least = 5, points = 1 }]
        decay = { free = 5, rate = 0.15, floor = 0.2 }
        void_labels = ["Spam", "AI : slop"]
        season_only = ["October", "spring-2026"]
        [weights]
        pr_merged = 1.005
        pr_opened = 0
        [[tiers]]
        key = "one"
        points = 3
        certificate = false
        """
    )
    assert ruleset.weights_milli == {"pr_merged": 1005}
    assert ruleset.size_bonus == (Rung(5, 1000), Rung(9, 2500))
    assert ruleset.decay == Decay(5, 150, 200)
    assert ruleset.void_labels == ("ai:slop", "spam")
    assert ruleset.season_only == ("october", "spring-2026")
    assert ruleset.tiers == (Tier("one", "one", 3, is_certified=False),)
    assert ruleset.seasons_certified == ("all",)


@given(st.integers(0, 1_000_000_000))
def test_parse_when_a_float_has_three_decimals_then_no_thousandth_is_lost(milli: int) -> None:
    assert parse({"per_pr_cap": milli / 1000}).per_pr_cap_milli == milli


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    [
        "weights",
        "accept",
        "size_bonus",
        "path_factors",
        "levels",
        "decay",
        "low_value",
        "tiers",
        "exclude",
        "season_only",
        "rating_bonus",
        "max_prs_per_period",
        "project_bounds",
        "hold_days",
    ]
)


@given(st.dictionaries(FIELDS, JUNK, max_size=6))
def test_parse_when_given_anything_then_parses_or_names_faults(data: dict[str, Any]) -> None:
    assert all(fault.field and fault.message for fault in faults_of(data))
