"""Laws that limits keep, whatever the history."""

from __future__ import annotations

import msgspec
from hypothesis import given, settings

from laurels.domain.limits import Limited, LimitItem, limit, natural_order
from laurels.domain.rulesets import Ruleset
from tests.unit.domain.test_limits import RULES, histories


def by_key(limited: list[Limited]) -> dict[tuple[int, str, int, int], Limited]:
    """The results by the item they are for."""
    return {natural_order(one.item): one for one in limited}


@given(histories(), RULES)
def test_limit_when_worthless_items_are_taken_out_then_nothing_else_changes(
    items: list[LimitItem], rules: Ruleset
) -> None:
    matter = [i for i in items if i.is_void or (i.is_eligible and i.value_milli)]
    everything = by_key(limit(items, rules))
    for one in limit(matter, rules):
        assert one == everything[natural_order(one.item)]


@given(histories(), RULES)
def test_limit_when_later_items_are_unknown_yet_then_earlier_ones_stand(
    items: list[LimitItem], rules: Ruleset
) -> None:
    """Caps and decay look back alone; shares and disqualification look at the whole season."""
    rules = Ruleset(
        daily_caps_milli=rules.daily_caps_milli,
        decay=rules.decay,
        per_pr_cap_milli=rules.per_pr_cap_milli,
        repository_month_cap_milli=rules.repository_month_cap_milli,
        max_prs_per_period=rules.max_prs_per_period,
    )
    ordered = sorted(items, key=natural_order)
    half = ordered[: len(ordered) // 2]
    assert limit(half, rules) == limit(ordered, rules)[: len(half)]


@given(histories(), RULES)
def test_limit_when_stages_follow_then_each_only_takes(
    items: list[LimitItem], rules: Ruleset
) -> None:
    for one in limit(items, rules):
        stages = [
            one.item.value_milli,
            one.after_share_milli,
            one.after_pr_cap_milli,
            one.after_decay_milli,
            one.after_day_milli,
            one.after_month_milli,
        ]
        assert stages == sorted(stages, reverse=True)
        assert min(stages) >= 0
        assert one.base >= 0
        assert one.extra >= 0


@settings(max_examples=200)
@given(histories(), RULES)
def test_limit_when_caps_are_set_then_no_sum_exceeds_them(
    items: list[LimitItem], rules: Ruleset
) -> None:
    limited = limit(items, rules)
    for kind, cap in rules.daily_caps_milli.items():
        for day in {i.day for i in items}:
            same = [one for one in limited if (one.item.kind, one.item.day) == (kind, day)]
            assert sum(one.after_day_milli for one in same) <= cap
    cap = rules.repository_month_cap_milli
    if cap is not None:
        for place in {(i.repository_id, i.month) for i in items}:
            sums = [
                one.after_month_milli
                for one in limited
                if (one.item.repository_id, one.item.month) == place
            ]
            assert sum(sums) <= cap


@given(histories(), RULES)
def test_limit_when_a_person_releases_held_items_then_no_amount_changes(
    items: list[LimitItem], rules: Ruleset
) -> None:
    free = Ruleset(**{**vars_of(rules), "max_prs_per_period": None})
    for one, other in zip(limit(items, rules), limit(items, free), strict=True):
        assert msgspec.structs.replace(one, is_held=False) == other


def vars_of(rules: Ruleset) -> dict[str, object]:
    """The fields of a ruleset."""
    return {name: getattr(rules, name) for name in Ruleset.__dataclass_fields__}


@given(histories(), RULES)
def test_limit_when_disqualified_then_every_penalty_stays(
    items: list[LimitItem], rules: Ruleset
) -> None:
    for one in limit(items, rules):
        assert one.penalty == one.item.penalty_points
        assert not (one.is_disqualified and one.points)
