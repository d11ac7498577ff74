"""Pull requests in columns: the same pull requests, counted and hashed alike."""

from __future__ import annotations

from itertools import product

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.domain.metrics import Eligibility, PullRequest, Pulls, judge, tallies
from laurels.domain.metrics.pulls import KINDS, STATES, kind_of, like
from tests.unit.domain.metrics.world import NOW, WINDOW, pull_requests, random_pull_requests


def bare(one: PullRequest) -> PullRequest:
    """Give what columns keep: whether there are comments and reviews, not how many."""
    counts = ("comments", "reviews", "others_comments", "others_reviews")
    some = {name: getattr(one, name) and 1 for name in counts}
    return msgspec.structs.replace(one, **some)


@given(random_pull_requests)
def test_columns_of_anything_then_all_but_the_counts_comes_back(
    given_prs: list[PullRequest],
) -> None:
    pulls = Pulls.of(given_prs)
    assert list(pulls) == [bare(one) for one in given_prs]
    assert [pulls[at] for at in range(len(pulls))] == list(pulls)
    assert Pulls.of(pulls) is pulls
    assert pulls[1:] == Pulls.of(given_prs[1:])


@given(random_pull_requests)
def test_columns_then_each_is_judged_as_the_pull_request_is(given_prs: list[PullRequest]) -> None:
    for rule in Eligibility:
        for one, kept in zip(given_prs, Pulls.of(given_prs), strict=True):
            assert judge(one, WINDOW, rule) is judge(kept, WINDOW, rule)
    assert tallies(Pulls.of(given_prs), WINDOW) == tallies(given_prs, WINDOW)


@given(random_pull_requests, st.randoms())
def test_order_then_the_same_of_any(given_prs: list[PullRequest], order) -> None:
    shuffled = list(given_prs)
    order.shuffle(shuffled)
    found = Pulls.of(shuffled).in_order()
    assert found == Pulls.of(given_prs).in_order()
    assert [one.id for one in found] == sorted(one.id for one in given_prs)


def test_order_when_it_is_there_then_nothing_is_copied() -> None:
    pulls = Pulls.of(pull_requests(5))
    assert pulls.in_order() is pulls
    assert Pulls.of([]).in_order() == Pulls.of([])


def test_kinds_then_each_stands_for_its_pull_request() -> None:
    assert [kind_of(like(kind, NOW)) for kind in range(KINDS)] == list(range(KINDS))
    some = (None, 0, 1)
    everything = product(STATES, (None, False, True), some, some, some, some)
    made = {kind_of(PullRequest(1, NOW, state, None, *rest)) for state, *rest in everything}
    assert made == set(range(KINDS))


def test_kind_of_a_state_that_is_none_then_refused() -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        kind_of(PullRequest(1, NOW, "lost"))


def test_columns_when_compared_then_only_with_columns() -> None:
    given_prs = pull_requests(2)
    assert Pulls.of(given_prs) != given_prs
    assert Pulls.of(given_prs) != Pulls.of(given_prs[:1])
