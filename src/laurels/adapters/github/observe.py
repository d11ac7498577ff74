"""From a body of GitHub to an observation: which facts does this one message carry?

Every pull request or issue object is a snapshot of the fields it has, whatever the event and the
door it came through (spec/github.md §1). An issue object that is the issue side of a pull request
never shows that pull request; it only hints at author, labels, title and state. Times come from
the body; the event's own time `at` stands in only where the body has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec

from laurels.adapters.github.payloads import (
    Account,
    Event,
    Issue,
    Label,
    Payload,
    PullRequest,
    Repository,
)
from laurels.adapters.github.payloads import Review as ReviewBody
from laurels.domain.lifecycle.facts import (
    GITHUB_GHOST,
    Observation,
    PersonFact,
    RepositoryFact,
    ReviewFact,
)
from laurels.domain.lifecycle.fold import (
    LabelledMark,
    LabelsBy,
    LabelsGroup,
    Mark,
    MarkKind,
    Rank,
    SubjectFold,
)
from laurels.kit.times import instant_of

ARCHIVE_EVENTS: Final[Mapping[str, str]] = {
    "PullRequestEvent": "pull_request",
    "PullRequestReviewEvent": "pull_request_review",
    "PullRequestReviewCommentEvent": "pull_request_review_comment",
    "IssuesEvent": "issues",
    "IssueCommentEvent": "issue_comment",
}
"""The archive's event types that are read, and the webhook names they stand for."""

REVIEW_STATES: Final = frozenset({"commented", "approved", "changes_requested", "dismissed"})

_OPENED, _REOPENED, _CLOSED, _MERGED, _GONE, _PUSHED = (int(kind) for kind in MarkKind)
_HINT, _ACTOR, _PAYLOAD = (int(rank) for rank in Rank)
_LABELS_BY = {"labeled": int(LabelsBy.LABELED), "unlabeled": int(LabelsBy.UNLABELED)}
_GONE_ACTIONS = frozenset({"deleted", "transferred"})


class PayloadFault(ValueError):
    """A body lacks something that its event must have; `field` names it."""

    def __init__(self, field: str) -> None:
        super().__init__(f"missing {field}")
        self.field = field


def observe_event(event: Event) -> Observation | None:
    """Observe one event of an archive file; None when its type or shape tells nothing."""
    name = ARCHIVE_EVENTS.get(event.type)
    if name is None:
        return None
    payload = event.payload
    at = instant_of(event.created_at)
    return observe(name, payload.action, payload, event.actor, event.repo, at)


def observe(
    event: str,
    action: str,
    payload: Payload,
    actor: Account | None,
    repo: Repository,
    at: int,
) -> Observation | None:
    """Observe one message: `event` is the webhook's name, `action` empty for a REST body.

    Returns None for an event that tells of no subject. Raises PayloadFault where the subject,
    the review or the repository's name is missing.
    """
    people: dict[int, PersonFact] = {}
    attention: tuple[tuple[int, int], ...] = ()
    review = None
    pull_request = payload.pull_request
    if event in ("pull_request", "pull_request_review", "pull_request_review_comment"):
        if pull_request is None:
            raise PayloadFault("payload.pull_request")
        acting = action if event == "pull_request" else ""
        subject = _fold_pull_request(
            pull_request, acting, payload.label, actor, repo.id, at, people
        )
        if event == "pull_request_review":
            review = _review(payload.review, at, people)
            if review is not None:
                attention = ((review.reviewer_id, review.submitted_at),)
        elif event == "pull_request_review_comment" and action != "deleted":
            attention = _comment(payload, actor, at, people)
    elif event in ("issues", "issue_comment"):
        issue = payload.issue
        if issue is None:
            raise PayloadFault("payload.issue")
        acting = action if event == "issues" else ""
        subject = _fold_issue(issue, acting, payload.label, actor, repo.id, at, people)
        if event == "issue_comment" and action != "deleted":
            attention = _comment(payload, actor, at, people)
    else:
        return None
    _person(actor, at, people)
    base = None
    if pull_request is not None and pull_request.base is not None:
        base = pull_request.base.repo
    return Observation(
        _repository(repo, base, at), tuple(people.values()), subject, review, attention
    )


def _repository(repo: Repository, base: Repository | None, at: int) -> RepositoryFact:
    """Take a repository's name from the event, and what the base of a pull request adds."""
    full_name = repo.full_name or repo.name
    owner_login, slash, name = full_name.partition("/")
    if not (slash and owner_login and name):
        raise PayloadFault("repo.name")
    more = base if base is not None and base.id == repo.id else repo
    owner = more.owner
    return RepositoryFact(
        repo.id,
        full_name,
        owner_login,
        None if owner is None else owner.id,
        more.fork,
        more.private,
        None if more.topics is None else tuple(more.topics),
        at,
    )


def _fold_pull_request(
    pull_request: PullRequest,
    action: str,
    label: Label | None,
    actor: Account | None,
    repository_id: int,
    at: int,
    people: dict[int, PersonFact],
) -> SubjectFold:
    updated_at = _time(pull_request.updated_at)
    stamp = at if updated_at is None else updated_at
    created_at, merged_at = _time(pull_request.created_at), _time(pull_request.merged_at)
    closed_at = _time(pull_request.closed_at)
    actor_id = _id(actor)
    author_id = _person(pull_request.user, at, people)
    merger_id = _person(pull_request.merged_by, at, people)

    author = None if author_id is None else (_PAYLOAD, stamp, author_id)
    merged_by = None if merger_id is None else (_PAYLOAD, stamp, merger_id)
    marks: tuple[Mark, ...] = ()
    if action == "opened":
        opened_at = at if created_at is None else created_at
        marks = ((_OPENED, opened_at, actor_id),)
        if author is None and actor_id is not None:
            author = (_ACTOR, opened_at, actor_id)
    elif action == "merged" or (action == "closed" and (pull_request.merged or merged_at)):
        # Trimmed payloads make merging an action of its own, by the merger.
        landed_at = merged_at or closed_at or at
        if merged_by is None and action == "merged" and actor_id is not None:
            merged_by = (_ACTOR, landed_at, actor_id)
        marks = ((_MERGED, landed_at, merger_id or actor_id),)
    elif action:
        marks = _marks(action, closed_at, stamp, at, actor_id)
    if pull_request.merged and merged_at is None and not marks:
        marks = ((_MERGED, closed_at or stamp, merger_id),)

    state = pull_request.state
    additions, deletions = pull_request.additions, pull_request.deletions
    association, title = pull_request.author_association, pull_request.title
    return SubjectFold(
        repository_id,
        pull_request.number,
        True,
        True,
        updated_at,
        created_at,
        merged_at,
        None if state is None else (stamp, state != "open", closed_at),
        None,
        None
        if additions is None or deletions is None
        else (stamp, additions, deletions, pull_request.changed_files),
        _labels(pull_request.labels, action, stamp),
        None if title is None else (stamp, title),
        None if pull_request.draft is None else (stamp, pull_request.draft),
        None if association is None else (stamp, association),
        author,
        merged_by,
        marks,
        _labelled(label, action, actor_id, stamp),
    )


def _fold_issue(
    issue: Issue,
    action: str,
    label: Label | None,
    actor: Account | None,
    repository_id: int,
    at: int,
    people: dict[int, PersonFact],
) -> SubjectFold:
    updated_at = _time(issue.updated_at)
    stamp = at if updated_at is None else updated_at
    created_at, closed_at = _time(issue.created_at), _time(issue.closed_at)
    actor_id = _id(actor)
    author_id = _person(issue.user, at, people)
    side = issue.pull_request
    is_pull_request = side is not None

    author = None
    if author_id is not None:
        author = (_HINT if is_pull_request else _PAYLOAD, stamp, author_id)
    marks: tuple[Mark, ...] = ()
    if action == "opened":
        opened_at = at if created_at is None else created_at
        marks = ((_OPENED, opened_at, actor_id),)
        if author is None and actor_id is not None:
            author = (_ACTOR, opened_at, actor_id)
    elif action:
        marks = _marks(action, closed_at, stamp, at, actor_id)

    state, reason = issue.state, issue.state_reason
    association, title = issue.author_association, issue.title
    return SubjectFold(
        repository_id,
        issue.number,
        is_pull_request,
        not is_pull_request,
        updated_at,
        created_at,
        None if side is None else _time(side.merged_at),
        None if state is None else (stamp, state != "open", closed_at),
        None if reason is msgspec.UNSET or is_pull_request else (stamp, reason, closed_at),
        None,
        _labels(issue.labels, action, stamp),
        None if title is None else (stamp, title),
        None if issue.draft is None else (stamp, issue.draft),
        None if association is None else (stamp, association),
        author,
        None,
        marks,
        _labelled(label, action, actor_id, stamp),
    )


def _marks(
    action: str, closed_at: int | None, stamp: int, at: int, actor_id: int | None
) -> tuple[Mark, ...]:
    if action == "closed":
        return ((_CLOSED, at if closed_at is None else closed_at, actor_id),)
    if action == "reopened":
        return ((_REOPENED, stamp, actor_id),)
    if action == "synchronize":
        return ((_PUSHED, stamp, actor_id),)
    if action in _GONE_ACTIONS:
        return ((_GONE, at, actor_id),)
    return ()


def _labels(labels: list[Label] | None, action: str, stamp: int) -> LabelsGroup | None:
    if labels is None:
        return None
    names = tuple(sorted({label.name for label in labels})) if labels else ()
    return stamp, _LABELS_BY.get(action, 0), names


def _labelled(
    label: Label | None, action: str, actor_id: int | None, stamp: int
) -> tuple[LabelledMark, ...]:
    if action != "labeled" or label is None or actor_id is None:
        return ()
    return ((label.name, stamp, actor_id),)


def _review(body: ReviewBody | None, at: int, people: dict[int, PersonFact]) -> ReviewFact | None:
    if body is None:
        raise PayloadFault("payload.review")
    state = body.state.lower()
    reviewer_id = _person(body.user, at, people)
    submitted_at = _time(body.submitted_at)
    if reviewer_id is None or submitted_at is None or state not in REVIEW_STATES:
        return None
    return ReviewFact(body.id, reviewer_id, state, submitted_at, body.author_association)


def _comment(
    payload: Payload, actor: Account | None, at: int, people: dict[int, PersonFact]
) -> tuple[tuple[int, int], ...]:
    """Who paid attention with a comment, and when."""
    comment = payload.comment
    by, commented_at = actor, at
    if comment is not None:
        by = comment.user or actor
        commented_at = _time(comment.created_at) or at
    person_id = _person(by, at, people)
    return () if person_id is None else ((person_id, commented_at),)


def _person(account: Account | None, at: int, people: dict[int, PersonFact]) -> int | None:
    """Note an account once, with its type where any place told it, and give its id."""
    if account is None:
        return None
    person_id = account.id
    if person_id == GITHUB_GHOST or person_id <= 0:
        return None
    if account.login and (person_id not in people or people[person_id].kind is None):
        people[person_id] = PersonFact(person_id, account.login, account.type, at)
    return person_id


def _id(account: Account | None) -> int | None:
    if account is None or account.id == GITHUB_GHOST or account.id <= 0:
        return None
    return account.id


def _time(moment: datetime | None) -> int | None:
    return None if moment is None else instant_of(moment)
