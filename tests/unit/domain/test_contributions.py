"""The six kinds of contribution: when each is there, and who is credited."""

from __future__ import annotations

from typing import Any

import pytest

from laurels.domain.contributions import (
    REGISTRY,
    ContributionFact,
    Kind,
    approved_at,
    contributions_of,
    is_completion_unknown,
    is_unattributed,
)
from laurels.domain.lifecycle import (
    WITHHELD,
    Decision,
    IssueView,
    MarkKind,
    PullRequestView,
    ReviewFact,
    Verdict,
    view,
)
from tests.unit.domain.lifecycle.folds import NUMBER, REPOSITORY, known, known_issue

ALICE, BOB, CAROL, ROBOT = 7, 8, 9, 99


def pull_request(**groups: Any) -> PullRequestView:
    shown = view(known(**({"created_at": 10, "author": (3, 10, ALICE)} | groups)))
    assert isinstance(shown, PullRequestView)
    return shown


def issue(**groups: Any) -> IssueView:
    shown = view(known_issue(**({"created_at": 10, "author": (3, 10, ALICE)} | groups)))
    assert isinstance(shown, IssueView)
    return shown


def review(
    by: int = BOB, at: int = 20, state: str = "approved", association: str | None = "MEMBER"
) -> ReviewFact:
    return ReviewFact(at * 100 + by, by, state, at, association)


def approve(by: int, at: int) -> Verdict:
    return Verdict(by, Decision.APPROVED, at)


def is_robot(person_id: int) -> bool:
    return person_id == ROBOT


def kinds(*args: Any) -> list[tuple[str, int, int]]:
    return [(fact.kind, fact.person_id, fact.occurred_at) for fact in contributions_of(*args)]


def test_registry_when_read_then_every_kind_is_in_it_once() -> None:
    assert list(REGISTRY) == list(Kind)
    assert all(spec.kind is kind for kind, spec in REGISTRY.items())
    assert {kind for kind, spec in REGISTRY.items() if spec.credited == "reviewer"} == {
        Kind.REVIEW_SUBMITTED
    }
    assert {kind for kind, spec in REGISTRY.items() if spec.subject == "issue"} == {
        Kind.ISSUE_OPENED,
        Kind.ISSUE_COMPLETED,
    }


def test_registry_when_dates_are_named_then_the_fact_has_them() -> None:
    shown = pull_request(merged_at=30)
    for fact in contributions_of(shown):
        assert getattr(shown, REGISTRY[fact.kind].date_field) == fact.occurred_at


def test_pull_request_when_merged_then_opening_and_merge_are_the_authors() -> None:
    assert contributions_of(pull_request(merged_at=30)) == (
        ContributionFact(Kind.PR_OPENED, REPOSITORY, NUMBER, ALICE, 10, 10),
        ContributionFact(Kind.PR_MERGED, REPOSITORY, NUMBER, ALICE, 30, 10),
    )


def test_pull_request_when_closed_unmerged_then_only_the_opening_is_there() -> None:
    assert kinds(pull_request(state=(30, True, 30))) == [("pr_opened", ALICE, 10)]


def test_pull_request_when_opening_is_unknown_then_there_is_no_opening() -> None:
    [fact] = contributions_of(pull_request(created_at=None, merged_at=30))
    assert (fact.kind, fact.opened_at) == (Kind.PR_MERGED, None)


@pytest.mark.parametrize("author", [None, (3, 10, WITHHELD)])
def test_subjects_when_author_is_unknown_or_erased_then_nobody_is_credited(author: Any) -> None:
    assert contributions_of(pull_request(author=author, merged_at=30)) == ()
    assert contributions_of(issue(author=author)) == ()
    assert is_unattributed(pull_request(author=author))
    assert is_unattributed(issue(author=author))


def test_subjects_when_gone_then_nothing_is_left() -> None:
    gone = {"marks": ((int(MarkKind.GONE), 40, BOB),)}
    assert contributions_of(pull_request(merged_at=30, **gone), (review(),)) == ()
    assert contributions_of(issue(**gone)) == ()
    assert not is_unattributed(issue(author=None, **gone))
    assert not is_completion_unknown(issue(state=(30, True, 30), **gone))


def test_is_unattributed_when_the_author_is_known_then_no() -> None:
    assert not is_unattributed(pull_request())


@pytest.mark.parametrize("association", ["OWNER", "MEMBER", "COLLABORATOR"])
def test_pr_approved_when_a_member_approves_on_github_then_is_the_authors(association: str) -> None:
    facts = kinds(pull_request(), (review(association=association),))
    assert ("pr_approved", ALICE, 20) in facts


@pytest.mark.parametrize(
    "given",
    [
        review(association="CONTRIBUTOR"),
        review(association=None),
        review(state="commented"),
        review(state="changes_requested"),
        review(state="dismissed"),
        review(by=ALICE),
        review(by=ROBOT),
    ],
)
def test_pr_approved_when_the_approval_does_not_count_then_is_not_there(given: ReviewFact) -> None:
    facts = contributions_of(pull_request(), (given,), (), is_robot)
    assert Kind.PR_APPROVED not in {fact.kind for fact in facts}


def test_pr_approved_when_several_approve_then_the_first_standing_one_counts() -> None:
    reviews = (review(at=30), review(by=CAROL, at=25), review(at=20, state="dismissed"))
    assert approved_at(pull_request(), reviews, (), is_robot) == 25
    assert approved_at(pull_request(), reviews, (approve(BOB, 22),), is_robot) == 22


def test_pr_approved_when_the_reviewer_was_erased_then_the_author_keeps_it() -> None:
    assert approved_at(pull_request(), (review(by=WITHHELD),), (), is_robot) == 20


def test_pr_approved_when_a_verdict_is_taken_back_then_is_gone() -> None:
    verdicts = (approve(BOB, 20), Verdict(BOB, Decision.WITHDRAWN, 30))
    assert approved_at(pull_request(), (), verdicts, is_robot) is None
    assert approved_at(pull_request(), (), (*verdicts, approve(BOB, 40)), is_robot) == 40
    assert approved_at(pull_request(), (), (*verdicts, approve(CAROL, 25)), is_robot) == 25


def test_pr_approved_when_one_maintainer_approves_twice_then_the_first_time_counts() -> None:
    verdicts = (approve(BOB, 30), approve(BOB, 20))
    assert approved_at(pull_request(), (), verdicts, is_robot) == 20


def test_pr_approved_when_the_author_gives_the_verdict_then_does_not_count() -> None:
    assert approved_at(pull_request(), (), (approve(ALICE, 20),), is_robot) is None


def test_review_submitted_when_reviewed_twice_then_the_first_time_counts() -> None:
    reviews = (review(at=30), review(at=20, state="commented"), review(by=CAROL, at=25))
    facts = contributions_of(pull_request(), reviews)
    submitted = [fact for fact in facts if fact.kind is Kind.REVIEW_SUBMITTED]
    assert [(fact.person_id, fact.occurred_at, fact.opened_at) for fact in submitted] == [
        (BOB, 20, 10),
        (CAROL, 25, 10),
    ]


@pytest.mark.parametrize("by", [ALICE, WITHHELD])
def test_review_submitted_when_own_or_erased_then_is_not_there(by: int) -> None:
    facts = contributions_of(pull_request(), (review(by=by, state="commented"),))
    assert Kind.REVIEW_SUBMITTED not in {fact.kind for fact in facts}


@pytest.mark.parametrize(
    ("state", "is_there"), [("commented", False), ("approved", True), ("changes_requested", True)]
)
def test_review_submitted_when_the_author_is_unknown_then_only_a_judgement_is_proof(
    state: str, is_there: bool
) -> None:
    facts = contributions_of(pull_request(author=None), (review(state=state),))
    assert bool(facts) is is_there


def test_review_submitted_when_a_judgement_follows_a_comment_then_the_comments_time_counts() -> (
    None
):
    reviews = (review(at=15, state="commented"), review(at=20, state="approved"))
    [fact] = contributions_of(pull_request(author=None), reviews)
    assert (fact.person_id, fact.occurred_at) == (BOB, 15)


def test_issue_when_completed_then_opening_and_completion_are_the_authors() -> None:
    shown = issue(state=(30, True, 30), reason=(30, "completed", 30))
    assert contributions_of(shown) == (
        ContributionFact(Kind.ISSUE_OPENED, REPOSITORY, NUMBER, ALICE, 10, 10),
        ContributionFact(Kind.ISSUE_COMPLETED, REPOSITORY, NUMBER, ALICE, 30, 10),
    )


@pytest.mark.parametrize(
    ("groups", "is_unknown"),
    [
        ({"state": (30, True, 30)}, True),
        ({"state": (30, True, 30), "reason": (30, None, 30)}, False),
        ({"state": (30, True, 30), "reason": (30, "not_planned", 30)}, False),
        ({"state": (30, False, None), "reason": (30, "completed", None)}, False),
        ({"state": (30, True, None), "reason": (30, "completed", None)}, False),
        ({}, False),
    ],
)
def test_issue_when_not_completed_or_unknown_then_only_the_opening_is_there(
    groups: dict[str, Any], is_unknown: bool
) -> None:
    assert kinds(issue(**groups)) == [("issue_opened", ALICE, 10)]
    assert is_completion_unknown(issue(**groups)) is is_unknown


def test_issue_when_opening_is_unknown_then_completion_still_counts() -> None:
    shown = issue(created_at=None, state=(30, True, 30), reason=(30, "completed", 30))
    assert kinds(shown) == [("issue_completed", ALICE, 30)]


def test_is_completion_unknown_when_a_pull_request_then_no() -> None:
    assert not is_completion_unknown(pull_request(state=(30, True, 30)))
