"""The types of GraphQL that the stand-in knows: each field is a function of its object.

A field that is not here is refused as GitHub refuses one it does not have, so a client cannot come
to rely on what is not there. Connections are pages over lists; cursors are offsets in base64.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from laurels.kit.times import format_instant
from laurels.lab.github.shapes.threads import association
from laurels.lab.github.things import Account, Comment, Repository, Review, Thread

Arguments = dict[str, Any]
MOST_PAGE: Final = 100
_INT_END: Final = 1 << 31


class Refused(Exception):
    """A query that GitHub answers with errors and no data; `code` is GraphQL's error type."""

    def __init__(self, code: str, message: str) -> None:
        """Refuse for a reason."""
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Made:
    """An object that exists only in an answer; its values may be functions of arguments."""

    type: str
    fields: dict[str, Any]


INTERFACES: Final = {
    "User": ("Actor", "Node", "RepositoryOwner", "ProfileOwner", "UniformResourceLocatable"),
    "Organization": ("Actor", "Node", "RepositoryOwner", "ProfileOwner"),
    "Bot": ("Actor", "Node", "UniformResourceLocatable"),
    "Mannequin": ("Actor", "Node"),
    "PullRequest": ("Node", "SearchResultItem", "Closable", "Comment", "Labelable", "Assignable"),
    "Issue": ("Node", "SearchResultItem", "Closable", "Comment", "Labelable", "Assignable"),
    "Repository": ("Node", "SearchResultItem", "RepositoryInfo"),
    "PullRequestReview": ("Node", "Comment"),
    "IssueComment": ("Node", "Comment"),
}


def type_of(found: Any) -> str:
    """Return the type of an object."""
    if isinstance(found, Made):
        return found.type
    if isinstance(found, Account):
        return found.kind
    if isinstance(found, Thread):
        return "PullRequest" if found.is_pull else "Issue"
    if isinstance(found, Repository):
        return "Repository"
    if isinstance(found, Review):
        return "PullRequestReview"
    if isinstance(found, Comment):
        return "PullRequestReviewComment" if found.path else "IssueComment"
    raise TypeError(f"no type of {found!r}")


def field_of(found: Any, name: str) -> Callable[[Any, Arguments], Any] | None:
    """Return how a field of an object is found, or None where the type has no such field."""
    if isinstance(found, Made):
        if name not in found.fields:
            return None
        value = found.fields[name]
        return (lambda _, given: value(given)) if callable(value) else (lambda *_: value)
    return FIELDS.get(type_of(found), {}).get(name)


def connection(found: Sequence[Any], given: Arguments, most: int = 1_000_000) -> Made:
    """Return a page of a list as a connection; beyond `most` nothing is shown."""
    first, last = given.get("first"), given.get("last")
    if first is None and last is None:
        told = "You must provide a `first` or `last` value to properly paginate."
        raise Refused("MISSING_PAGINATION_BOUNDARIES", told)
    size = int(first if first is not None else last or 0)
    if not 0 <= size <= MOST_PAGE:
        told = f"Requesting {size} records on a connection exceeds the `first` limit of 100 records"
        raise Refused("EXCESSIVE_PAGINATION", told)
    visible = min(len(found), most)
    begins = _offset(given.get("after"))
    if last is not None and first is None:
        begins = max(0, visible - size)
    ends = min(visible, begins + size)
    shown = list(found[begins:ends])
    page = {
        "hasNextPage": ends < visible,
        "hasPreviousPage": begins > 0,
        "startCursor": _cursor(begins + 1) if shown else None,
        "endCursor": _cursor(ends) if shown else None,
    }
    edges = [
        Made("Edge", {"cursor": _cursor(begins + place), "node": one})
        for place, one in enumerate(shown, 1)
    ]
    total = len(found)
    fields = {
        "nodes": shown,
        "edges": edges,
        "totalCount": total,
        "pageInfo": Made("PageInfo", page),
    }
    return Made("Connection", fields)


def _cursor(offset: int) -> str:
    return base64.b64encode(f"cursor:{offset}".encode()).decode()


def _offset(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("cursor:"))
    except ValueError:
        told = f"`{cursor}` does not appear to be a valid cursor."
        raise Refused("INVALID_CURSOR_ARGUMENTS", told) from None


def when(instant: int | None) -> str | None:
    """Write an instant as GraphQL's DateTime."""
    return None if instant is None else format_instant(instant)


def living(person: Account | None) -> Account | None:
    """Return a person unless the account was deleted: GraphQL shows no ghost."""
    return None if person is None or person.is_deleted else person


def small(number: int) -> int | None:
    """Return a number that GraphQL's Int can hold, else null."""
    return number if number < _INT_END else None


def _labels(thread: Thread, given: Arguments) -> Made:
    return connection([Made("Label", {"name": name}) for name in thread.labels], given)


def _languages(place: Repository, given: Arguments) -> Made:
    ranked = sorted(place.languages.items(), key=lambda item: -item[1])
    found = connection([Made("Language", {"name": name}) for name, _ in ranked], given)
    sizes = dict(ranked)
    for edge in found.fields["edges"]:
        edge.fields["size"] = sizes[edge.fields["node"].fields["name"]]
    found.fields["totalSize"] = sum(sizes.values())
    return found


def _topics(place: Repository, given: Arguments) -> Made:
    made = [
        Made("RepositoryTopic", {"topic": Made("Topic", {"name": name})}) for name in place.topics
    ]
    return connection(made, given)


def _state(thread: Thread) -> str:
    if thread.merged_at is not None:
        return "MERGED"
    return thread.state.upper()


def _reviews(thread: Thread, given: Arguments) -> Made:
    states = given.get("states")
    found = [one for one in thread.reviews if not states or one.state in states]
    return connection(found, given)


_ACCOUNT: Final[dict[str, Callable[[Any, Arguments], Any]]] = {
    "id": lambda one, _: one.node_id,
    "databaseId": lambda one, _: small(one.id),
    "login": lambda one, _: one.login,
    "createdAt": lambda one, _: when(one.created_at),
}
_NAMED: Final = _ACCOUNT | {"name": lambda one, _: one.name}

_SHARED: Final[dict[str, Callable[[Any, Arguments], Any]]] = {
    "id": lambda one, _: one.node_id,
    "fullDatabaseId": lambda one, _: str(one.id),
    "databaseId": lambda one, _: small(one.id),
    "createdAt": lambda one, _: when(one.created_at),
    "author": lambda one, _: living(one.author),
}
_THREAD: Final = _SHARED | {
    "number": lambda one, _: one.number,
    "title": lambda one, _: one.title,
    "body": lambda one, _: one.body or "",
    "state": lambda one, _: _state(one),
    "closed": lambda one, _: one.state == "closed",
    "locked": lambda one, _: False,
    "updatedAt": lambda one, _: when(one.updated_at),
    "closedAt": lambda one, _: when(one.closed_at),
    "authorAssociation": lambda one, _: association(one.repository, one.author),
    "labels": _labels,
    "assignees": lambda one, given: connection(one.assignees, given),
    "comments": lambda one, given: connection(
        [remark for remark in one.comments if remark.path is None], given
    ),
    "repository": lambda one, _: one.repository,
}

FIELDS: Final[dict[str, dict[str, Callable[[Any, Arguments], Any]]]] = {
    "User": _NAMED,
    "Organization": _NAMED,
    "Bot": _ACCOUNT,
    "Repository": {
        "id": lambda one, _: one.node_id,
        "databaseId": lambda one, _: small(one.id),
        "name": lambda one, _: one.name,
        "nameWithOwner": lambda one, _: one.full_name,
        "description": lambda one, _: one.description,
        "isFork": lambda one, _: one.is_fork,
        "isPrivate": lambda one, _: one.is_private,
        "isArchived": lambda one, _: one.is_archived,
        "isDisabled": lambda one, _: False,
        "visibility": lambda one, _: "PRIVATE" if one.is_private else "PUBLIC",
        "createdAt": lambda one, _: when(one.created_at),
        "updatedAt": lambda one, _: when(one.updated_at),
        "owner": lambda one, _: one.owner,
        "primaryLanguage": lambda one, _: (
            Made("Language", {"name": one.language}) if one.language else None
        ),
        "repositoryTopics": _topics,
        "languages": _languages,
        "pullRequests": lambda one, given: connection(_threads(one, True, given), given),
        "issues": lambda one, given: connection(_threads(one, False, given), given),
        "pullRequest": lambda one, given: _numbered(one, True, given),
        "issue": lambda one, given: _numbered(one, False, given),
    },
    "PullRequest": _THREAD
    | {
        "isDraft": lambda one, _: one.draft,
        "merged": lambda one, _: one.merged_at is not None,
        "mergedAt": lambda one, _: when(one.merged_at),
        "mergedBy": lambda one, _: living(one.merged_by),
        "additions": lambda one, _: one.additions,
        "deletions": lambda one, _: one.deletions,
        "changedFiles": lambda one, _: one.changed_files,
        "baseRefName": lambda one, _: one.base_branch,
        "headRefName": lambda one, _: one.head_branch,
        "headRefOid": lambda one, _: one.head_sha,
        "mergeCommit": lambda one, _: (
            Made("Commit", {"oid": one.merge_sha}) if one.merge_sha else None
        ),
        "commits": lambda one, given: connection([None] * one.commits, given),
        "reviews": _reviews,
    },
    "Issue": _THREAD
    | {"stateReason": lambda one, _: one.state_reason and one.state_reason.upper()},
    "PullRequestReview": _SHARED
    | {
        "state": lambda one, _: one.state,
        "body": lambda one, _: one.body,
        "createdAt": lambda one, _: when(one.submitted_at),
        "submittedAt": lambda one, _: when(one.submitted_at),
        "authorAssociation": lambda one, _: association(one.thread.repository, one.author),
    },
    "IssueComment": _SHARED | {"body": lambda one, _: one.body},
}


def _threads(place: Repository, is_pull: bool, given: Arguments) -> list[Thread]:
    states = given.get("states")
    found = [
        one
        for one in place.threads.values()
        if one.is_pull == is_pull and (not states or _state(one) in states)
    ]
    order = given.get("orderBy") or {}
    if order.get("field") == "UPDATED_AT":
        found.sort(key=lambda one: (one.updated_at, one.id))
    return found[::-1] if order.get("direction") == "DESC" else found


def _numbered(place: Repository, is_pull: bool, given: Arguments) -> Thread | None:
    found = place.threads.get(given.get("number") or 0)
    return found if found is not None and found.is_pull == is_pull else None
