"""The contributions: the only facts that are scored, and the one place that says what each is.

A contribution is there because of facts of one subject, reviews of it and verdicts on it, never
because of an arrival: `contributions_of` is pure, and its answer for the same facts is the same in
whatever order they came. Times are instants from GitHub or from the verdict, never our clock.
Source of the predicates: spec/scoring.md §1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from laurels.domain.lifecycle.facts import DISMISSED, ReviewFact
from laurels.domain.lifecycle.fold import WITHHELD, MarkKind
from laurels.domain.lifecycle.states import Decision, Verdict
from laurels.domain.lifecycle.view import UNKNOWN, IssueView, PullRequestView


class Kind(StrEnum):
    """The kinds of contribution."""

    PR_OPENED = "pr_opened"
    PR_APPROVED = "pr_approved"
    PR_MERGED = "pr_merged"
    ISSUE_OPENED = "issue_opened"
    ISSUE_COMPLETED = "issue_completed"
    REVIEW_SUBMITTED = "review_submitted"


@dataclass(frozen=True, slots=True)
class KindSpec:
    """What a kind is about, which date it happened on, and who is credited."""

    kind: Kind
    subject: Literal["pull_request", "issue"]
    date_field: str
    credited: Literal["author", "reviewer"]


REGISTRY: Final[Mapping[Kind, KindSpec]] = {
    spec.kind: spec
    for spec in (
        KindSpec(Kind.PR_OPENED, "pull_request", "created_at", "author"),
        KindSpec(Kind.PR_APPROVED, "pull_request", "approved_at", "author"),
        KindSpec(Kind.PR_MERGED, "pull_request", "merged_at", "author"),
        KindSpec(Kind.ISSUE_OPENED, "issue", "created_at", "author"),
        KindSpec(Kind.ISSUE_COMPLETED, "issue", "closed_at", "author"),
        KindSpec(Kind.REVIEW_SUBMITTED, "pull_request", "submitted_at", "reviewer"),
    )
}

APPROVING_ASSOCIATIONS: Final = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
"""Whose GitHub approval counts: people with a standing in the repository."""

COMPLETED: Final = "completed"


@dataclass(frozen=True, slots=True, order=True)
class ContributionFact:
    """One contribution; the first four fields are its natural key.

    `opened_at` is when the work it belongs to was opened (a review's work is its pull request),
    None while that is unknown: then the ruleset goes by the view's `first_seen_at`.
    """

    kind: Kind
    repository_id: int
    number: int
    person_id: int
    occurred_at: int
    opened_at: int | None


def contributions_of(
    subject: PullRequestView | IssueView,
    reviews: Iterable[ReviewFact] = (),
    verdicts: Iterable[Verdict] = (),
    is_bot: Callable[[int], bool] = lambda person_id: False,
    *,
    commits_dismiss: bool = False,
) -> tuple[ContributionFact, ...]:
    """Give every contribution that one subject shows, in the order of kind and person.

    Nothing is credited to an unknown or erased author, nothing for a subject that is gone.
    `is_bot` says of a person id whether it is a robot: its approval does not count. With
    `commits_dismiss`, neither does one that new commits followed before the merge.
    """
    if subject.is_gone:
        return ()
    if isinstance(subject, IssueView):
        return _of_issue(subject)
    since = _last_push(subject) if commits_dismiss else None
    return _of_pull_request(subject, tuple(reviews), tuple(verdicts), is_bot, since)


def is_unattributed(subject: PullRequestView | IssueView) -> bool:
    """Say whether nobody is credited for a subject: its author is not known yet, or erased."""
    return subject.author_id in (None, WITHHELD) and not subject.is_gone


def is_completion_unknown(subject: PullRequestView | IssueView) -> bool:
    """Say whether a closed issue's reason was never told: it may or may not be completed."""
    return (
        isinstance(subject, IssueView)
        and subject.state == "closed"
        and subject.state_reason == UNKNOWN
        and not subject.is_gone
    )


def approved_at(
    pull_request: PullRequestView,
    reviews: Iterable[ReviewFact],
    verdicts: Iterable[Verdict],
    is_bot: Callable[[int], bool],
    since: int | None = None,
) -> int | None:
    """Give the time of the first approval that still stands, in Laurels or on GitHub.

    A verdict stands until the same maintainer decides otherwise; a GitHub approval until it is
    dismissed. Neither the author's own nor a robot's counts, nor any up to the instant `since`.
    """
    author_id = pull_request.author_id
    times = [
        review.submitted_at
        for review in reviews
        if review.state == Decision.APPROVED
        and review.association in APPROVING_ASSOCIATIONS
        and review.reviewer_id != author_id
        and not (review.reviewer_id and is_bot(review.reviewer_id))
        and (since is None or review.submitted_at > since)
    ]
    standing: dict[int, int] = {}
    for verdict in sorted(verdicts, key=lambda verdict: (verdict.at, verdict.decision)):
        if verdict.decision is not Decision.APPROVED:
            standing.pop(verdict.maintainer_id, None)
        elif verdict.maintainer_id != author_id and (since is None or verdict.at > since):
            standing.setdefault(verdict.maintainer_id, verdict.at)
    return min([*times, *standing.values()], default=None)


def _last_push(subject: PullRequestView) -> int | None:
    """Give the time of the last new head before the merge."""
    merged_at = subject.merged_at
    return max(
        (
            at
            for kind, at, _ in subject.marks
            if kind == MarkKind.PUSHED and (merged_at is None or at < merged_at)
        ),
        default=None,
    )


def _of_issue(issue: IssueView) -> tuple[ContributionFact, ...]:
    author_id, created_at = issue.author_id, issue.created_at
    if author_id is None or author_id == WITHHELD:
        return ()
    facts = []
    key = (issue.repository_id, issue.number, author_id)
    if created_at is not None:
        facts.append(ContributionFact(Kind.ISSUE_OPENED, *key, created_at, created_at))
    if issue.state == "closed" and issue.state_reason == COMPLETED and issue.closed_at is not None:
        facts.append(ContributionFact(Kind.ISSUE_COMPLETED, *key, issue.closed_at, created_at))
    return tuple(facts)


def _of_pull_request(
    pull_request: PullRequestView,
    reviews: tuple[ReviewFact, ...],
    verdicts: tuple[Verdict, ...],
    is_bot: Callable[[int], bool],
    since: int | None,
) -> tuple[ContributionFact, ...]:
    author_id, created_at = pull_request.author_id, pull_request.created_at
    facts = []
    if author_id is not None and author_id != WITHHELD:
        key = (pull_request.repository_id, pull_request.number, author_id)
        if created_at is not None:
            facts.append(ContributionFact(Kind.PR_OPENED, *key, created_at, created_at))
        if reviews or verdicts:
            at = approved_at(pull_request, reviews, verdicts, is_bot, since)
            if at is not None:
                facts.append(ContributionFact(Kind.PR_APPROVED, *key, at, created_at))
        if pull_request.merged_at is not None:
            facts.append(ContributionFact(Kind.PR_MERGED, *key, pull_request.merged_at, created_at))
    for reviewer_id, at in sorted(_first_reviews(author_id, reviews).items()):
        facts.append(
            ContributionFact(
                Kind.REVIEW_SUBMITTED,
                pull_request.repository_id,
                pull_request.number,
                reviewer_id,
                at,
                created_at,
            )
        )
    return tuple(facts)


def _first_reviews(author_id: int | None, reviews: tuple[ReviewFact, ...]) -> dict[int, int]:
    first: dict[int, int] = {}
    # GitHub lets an author comment on their own work, but not approve it or request changes: as
    # long as the author is unknown, only those other reviews prove that it is somebody else's.
    judging = {
        review.reviewer_id
        for review in reviews
        if author_id is not None or review.state in _NEVER_OWN
    }
    for review in reviews:
        reviewer_id, at = review.reviewer_id, review.submitted_at
        if reviewer_id in (author_id, WITHHELD) or reviewer_id not in judging:
            continue
        if reviewer_id not in first or at < first[reviewer_id]:
            first[reviewer_id] = at
    return first


_NEVER_OWN: Final = frozenset({Decision.APPROVED, Decision.CHANGES_REQUESTED, DISMISSED})
