"""Observations, reviews seen twice, and taking a person out of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.domain.lifecycle import (
    WITHHELD,
    Observation,
    PersonFact,
    RepositoryFact,
    ReviewFact,
    join_review,
    withhold_observation,
    withhold_review,
)
from tests.unit.domain.lifecycle.folds import known

REVIEWS = st.builds(
    ReviewFact,
    review_id=st.just(1),
    reviewer_id=st.integers(0, 2),
    state=st.sampled_from(["approved", "commented", "dismissed"]),
    submitted_at=st.integers(1, 2),
    association=st.sampled_from([None, "MEMBER"]),
)


@given(REVIEWS, REVIEWS, REVIEWS)
def test_join_review_when_in_any_order_then_gives_the_same(
    a: ReviewFact, b: ReviewFact, c: ReviewFact
) -> None:
    assert join_review(a, b) == join_review(b, a)
    assert join_review(join_review(a, b), c) == join_review(a, join_review(b, c))
    assert join_review(a, a) == a


@pytest.mark.parametrize("state", ["approved", "commented", "changes_requested"])
def test_join_review_when_dismissed_then_stays_dismissed(state: str) -> None:
    dismissed = ReviewFact(1, 8, "dismissed", 5, "MEMBER")
    assert join_review(dismissed, ReviewFact(1, 8, state, 5, "MEMBER")) == dismissed
    assert join_review(ReviewFact(1, 8, state, 5, "MEMBER"), dismissed) == dismissed


def test_withhold_review_when_the_reviewer_is_erased_then_their_standing_stays() -> None:
    review = ReviewFact(1, 8, "approved", 5, "MEMBER")
    assert withhold_review(review, 8) == ReviewFact(1, WITHHELD, "approved", 5, "MEMBER")
    assert withhold_review(review, 7) == review


def test_withhold_observation_when_done_then_the_person_is_nowhere() -> None:
    observation = Observation(
        RepositoryFact(11, "acme/widgets", "acme", None, None, None, None, 5),
        (PersonFact(7, "alice", "User", 5), PersonFact(8, "bob", None, 5)),
        known(author=(3, 5, 7), title=(5, "mine")),
        ReviewFact(1, 8, "approved", 5, "MEMBER"),
        ((8, 5), (7, 6)),
    )
    without_bob = withhold_observation(observation, 8)
    assert [person.login for person in without_bob.people] == ["alice"]
    assert without_bob.review == ReviewFact(1, WITHHELD, "approved", 5, "MEMBER")
    assert without_bob.attention == ((WITHHELD, 5), (7, 6))
    without_alice = withhold_observation(observation, 7)
    assert without_alice.subject.author == (3, 5, WITHHELD)
    assert without_alice.review == observation.review
