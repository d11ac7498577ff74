"""Labels: what is the same, what is a near miss."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.domain.rulesets import near_misses, normalise, parse, preset
from laurels.domain.rulesets.labels import LabelPatterns, is_near

SAME = [
    "gssoc:approved",
    "GSSoC:Approved",
    "gssoc : approved",
    " gssoc: approved",
    "gssoc -:_ approved",
]


@pytest.mark.parametrize("label", SAME)
def test_normalise_when_spaces_case_and_joins_differ_then_is_one_label(label: str) -> None:
    assert normalise(label) == "gssoc:approved"


@pytest.mark.parametrize("label", ["gssoc-approved", "gssoc approved", "gssocapproved"])
def test_normalise_when_the_colon_is_missing_then_is_another_label(label: str) -> None:
    assert normalise(label) != "gssoc:approved"


@given(st.text(max_size=30))
def test_normalise_when_done_twice_then_changes_nothing_more(label: str) -> None:
    assert normalise(normalise(label)) == normalise(label)


@pytest.mark.parametrize(
    ("label", "near"),
    [
        ("gssoc-approved", True),
        ("gssocapproved", True),
        ("gssoc:aproved", True),
        ("gssoc:approvde", True),
        ("gssoc:approvedd", True),
        ("gssoc:appruved", True),
        ("gssoc:rejected", False),
        ("approved", False),
        ("!!", False),
    ],
)
def test_is_near_when_one_slip_away_then_is_a_near_miss(label: str, near: bool) -> None:
    assert is_near(label, "gssoc:approved") is near


def test_is_near_when_short_then_only_separators_may_differ() -> None:
    assert not is_near("spar", "spam")
    assert is_near("sp-am", "spam")
    assert not is_near("spam", "spam")


def test_near_misses_when_labels_almost_read_then_names_what_they_miss() -> None:
    labels = ("gssoc-approved", "GSSoC: Approved", "level:beginer", "help wanted")
    assert near_misses(labels, preset("gssoc")) == (
        ("gssoc-approved", "gssoc:approved"),
        ("level:beginer", "level:beginner"),
    )
    assert near_misses(None, preset("gssoc")) == ()


def test_patterns_when_starred_then_match_anything_there() -> None:
    patterns = LabelPatterns(("spam", "ai-*"))
    assert patterns.match(frozenset(("ai-slop",))) == "ai-*"
    assert patterns.match(frozenset(("ai-slop", "spam"))) == "spam"
    assert patterns.match(frozenset(("fair",))) is None
    assert patterns
    assert not LabelPatterns(())


def test_near_misses_when_a_pattern_matches_then_it_is_no_miss() -> None:
    ruleset = parse({"void_labels": ["ai-slop*"]})
    assert near_misses(("ai-slop-1",), ruleset) == ()
