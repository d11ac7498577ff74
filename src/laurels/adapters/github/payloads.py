"""GitHub's bodies, typed: only the fields that Laurels takes, tolerant of everything else.

Field names are GitHub's own. A field is optional wherever some shape of it leaves it out: trimmed
archive payloads, list forms of REST, deleted accounts. Absent and null mean the same unless the
field may be UNSET. The same types serve archive events, webhook bodies and REST bodies.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

Number: TypeAlias = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
"""A whole number that databases can store; JSON's have no end."""


class Account(msgspec.Struct, gc=False):
    """A user, organisation or robot."""

    id: Number
    login: str = ""
    type: str | None = None


class Repository(msgspec.Struct, gc=False):
    """A repository; in an archive event `name` is the full name and nothing else is there."""

    id: Number
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

    number: Number
    state: str | None = None
    title: str | None = None
    user: Account | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    closed_at: datetime | None = None
    merged_at: datetime | None = None
    merged: bool | None = None
    merged_by: Account | None = None
    additions: Number | None = None
    deletions: Number | None = None
    changed_files: Number | None = None
    draft: bool | None = None
    labels: list[Label] | None = None
    author_association: str | None = None
    base: Branch | None = None


class IssuePullRequest(msgspec.Struct, gc=False):
    """What an issue object says when it is really a pull request."""

    merged_at: datetime | None = None


class Issue(msgspec.Struct, gc=False):
    """An issue, or the issue side of a pull request when `pull_request` is there."""

    number: Number
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

    id: Number
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
