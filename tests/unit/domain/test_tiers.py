"""Tiers: what points reach, and which tiers certify."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.domain.rulesets import PRESETS, preset
from laurels.domain.tiers import Tier, ladder_passed, next_tier, tier_for

LADDER = (
    Tier("a", "A", 0),
    Tier("b", "B", 100, is_certified=False),
    Tier("c", "C", 250),
)


@pytest.mark.parametrize(
    ("points", "key"), [(-1, None), (0, "a"), (99, "a"), (100, "b"), (249, "b"), (250, "c")]
)
def test_tier_for_when_points_reach_a_step_then_names_it(points: int, key: str | None) -> None:
    tier = tier_for(points, LADDER)
    assert (tier and tier.key) == key


@pytest.mark.parametrize(("points", "key"), [(-1, "a"), (0, "b"), (100, "c"), (250, None)])
def test_next_tier_when_below_the_top_then_names_the_next(points: int, key: str | None) -> None:
    tier = next_tier(points, LADDER)
    assert (tier and tier.key) == key


@pytest.mark.parametrize(
    ("points", "policy", "keys"),
    [
        (0, "ladder", []),
        (-5, "highest", []),
        (1, "ladder", ["a"]),
        (120, "ladder", ["a"]),
        (250, "ladder", ["a", "c"]),
        (250, "highest", ["c"]),
        (120, "highest", ["a"]),
    ],
)
def test_ladder_passed_when_policy_given_then_lists_certified_tiers(
    points: int, policy: str, keys: list[str]
) -> None:
    assert [tier.key for tier in ladder_passed(points, LADDER, policy)] == keys


@given(st.integers(-100, 20_000), st.sampled_from(PRESETS), st.sampled_from(["ladder", "highest"]))
def test_ladder_passed_when_any_points_then_nobody_at_zero_and_all_reached(
    points: int, name: str, policy: str
) -> None:
    tiers = preset(name).tiers
    passed = ladder_passed(points, tiers, policy)
    assert all(0 <= tier.points <= points for tier in passed)
    assert points > 0 or not passed
    if policy == "highest" and passed:
        assert passed == (tier_for(points, tiers),)
