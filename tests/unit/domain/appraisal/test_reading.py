"""What some rules cannot read changes nothing; what they can read is told apart."""

from __future__ import annotations

from operator import attrgetter

import msgspec
import pytest
from hypothesis import given

from laurels.domain.appraisal import Work, appraise, readable
from laurels.domain.rulesets import PRESETS, Ruleset, parse, preset
from tests.unit.domain.random_works import WORKS, everything
from tests.unit.domain.test_ruleset_flips import FLIPS, rules

BARE = parse({"weights": {"pr_merged": 20, "pr_opened": 5, "review_submitted": 1}})
RULESETS = {name: preset(name) for name in PRESETS} | {"bare": BARE, "all": everything()}
FLIPPED = [rules(**side) for flip in FLIPS.values() for side in (flip.before, flip.after)]


def check(one: Work, other: Work, ruleset: Ruleset) -> None:
    """Give one work everything of another that these rules cannot read."""
    read = {name: getattr(one, name) for name in readable(ruleset)}
    mixed = msgspec.structs.replace(other, **read)
    assert appraise(mixed, ruleset) == appraise(one, ruleset)


@pytest.mark.parametrize("name", RULESETS)
@given(WORKS, WORKS)
def test_appraisal_when_only_unread_attributes_differ_then_is_equal(
    name: str, one: Work, other: Work
) -> None:
    check(one, other, RULESETS[name])


@given(WORKS, WORKS)
def test_appraisal_under_every_single_rule_when_only_unread_attributes_differ_then_is_equal(
    one: Work, other: Work
) -> None:
    for ruleset in FLIPPED:
        check(one, other, ruleset)


def test_readable_when_everything_is_in_force_then_leaves_only_what_no_rule_reads() -> None:
    unread = set(Work.__struct_fields__) - set(readable(everything()))
    assert unread <= {
        "opened_at", "merged_at", "closed_at", "draft", "association", "occurred_at", "seasons",
        "topics",
    }  # fmt: skip


def test_readable_when_weights_alone_stand_then_equal_work_has_one_key() -> None:
    key = attrgetter(*readable(BARE))
    one = Work(kind="pr_merged", occurred_at=1, title="a", additions=1, labels=("x",))
    two = Work(kind="pr_merged", occurred_at=2, title="b", additions=9, labels=("y",))
    assert key(one) == key(two)
    assert key(one) != key(msgspec.structs.replace(two, is_fork=True))
