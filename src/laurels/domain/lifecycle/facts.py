"""One observation: everything a single event or body tells about one pull request or issue."""

from __future__ import annotations

from typing import Final

import msgspec

from laurels.domain.lifecycle.fold import WITHHELD, SubjectFold, withhold

GITHUB_GHOST: Final = 10137
"""The account that GitHub shows in place of a deleted one: nobody, so never an author."""

DISMISSED: Final = "dismissed"


class RepositoryFact(msgspec.Struct, frozen=True, gc=False):
    """What was seen of a repository at a time; None where the payload does not say."""

    github_id: int
    full_name: str
    owner_login: str
    owner_github_id: int | None
    is_fork: bool | None
    is_private: bool | None
    topics: tuple[str, ...] | None
    at: int


class PersonFact(msgspec.Struct, frozen=True, gc=False):
    """A GitHub account as it was called at a time; `kind` is GitHub's type where it was given."""

    github_id: int
    login: str
    kind: str | None
    at: int


class ReviewFact(msgspec.Struct, frozen=True, gc=False):
    """One submitted GitHub review; state is commented, approved, changes_requested, dismissed."""

    review_id: int
    reviewer_id: int
    state: str
    submitted_at: int
    association: str | None


class Observation(msgspec.Struct, frozen=True, gc=False):
    """What one event or body says, ready to be joined to what is known already."""

    repository: RepositoryFact
    people: tuple[PersonFact, ...]
    subject: SubjectFold
    review: ReviewFact | None
    attention: tuple[tuple[int, int], ...]


def join_review(a: ReviewFact, b: ReviewFact) -> ReviewFact:
    """Join two sightings of one review, in any order: a dismissal is final, then the greater wins.

    GitHub never changes the verdict of a submitted review except by dismissing it.
    """
    return a if _review_order(a) >= _review_order(b) else b


def withhold_review(review: ReviewFact, person_id: int) -> ReviewFact:
    """Take an erased reviewer out of a review; what the review did for the author stays."""
    if review.reviewer_id != person_id:
        return review
    return ReviewFact(
        review.review_id, WITHHELD, review.state, review.submitted_at, review.association
    )


def withhold_observation(observation: Observation, person_id: int) -> Observation:
    """Take an erased person out of everything one observation says.

    Their attention stays as somebody's, so that what others earned by it does not change. The name
    of a repository they own is not touched here.
    """
    review = observation.review
    return Observation(
        observation.repository,
        tuple(person for person in observation.people if person.github_id != person_id),
        withhold(observation.subject, person_id),
        None if review is None else withhold_review(review, person_id),
        tuple((WITHHELD if by == person_id else by, at) for by, at in observation.attention),
    )


def _review_order(review: ReviewFact) -> tuple[bool, bool, int, str, str, int]:
    return (
        review.state == DISMISSED,
        # An erased reviewer stays erased even when the same review is seen unerased.
        review.reviewer_id == WITHHELD,
        review.submitted_at,
        review.state,
        review.association or "",
        review.reviewer_id,
    )
