"""Limits against a slow second reckoning, item by item, with exact fractions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laurels.domain.limits import Limited, LimitItem, limit, natural_order
from laurels.domain.rulesets import Decay, MaxPullRequests, Ruleset, parse

AUTHORED = ("pr_opened", "pr_approved", "pr_merged")
KINDS = (*AUTHORED, "issue_opened", "review_submitted")
Values = dict[int, int]


def item(number: int = 1, value: int = 20_000, **facts: Any) -> LimitItem:
    """A merge of 20 points, and what a test says otherwise."""
    base = {
        "kind": "pr_merged",
        "occurred_at": number,
        "repository_id": 1,
        "number": number,
        "day": 20260504,
        "month": 202605,
        "value_milli": value,
        "factor_part_milli": value,
    }
    return LimitItem(**(base | facts))


# The second reckoning: no running sums, each item asks for all earlier ones again.


def before(items: list[LimitItem], at: int) -> list[int]:
    """Places of the items that come earlier in the natural order."""
    return [k for k in range(len(items)) if natural_order(items[k]) < natural_order(items[at])]


def capped(
    items: list[LimitItem],
    values: Values,
    cap: int | None,
    same: Callable[[LimitItem, LimitItem], bool],
    takes: Callable[[LimitItem], bool] = lambda item: True,
) -> Values:
    """Each is min(x, max(0, cap − sum of the earlier)) (spec/scoring.md §2)."""
    after = dict(values)
    for at, one in enumerate(items):
        if cap is None or not takes(one):
            continue
        earlier = [k for k in before(items, at) if takes(items[k]) and same(items[k], one)]
        after[at] = min(values[at], max(0, cap - sum(values[k] for k in earlier)))
    return after


def shared(items: list[LimitItem], values: Values, share: int | None) -> Values:
    """What one maintainer moved is at most a share of everything without those movements."""
    after = dict(values)
    for at, one in enumerate(items):
        if share is None or one.moved_by is None or not values[at]:
            continue
        mine = [k for k in values if items[k].moved_by == one.moved_by and values[k]]
        without = sum(values.values()) - sum(items[k].moved_milli for k in mine)
        earlier = sum(items[k].moved_milli for k in before(items, at) if k in mine)
        budget = round(Fraction(without * share, 1000))
        kept = min(one.moved_milli, max(0, budget - earlier))
        after[at] = values[at] - one.moved_milli + kept
    return after


def decayed(items: list[LimitItem], values: Values, decay: Decay | None) -> tuple[Values, Values]:
    """The k-th merge of a repository and month beyond the free ones keeps its share."""
    ranks, after = dict.fromkeys(values, 0), dict(values)
    for at, one in enumerate(items):
        if one.kind != "pr_merged" or not values[at]:
            continue
        alike = [
            k
            for k in before(items, at)
            if items[k].kind == "pr_merged"
            and values[k]
            and (items[k].repository_id, items[k].month) == (one.repository_id, one.month)
        ]
        ranks[at] = len(alike) + 1
        extra = 0 if decay is None else ranks[at] - decay.free
        if decay is not None and extra > 0:
            factor = max(decay.floor_milli, 1_000_000 // (1000 + decay.rate_milli * extra))
            after[at] = round(Fraction(values[at] * factor, 1000))
    return ranks, after


def slow(
    items: list[LimitItem], rules: Ruleset
) -> dict[tuple[int, str, int, int], tuple[Any, ...]]:
    """Every stage again; the key is the item's place in the natural order."""
    gone = {
        k
        for k, one in enumerate(items)
        if rules.disqualify_after is not None
        and sum(i.is_void for i in items if i.season == one.season) >= rules.disqualify_after
    }
    start = {
        k: 0 if k in gone or not one.is_eligible else one.value_milli for k, one in enumerate(items)
    }
    share = shared(items, start, rules.maintainer_share_milli)
    per_pr = capped(
        items,
        share,
        rules.per_pr_cap_milli,
        lambda a, b: (a.repository_id, a.number) == (b.repository_id, b.number),
        lambda one: one.kind in AUTHORED,
    )
    ranks, worn = decayed(items, per_pr, rules.decay)
    day = worn
    for kind, cap in rules.daily_caps_milli.items():
        day = capped(items, day, cap, lambda a, b: a.day == b.day, lambda i, k=kind: i.kind == k)
    month = capped(
        items,
        day,
        rules.repository_month_cap_milli,
        lambda a, b: (a.repository_id, a.month) == (b.repository_id, b.month),
    )
    result = {}
    for k, one in enumerate(items):
        points = round(Fraction(month[k], 1000))
        base = min(round(Fraction(one.factor_part_milli, 1000)), points)
        stages = (share[k], per_pr[k], ranks[k], worn[k], day[k], month[k])
        result[natural_order(one)] = (
            *stages,
            points,
            base,
            held(items, start, k, rules),
            k in gone,
        )
    return result


def held(items: list[LimitItem], start: Values, at: int, rules: Ruleset) -> bool:
    """Whether a pull request item is one too many of its kind in its period."""
    most, one = rules.max_prs_per_period, items[at]
    if most is None or one.kind not in AUTHORED or not start[at]:
        return False
    period = getattr(one, most.period)
    alike = [
        k
        for k in before(items, at)
        if items[k].kind == one.kind and start[k] and getattr(items[k], most.period) == period
    ]
    return len(alike) >= most.count


def flat(limited: Limited) -> tuple[Any, ...]:
    """The same figures of the reference."""
    return (
        limited.after_share_milli,
        limited.after_pr_cap_milli,
        limited.decay_rank,
        limited.after_decay_milli,
        limited.after_day_milli,
        limited.after_month_milli,
        limited.points,
        limited.base,
        limited.is_held,
        limited.is_disqualified,
    )


@st.composite
def histories(draw: st.DrawFn) -> list[LimitItem]:
    """One person's items: few seconds, days, repositories and numbers, so that much collides."""
    keys = st.tuples(st.sampled_from(KINDS), st.integers(1, 2), st.integers(1, 6))
    items = []
    for kind, repository, number in draw(st.lists(keys, unique=True, max_size=24)):
        value = draw(st.sampled_from([0, 500, 1500, 4_000, 20_000, 33_333]))
        moved = draw(st.integers(0, value))
        day = draw(st.sampled_from([20260430, 20260501, 20260502]))
        items.append(
            LimitItem(
                kind=kind,
                occurred_at=day * 10 + draw(st.integers(0, 1)),
                repository_id=repository,
                number=number,
                day=day,
                month=day // 100,
                season=draw(st.sampled_from(["all", "spring"])),
                is_eligible=draw(st.booleans()) or value > 0,
                value_milli=value,
                factor_part_milli=draw(st.integers(0, value)),
                penalty_points=draw(st.sampled_from([0, 0, 20])),
                is_void=draw(st.integers(0, 9)) == 0,
                moved_by=draw(st.sampled_from([None, 7, 8])) if moved else None,
                moved_milli=moved,
            )
        )
    return items


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A rule that is there or not."""
    return st.none() | values


MILLI = st.sampled_from([0, 700, 4_000, 20_000, 35_000, 100_000])
RULES = st.builds(
    Ruleset,
    daily_caps_milli=st.dictionaries(st.sampled_from(KINDS), MILLI, max_size=3),
    decay=maybe(st.builds(Decay, st.integers(0, 2), st.integers(0, 900), st.integers(0, 1000))),
    per_pr_cap_milli=maybe(MILLI),
    repository_month_cap_milli=maybe(MILLI),
    disqualify_after=maybe(st.integers(1, 3)),
    maintainer_share_milli=maybe(st.integers(0, 1000)),
    max_prs_per_period=maybe(
        st.builds(MaxPullRequests, st.integers(1, 3), st.sampled_from(["day", "month", "season"]))
    ),
)


@settings(max_examples=300)
@given(histories(), RULES, st.randoms(use_true_random=False))
def test_limit_when_any_history_then_agrees_with_the_slow_reckoning(
    items: list[LimitItem], rules: Ruleset, shuffle: Any
) -> None:
    expected = slow(items, rules)
    shuffle.shuffle(items)
    limited = limit(items, rules)
    assert [natural_order(one.item) for one in limited] == sorted(expected)
    for one in limited:
        assert flat(one) == expected[natural_order(one.item)]
        assert one.points == one.base + one.extra
        assert one.penalty == one.item.penalty_points
        assert 0 <= one.points <= round(Fraction(one.item.value_milli, 1000))


def points(items: Iterable[LimitItem], **rules: Any) -> list[int]:
    """The points after limits, in natural order."""
    return [one.points for one in limit(items, parse(rules))]


def test_limit_when_two_merges_share_a_second_then_the_lower_number_is_first() -> None:
    tied = [item(2, occurred_at=5), item(1, occurred_at=5)]
    assert [one.item.number for one in limit(tied, parse({"repository_month_cap": 30}))] == [1, 2]
    assert points(tied, repository_month_cap=30) == [20, 10]


def test_limit_when_fair_decay_then_the_sixth_merge_keeps_869_thousandths() -> None:
    merges = [item(number) for number in range(1, 8)]
    decay = {"free": 5, "rate": 0.15, "floor": 0.2}
    assert points(merges, decay=decay) == [20, 20, 20, 20, 20, 17, 15]


def test_limit_when_decay_runs_then_other_repositories_and_months_begin_anew() -> None:
    decay = {"free": 1, "rate": 1, "floor": 0}
    apart = [item(1), item(2, repository_id=2), item(3, month=202606), item(4)]
    assert points(apart, decay=decay) == [20, 20, 20, 10]


def test_limit_when_items_are_excluded_or_zero_then_they_consume_nothing() -> None:
    items = [item(1, is_eligible=False), item(2, 0), item(3), item(4)]
    decay = {"free": 1, "rate": 1, "floor": 0}
    assert points(items, decay=decay, repository_month_cap=25) == [0, 0, 20, 5]


def test_limit_when_a_reviewer_reviews_then_the_cap_of_the_pull_request_is_not_theirs() -> None:
    items = [item(1), item(1, 4000, kind="review_submitted", occurred_at=2)]
    assert points(items, per_pr_cap=20) == [20, 4]


def test_limit_when_a_day_is_full_then_only_that_kind_is_cut() -> None:
    reviews = [item(n, 4000, kind="review_submitted") for n in range(1, 8)]
    issue = item(9, 5000, kind="issue_completed")
    assert points([*reviews, issue], daily_caps={"review_submitted": 20}) == [4] * 5 + [0, 0, 5]


def test_limit_when_voided_often_enough_then_the_season_is_zero_and_penalties_stay() -> None:
    void = [
        item(n, 0, kind="pr_opened", is_eligible=False, is_void=True, penalty_points=20, season="s")
        for n in (1, 2)
    ]
    limited = limit(
        [*void, item(3, season="s"), item(4, season="t")], parse({"disqualify_after": 2})
    )
    assert [one.points for one in limited] == [0, 0, 0, 20]
    assert [one.penalty for one in limited] == [20, 20, 0, 0]
    assert [one.is_disqualified for one in limited] == [True, True, True, False]


def test_limit_when_one_maintainer_moves_much_then_the_share_stops_it() -> None:
    moved = [item(n, 30_000, moved_by=7, moved_milli=10_000) for n in (1, 2)]
    plain = item(3)
    other = item(4, 30_000, moved_by=8, moved_milli=10_000)
    # 110 points in all; without 7's movements 90, a tenth of it is 9; without 8's 100, so 10.
    assert points([*moved, plain, other], maintainer_share=0.1) == [29, 20, 20, 30]


def test_limit_when_there_are_too_many_then_the_rest_is_held_with_its_amount() -> None:
    limited = limit([item(1), item(2)], parse({"max_prs_per_period": {"count": 1}}))
    assert [(one.points, one.is_held) for one in limited] == [(20, False), (20, True)]


@pytest.mark.parametrize(
    ("value", "factor", "split"),
    [(28_000, 20_000, (28, 20, 8)), (10_500, 10_500, (10, 10, 0)), (11_500, 8_500, (12, 8, 4))],
)
def test_limit_when_rounded_then_base_and_extra_are_the_points(
    value: int, factor: int, split: tuple[int, int, int]
) -> None:
    (one,) = limit([item(1, value, factor_part_milli=factor)], parse({}))
    assert (one.points, one.base, one.extra) == split


def test_limit_when_there_is_nothing_then_returns_nothing() -> None:
    assert limit([], parse({})) == []
