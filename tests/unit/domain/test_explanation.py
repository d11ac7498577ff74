"""Explanations: replaying the steps gives the points, for every preset and every rule."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laurels.domain.explanation import after, replay, replay_parts, running
from laurels.domain.phrases import sentence, step_rows
from laurels.domain.rulesets import PRESETS, Ruleset, parse, preset
from laurels.kit.canonical import canonical_bytes
from tests.unit.domain.random_works import everything, histories
from tests.unit.domain.rules_world import Placed, merge, opened, score

SHAPES = {
    "weight": {"kind", "milli"},
    "level": {"label", "milli"},
    "quality": {"label", "factor"},
    "rating": {"sum", "count", "rating", "factor"},
    "path": {"name", "factor"},
    "reviewed": {"factor"},
    "low_value": {"lines", "below", "factor"},
    "type": {"label", "milli"},
    "size": {"lines", "counted", "at_least", "milli"},
    "files": {"files", "at_least", "milli"},
    "rating_bonus": {"sum", "count", "rating", "milli"},
    "disqualified": {"most"},
    "maintainer_share": {"share", "moved", "left"},
    "per_pr_cap": {"cap", "used"},
    "decay": {"rank", "free", "rate", "floor"},
    "daily_cap": {"kind", "cap", "used"},
    "repository_month_cap": {"cap", "used"},
    "round": set(),
    "held": {"most", "per"},
    "unknown": {"what"},
}


def check(works: list[Placed], ruleset: Ruleset) -> None:
    """Every item's steps are canonical, replay to its points and parts, and can be said."""
    for one in score(works, ruleset):
        limited = one.limited
        assert replay(one.steps) == one.net
        parts = replay_parts(one.steps)
        assert parts == (limited.points, limited.base, limited.extra, limited.penalty)
        stored = json.loads(canonical_bytes(list(one.steps)))
        assert stored == list(one.steps)
        assert all(isinstance(value, int | str) for step in stored for value in step.values())
        for step in one.steps:
            operands = set(step) - {"step"}
            assert operands == SHAPES.get(step["step"], operands)
        said = sentence(one.placed.work.kind, one.steps)
        if [step["step"] for step in one.steps] == ["excluded"]:
            assert one.net == 0 and ": nothing, because " in said
        else:
            assert said.endswith(f"{abs(one.net):,} point{'' if abs(one.net) == 1 else 's'}.")
        assert len(step_rows(one.steps)) == len(one.steps) + 1


@pytest.mark.parametrize("name", PRESETS)
@settings(max_examples=60)
@given(works=histories())
def test_replay_when_any_preset_and_history_then_gives_the_points(
    name: str, works: list[Placed]
) -> None:
    check(works, preset(name))


@settings(max_examples=300)
@given(histories())
def test_replay_when_every_rule_is_in_force_then_gives_the_points(works: list[Placed]) -> None:
    check(works, everything())


def test_steps_when_an_operand_is_changed_then_the_replay_changes() -> None:
    """Nothing is read back: each operand of each arithmetic step takes part."""
    ruleset = parse(
        {
            "weights": {"pr_merged": 20},
            "qualities": {"q": 1.3},
            "types": {"t": 7},
            "decay": {"free": 1, "rate": 0.5, "floor": 0.2},
            "repository_month_cap": 55,
        }
    )
    works = [merge(n, labels=("q", "t")) for n in (1, 2, 3, 4)]
    steps = score(works, ruleset)[2].steps
    names = [step["step"] for step in steps]
    assert names == ["weight", "quality", "type", "decay", "repository_month_cap", "round"]
    for at, operand, value in ((0, "milli", 15_000), (1, "factor", 1000), (2, "milli", 0),
                               (3, "rank", 30), (4, "used", 54_000)):  # fmt: skip
        altered = [dict(step) for step in steps]
        altered[4]["used"] = 20_000
        before = replay(altered)
        altered[at][operand] = value
        assert replay(altered) != before


def test_explain_when_a_limit_changes_nothing_then_leaves_no_step() -> None:
    scored = score([merge(1), opened(2)], preset("fair"))
    assert [step["step"] for one in scored for step in one.steps if step["step"] != "unknown"] == [
        "weight",
        "excluded",
    ]


def test_explain_when_disqualified_then_says_so_and_keeps_the_penalty() -> None:
    rules = parse({"weights": {"pr_merged": 20}, "spam_penalty": 9, "disqualify_after": 1})
    void, merged = score([opened(1, is_void=True), merge(2)], rules)
    assert replay(void.steps) == -9
    assert merged.steps[-1] == {"step": "disqualified", "most": 1}
    assert replay(merged.steps) == 0


def test_running_when_shown_then_each_line_has_its_total() -> None:
    (one,) = score([merge(additions=700, deletions=0, ratings=((1, 5),))], preset("fair"))
    assert [line.total_milli for line in running(one.steps)] == [20_000, 28_000, 36_000]


def test_after_when_the_step_is_unknown_then_refuses() -> None:
    with pytest.raises(ValueError, match="unknown step 'gift'"):
        after({"step": "gift"}, 0)


@given(st.permutations([1, 2, 3, 4, 5, 6, 7]))
def test_explain_when_items_arrive_in_any_order_then_says_the_same(order: list[int]) -> None:
    works = [merge(n, occurred_at=1_777_896_001) for n in order]
    said = {s.placed.number: s.steps for s in score(works, preset("fair"))}
    assert [step["rank"] for step in said[7] if step["step"] == "decay"] == [7]
    assert [step["rank"] for step in said[6] if step["step"] == "decay"] == [6]
