"""One event as one flat row: plain fields of the payload, nothing concluded from them.

What the rows mean is the program's matter (`program.py`), which finds the same fields in the
archive's own tables where it runs there (`raw.py`). Times are instants (whole seconds); an account
that was deleted, and one without an id, is nobody (None). Logins are not kept: only whether one
ends in `[bot]`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, TypeAlias

import msgspec

from laurels.adapters.gharchive.reader import Form
from laurels.adapters.github.payloads import Account, IssuePullRequest, Number
from laurels.domain.lifecycle.facts import GITHUB_GHOST
from laurels.kit.times import instant_of

PULL_REQUEST: Final = "PullRequestEvent"
REVIEW: Final = "PullRequestReviewEvent"
REVIEW_COMMENT: Final = "PullRequestReviewCommentEvent"
COMMENT: Final = "IssueCommentEvent"
ISSUE: Final = "IssuesEvent"
PUSH: Final = "PushEvent"
KINDS: Final = (PULL_REQUEST, REVIEW, REVIEW_COMMENT, COMMENT, ISSUE, PUSH)
BOT_SUFFIX: Final = "[bot]"

COLUMNS: Final = (
    ("event_id", "int64"),
    ("kind", "string"),
    ("at", "int64"),
    ("repository_id", "int64"),
    ("number", "int64"),
    ("action", "string"),
    ("actor_id", "int64"),
    ("actor_is_bot", "bool"),
    ("author_id", "int64"),
    ("author_is_bot", "bool"),
    ("created_at", "int64"),
    ("closed_at", "int64"),
    ("merged_at", "int64"),
    ("is_merged", "bool"),
    ("is_closed", "bool"),
    ("is_draft", "bool"),
)
"""Names and types. `number` is a pull request's, None for issues and pushes; the last seven, and
the author, are what the payload says of the pull request, None where it does not."""

Row: TypeAlias = tuple[int | str | bool | None, ...]


class Repository(msgspec.Struct, gc=False):
    """A repository: its id outlives its names."""

    id: Number


class Subject(msgspec.Struct, gc=False):
    """A pull request of any shape, or an issue; `pull_request` tells that it is one's side."""

    number: Number
    user: Account | None = None
    state: str | None = None
    created_at: datetime | None = None
    closed_at: datetime | None = None
    merged_at: datetime | None = None
    merged: bool | None = None
    draft: bool | None = None
    pull_request: IssuePullRequest | None = None


class Payload(msgspec.Struct, gc=False):
    """What happened, to what."""

    action: str = ""
    pull_request: Subject | None = None
    issue: Subject | None = None


class LeanEvent(msgspec.Struct, gc=False):
    """The part of an event that a population is counted from."""

    type: str
    repo: Repository
    created_at: datetime
    payload: Payload
    id: str | int | None = None
    actor: Account | None = None


LEAN_EVENTS: Final = Form(msgspec.json.Decoder(LeanEvent), frozenset(KINDS))


class RowFault(ValueError):
    """An event lacks what its type must have."""


def row_of(event: LeanEvent, spare_id: int) -> Row | None:
    """Make the row of an event; None for one that counts nothing, RowFault for a missing part.

    `spare_id` stands for an event that has no number of its own: nothing is known to double it.
    """
    kind, payload = event.type, event.payload
    at = instant_of(event.created_at)
    subject: Subject | None = None
    merged_at: datetime | None = None
    if kind in (PULL_REQUEST, REVIEW, REVIEW_COMMENT):
        subject = payload.pull_request
        if subject is None:
            raise RowFault("missing payload.pull_request")
        merged_at = subject.merged_at
    elif kind == COMMENT:
        subject = payload.issue
        if subject is None:
            raise RowFault("missing payload.issue")
        if subject.pull_request is None:
            return None
        merged_at = subject.pull_request.merged_at
    elif kind == ISSUE and payload.action != "opened":
        return None
    actor_id, actor_is_bot = _account(event.actor)
    head: Row = (
        _event_id(event.id, spare_id),
        kind,
        at,
        event.repo.id,
        None if subject is None else subject.number,
        payload.action,
        actor_id,
        actor_is_bot,
    )
    if subject is None:
        return (*head, None, None, None, None, None, None, None, None)
    return (
        *head,
        *_account(subject.user),
        _instant(subject.created_at),
        _instant(subject.closed_at),
        _instant(merged_at),
        subject.merged,
        None if subject.state is None else subject.state == "closed",
        subject.draft,
    )


def _account(account: Account | None) -> tuple[int | None, bool | None]:
    if account is None or account.id <= 0 or account.id == GITHUB_GHOST:
        return None, None
    return account.id, account.login.endswith(BOT_SUFFIX)


def _instant(moment: datetime | None) -> int | None:
    return None if moment is None else instant_of(moment)


def _event_id(told: str | int | None, spare_id: int) -> int:
    if isinstance(told, str) and told.isascii() and told.isdigit() and len(told) < 19:
        return int(told)
    if isinstance(told, int) and 0 <= told < 2**63:
        return told
    return spare_id
