"""From a delivery to a message: what GitHub says, checked for shape and typed.

Nothing here knows which repositories are ours: whether a message may be believed is decided where
the hook is known. Times come from the body (the newest moment in it is the message's); only where
an event's body has no time of what happened does the moment of arrival stand in, see `_ARRIVING`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

import msgspec

from laurels.adapters.github.observe import PayloadFault, observe
from laurels.adapters.github.payloads import Account, Number
from laurels.adapters.github.pushes import Push, read_push
from laurels.adapters.github.webhook_bodies import (
    HookRepository,
    InstalledRepository,
    WebhookBody,
)
from laurels.adapters.github.webhook_shapes import SHAPES, check_shape
from laurels.domain.lifecycle.facts import Observation, RepositoryFact
from laurels.kit.times import instant_of

FACT_EVENTS: Final = frozenset(
    {
        "pull_request",
        "pull_request_review",
        "pull_request_review_comment",
        "issues",
        "issue_comment",
    }
)
"""Events whose bodies carry a snapshot of a pull request or issue."""

REPOSITORY_ACTIONS: Final = frozenset(
    {
        "archived",
        "created",
        "deleted",
        "edited",
        "privatized",
        "publicized",
        "renamed",
        "transferred",
        "unarchived",
    }
)
_ADMINISTERING: Final = frozenset({"admin", "maintain"})
"""Permissions that let a person register a repository (spec/github.md §5)."""


class BadBody(ValueError):
    """A body that is no JSON object, or in which a field is not what it must be."""


@dataclass(frozen=True, slots=True)
class RepositoryChange:
    """The repository itself was created, renamed, transferred, hidden, shown, archived, deleted."""

    action: str
    at: int


@dataclass(frozen=True, slots=True)
class RightsLost:
    """A person can no longer administer one repository, or any of an organisation's (None)."""

    person_id: int
    at: int


@dataclass(frozen=True, slots=True)
class AccessLost:
    """The App lost an installation: some repositories, or all of it where `repositories` is None.

    A suspended installation is lost until it is unsuspended.
    """

    installation_id: int
    account_id: int
    repositories: tuple[int, ...] | None
    at: int


@dataclass(frozen=True, slots=True)
class AccessGained:
    """The App may read repositories, again or for the first time; None is all of the account's."""

    installation_id: int
    account_id: int
    repositories: tuple[int, ...] | None
    at: int


@dataclass(frozen=True, slots=True)
class AuthorizationRevoked:
    """A person took back what they had allowed the App: their tokens are void."""

    person_id: int
    at: int


@dataclass(frozen=True, slots=True)
class Ping:
    """GitHub greets a new hook."""

    hook_id: int
    at: int


@dataclass(frozen=True, slots=True)
class Nothing:
    """A handled event whose action changes nothing here."""

    reason: str


Told: TypeAlias = (
    Observation
    | RepositoryChange
    | RightsLost
    | AccessLost
    | AccessGained
    | AuthorizationRevoked
    | Push
    | Ping
    | Nothing
)


@dataclass(frozen=True, slots=True)
class Message:
    """One delivery, read: where it is from, what it tells, and what identifies what it tells.

    `fingerprint` is the SHA-256 of all that is taken from the payload, the same for the same fact
    under another GUID; it is reported, never used to skip.
    """

    event: str
    action: str
    repository: RepositoryFact | None
    organization_id: int | None
    has_installation: bool
    told: Told
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Unhandled:
    """An event that Laurels stores, counts and leaves alone."""

    event: str
    action: str
    repository_id: int | None


class _Named(msgspec.Struct, gc=False):
    id: Number | None = None


class _Any(msgspec.Struct, gc=False):
    """What is told of a body that is not handled."""

    action: str | None = None
    repository: _Named | None = None


_NUL: Final = re.compile(rb"((?<!\\)(?:\\\\)*)\\u0000")
_KEYS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_BODY = msgspec.json.Decoder(WebhookBody)
_ANY = msgspec.json.Decoder(_Any)
_ENCODER = msgspec.msgpack.Encoder(order="deterministic")


def read_webhook(event: str, body: bytes, received_at: int) -> Message | Unhandled:
    """Read one delivery whose header names `event`.

    Raises BadBody for what is no JSON object or has a field of another type, PayloadFault where
    something that the event must have is missing, Mismatch where the body is of another event.
    """
    try:
        keys = _KEYS.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadBody(f"no JSON object: {error}") from None
    check_shape(event, keys)
    if event not in SHAPES:
        return _unhandled(event, body)
    # PostgreSQL stores no NUL, and nothing is lost without it. Looking for one between the first
    # and the last backslash costs a tenth of looking everywhere.
    first = body.find(b"\\")
    if first >= 0 and body.find(b"\\u0000", first, body.rfind(b"\\") + 6) >= 0:
        body = _NUL.sub(rb"\1", body)
    try:
        read = _BODY.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadBody(str(error)) from None
    return _message(event, read, received_at)


def _unhandled(event: str, body: bytes) -> Unhandled:
    try:
        found = _ANY.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Unhandled(event, "", None)
    repository = None if found.repository is None else found.repository.id
    return Unhandled(event, found.action or "", repository)


def _message(event: str, body: WebhookBody, received_at: int) -> Message:
    for field in sorted(SHAPES[event].needs):
        if getattr(body, field, field) is None:
            raise PayloadFault(field)
    repository = body.repository
    moments = _moments(body)
    fact = dated = None
    if repository is not None:
        own = [*moments, *_repository_moments(repository)]
        seen_at = max(own, default=received_at)
        fact = _repository_fact(repository, seen_at)
        # The same fact under another GUID arrives at another time.
        dated = fact if own else msgspec.structs.replace(fact, at=0)
        if not own and event in FACT_EVENTS:
            raise PayloadFault("updated_at")
    else:
        seen_at = received_at
    told: Told
    if event in FACT_EVENTS:
        told = _observation(event, body, fact, max(moments, default=seen_at))
    else:
        told = _READERS[event](body, seen_at, received_at)
    return Message(
        event,
        body.action,
        fact,
        None if body.organization is None else body.organization.id,
        body.installation is not None,
        told,
        _fingerprint(event, body.action, dated, told),
    )


def _observation(
    event: str, body: WebhookBody, fact: RepositoryFact | None, at: int
) -> Observation:
    repository = body.repository
    if repository is None or fact is None:
        raise PayloadFault("repository")
    seen = observe(event, body.action, body, body.sender, repository, at)
    if seen is None:
        raise PayloadFault(event)
    # The body's own repository is the newest word on it, not the base as the payload repeats it.
    return msgspec.structs.replace(seen, repository=fact)


def _moments(body: WebhookBody) -> list[int]:
    """Every moment at which something in the body happened to its subject."""
    found: list[datetime | None] = []
    pull_request, issue = body.pull_request, body.issue
    if pull_request is not None:
        found += [
            pull_request.created_at,
            pull_request.updated_at,
            pull_request.closed_at,
            pull_request.merged_at,
        ]
    if issue is not None:
        found += [issue.created_at, issue.updated_at, issue.closed_at]
    if body.comment is not None:
        found.append(body.comment.created_at)
    if body.review is not None:
        found.append(body.review.submitted_at)
    return [instant_of(moment) for moment in found if moment is not None]


def _repository_moments(repository: HookRepository) -> list[int]:
    found = (repository.updated_at, repository.pushed_at)
    return [
        moment if isinstance(moment, int) else instant_of(moment)
        for moment in found
        if moment is not None
    ]


def _repository_fact(repository: HookRepository, at: int) -> RepositoryFact:
    full_name = repository.full_name or ""
    login, slash, name = full_name.partition("/")
    if not (slash and login and name):
        raise PayloadFault("repository.full_name")
    owner = repository.owner
    return RepositoryFact(
        repository.id,
        full_name,
        login,
        None if owner is None else owner.id,
        repository.fork,
        repository.private,
        None if repository.topics is None else tuple(repository.topics),
        at,
    )


def _somebody(account: Account | None, field: str) -> int:
    if account is None:
        raise PayloadFault(field)
    return account.id


def _repository(body: WebhookBody, seen_at: int, received_at: int) -> Told:
    if body.action not in REPOSITORY_ACTIONS:
        return Nothing(f"action {body.action} of repository changes nothing")
    # What is gone no longer has a time of its own going.
    at = received_at if body.action == "deleted" else seen_at
    return RepositoryChange(body.action, at)


def _member(body: WebhookBody, seen_at: int, received_at: int) -> Told:
    person = _somebody(body.member, "member")
    changed = body.changes and body.changes.permission
    lowered = body.action == "edited" and changed and changed.to not in _ADMINISTERING
    if body.action == "removed" or lowered:
        return RightsLost(person, received_at)
    return Nothing(f"action {body.action} of member takes no rights")


def _organization(body: WebhookBody, seen_at: int, received_at: int) -> Told:
    if body.organization is None:
        raise PayloadFault("organization")
    if body.action != "member_removed":
        return Nothing(f"action {body.action} of organization takes no rights")
    membership = body.membership
    user = None if membership is None else membership.user
    return RightsLost(_somebody(user, "membership.user"), received_at)


def _installation(body: WebhookBody, seen_at: int, received_at: int) -> Told:
    installation = body.installation
    if installation is None:
        raise PayloadFault("installation")
    if installation.account is None:
        # Other events name their installation too, but without an account.
        raise PayloadFault("installation.account")
    account = installation.account.id
    if body.action in ("deleted", "suspend"):
        return AccessLost(installation.id, account, None, received_at)
    if body.action == "removed":
        return AccessLost(installation.id, account, _ids(body.repositories_removed), received_at)
    if body.action == "added":
        return AccessGained(installation.id, account, _ids(body.repositories_added), received_at)
    if body.action == "created":
        return AccessGained(installation.id, account, _ids(body.repositories), received_at)
    if body.action == "unsuspend":
        return AccessGained(installation.id, account, None, received_at)
    return Nothing(f"action {body.action} of an installation takes no access")


def _ids(repositories: list[InstalledRepository]) -> tuple[int, ...]:
    return tuple(sorted(one.id for one in repositories))


def _authorization(body: WebhookBody, seen_at: int, received_at: int) -> Told:
    if body.action != "revoked":
        return Nothing(f"action {body.action} of github_app_authorization changes nothing")
    return AuthorizationRevoked(_somebody(body.sender, "sender"), received_at)


def _push(body: WebhookBody, seen_at: int, received_at: int) -> Told:
    repository = body.repository
    if repository is None:
        raise PayloadFault("repository")
    branch = repository.default_branch or repository.master_branch
    if not branch:
        raise PayloadFault("repository.default_branch")
    if body.ref != f"refs/heads/{branch}" or body.deleted:
        return Nothing("not a push to the default branch")
    return read_push(body, seen_at)


def _ping(body: WebhookBody, seen_at: int, received_at: int) -> Told:
    if body.hook_id is None:
        raise PayloadFault("hook_id")
    return Ping(body.hook_id, received_at)


_READERS: Final[Mapping[str, Callable[[WebhookBody, int, int], Told]]] = {
    "repository": _repository,
    "member": _member,
    "organization": _organization,
    "installation": _installation,
    "installation_repositories": _installation,
    "github_app_authorization": _authorization,
    "push": _push,
    "ping": _ping,
}


def _fingerprint(event: str, action: str, fact: RepositoryFact | None, told: Told) -> str:
    taken: list[Any]
    if isinstance(told, Observation):
        taken = [told.subject, told.review, told.attention]
    else:
        # Where the time is that of the arrival, the same fact comes with another.
        of_it = [getattr(told, name) for name in told.__slots__ if name != "at"]
        taken = [event, action, fact, of_it]
    return hashlib.sha256(_ENCODER.encode(taken)).hexdigest()
