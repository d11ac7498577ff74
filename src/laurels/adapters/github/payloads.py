"""GitHub's bodies, typed: only the fields that Laurels takes, tolerant of everything else.

Field names are GitHub's own. A field is optional wherever some shape of it leaves it out: trimmed
archive payloads, list forms of REST, deleted accounts. Absent and null mean the same unless the
field may be UNSET. The same types serve archive events, webhook bodies and REST bodies.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType


class Account(msgspec.Struct, gc=False):
    """A user, organisation or robot."""

    id: int
    login: str = ""
    type: str | None = None


class Repository(msgspec.Struct, gc=False):
    """A repository; in an archive event `name` is the full name and nothing else is there."""

    id: int
    name: str = ""
    full_name: str | None = None
    owner: Account | None = None
    fork: bool | None = None
    private: bool | None = None
    topics: list[str] | None = None


class Branch(msgspec.Struct, gc=False):
    """The base of a pull request."""

    repo: Repository | None = None


class Label(msgspec.Struct, gc=False):
    """A label."""

    name: str = ""


class PullRequest(msgspec.Struct, gc=False):
    """A pull request: full, in list form (no merged, no size) or trimmed (number and base only)."""

    number: int
    state: str | None = None
    title: str | None = None
    user: Account | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    closed_at: datetime | None = None
    merged_at: datetime | None = None
    merged: bool | None = None
    merged_by: Account | None = None
    additions: int | None = None
    deletions: int | None = None
    changed_files: int | None = None
    draft: bool | None = None
    labels: list[Label] | None = None
    author_association: str | None = None
    base: Branch | None = None


class IssuePullRequest(msgspec.Struct, gc=False):
    """What an issue object says when it is really a pull request."""

    merged_at: datetime | None = None


class Issue(msgspec.Struct, gc=False):
    """An issue, or the issue side of a pull request when `pull_request` is there."""

    number: int
    state: str | None = None
    state_reason: str | UnsetType | None = UNSET
    title: str | None = None
    user: Account | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    closed_at: datetime | None = None
    draft: bool | None = None
    labels: list[Label] | None = None
    author_association: str | None = None
    pull_request: IssuePullRequest | None = None
    repository_url: str | None = None


class Comment(msgspec.Struct, gc=False):
    """A comment on an issue or a review comment on a pull request."""

    user: Account | None = None
    created_at: datetime | None = None


class Review(msgspec.Struct, gc=False):
    """A review; one without `submitted_at` is still being written."""

    id: int
    user: Account | None = None
    state: str = ""
    submitted_at: datetime | None = None
    author_association: str | None = None
    pull_request_url: str | None = None


class Payload(msgspec.Struct, gc=False):
    """The part of an event that says what happened."""

    action: str = ""
    pull_request: PullRequest | None = None
    issue: Issue | None = None
    comment: Comment | None = None
    review: Review | None = None
    label: Label | None = None


class Event(msgspec.Struct, gc=False):
    """One event of an archive file or of the Events API."""

    type: str
    repo: Repository
    created_at: datetime
    payload: Payload
    actor: Account | None = None


class BareEvent(msgspec.Struct, gc=False):
    """An event of a type that Laurels does not read: only its type is taken."""

    type: str
