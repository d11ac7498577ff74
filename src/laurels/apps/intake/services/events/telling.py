"""What deliveries tell besides facts: of repositories themselves, of rights, of pushes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from laurels.adapters.github.pushes import Push
from laurels.adapters.github.webhooks import (
    AccessGained,
    AccessLost,
    AuthorizationRevoked,
    Message,
    Ping,
    RepositoryChange,
    RightsLost,
)
from laurels.apps import sql
from laurels.apps.audit.actors import Actor
from laurels.apps.contributions.models import Signal, SignalKind
from laurels.apps.intake.services.events.repositories import Change, changes_tell
from laurels.apps.intake.services.events.rights import rights_told
from laurels.apps.people.models import GitHubToken
from laurels.apps.people.services.github_tokens import github_token_invalidate
from laurels.apps.projects.models import Repository
from laurels.apps.projects.selectors_registering import owners_ours
from laurels.apps.projects.services.happenings import GIVEN_AWAY, hook_pinged

SignalRow = tuple[str, str, int, str, int, int | None]
"""Kind, key, at, detail, repository, number: as `Signal` has them."""

_TO_LOOK_AT = frozenset({"transferred", "archived", "unarchived"})
"""What happened to a repository that its maintainers are shown, or that ends such a signal."""


@dataclass(slots=True)
class _Told:
    """What a batch tells, gathered before anything is written."""

    ours: frozenset[str]
    changes: set[Change] = field(default_factory=set)
    signals: set[SignalRow] = field(default_factory=set)
    access: list[AccessLost | AccessGained] = field(default_factory=list)
    rights: list[tuple[int | None, int | None, int, int]] = field(default_factory=list)
    revoked: dict[int, int] = field(default_factory=dict)
    pings: dict[int, int] = field(default_factory=dict)


def tell(
    messages: Sequence[Message], repositories: Mapping[int, int], *, acting: Actor, now: int
) -> None:
    """Write what messages tell that are no facts about contributions.

    `repositories` leads from GitHub's ids to rows. Only sets and latest times are kept of what is
    told, so order and repetition do not matter.
    """
    told = _Told(owners_ours(_new_owners(messages)))
    for message in messages:
        fact = message.repository
        _gather(message, None if fact is None else repositories.get(fact.github_id), told)
    changes_tell(told.changes, acting=acting, now=now)
    _signals(told)
    for organization, repository, person, at in told.rights:
        rights_told(organization, repository, person, at, acting=acting, now=now)
    for person, at in told.revoked.items():
        _revoke(person, at, acting=acting, now=now)
    for hook, at in told.pings.items():
        hook_pinged(hook, at=at)


def _gather(message: Message, row: int | None, told: _Told) -> None:
    what = message.told
    if isinstance(what, RepositoryChange) and row is not None:
        action = what.action
        if action == "transferred" and _owner_key(message) not in told.ours:
            action = GIVEN_AWAY
        told.changes.add((row, action, what.at))
        if what.action in _TO_LOOK_AT:
            kind = SignalKind(what.action)
            detail = {"given_away": True} if action == GIVEN_AWAY else {}
            told.signals.add(_row(kind, f"{row}:{what.at}", what.at, detail, row))
    elif isinstance(what, Push) and row is not None:
        told.signals.update(_pushed(what, row))
    elif isinstance(what, RightsLost):
        organization = None if row is not None else message.organization_id
        told.rights.append((organization, row, what.person_id, what.at))
    elif isinstance(what, AccessLost | AccessGained):
        told.access.append(what)
    elif isinstance(what, AuthorizationRevoked):
        told.revoked[what.person_id] = max(what.at, told.revoked.get(what.person_id, 0))
    elif isinstance(what, Ping):
        told.pings[what.hook_id] = max(what.at, told.pings.get(what.hook_id, 0))


def _new_owners(messages: Sequence[Message]) -> set[str]:
    """Return whom repositories were given to in a batch."""
    return {
        _owner_key(one)
        for one in messages
        if isinstance(one.told, RepositoryChange) and one.told.action == "transferred"
    }


def _owner_key(message: Message) -> str:
    return "" if message.repository is None else message.repository.owner_login.casefold()


def _pushed(push: Push, repository: int) -> list[SignalRow]:
    """A push merges nothing and takes nothing: what it shows is for people to look at."""
    rows: list[SignalRow] = []
    for landing in push.landings:
        key = f"{repository}:{landing.number}:{landing.commit}"
        detail = {"commit": landing.commit}
        rows.append(_row(SignalKind.LANDED, key, push.at, detail, repository, landing.number))
    for revert in push.reverts:
        key = f"{repository}:{revert.commit}"
        taken = {"commit": revert.commit, "reverted": revert.reverted}
        rows.append(_row(SignalKind.REVERTED, key, push.at, taken, repository, revert.number))
    if push.is_forced:
        key = f"{repository}:{push.head}"
        rows.append(_row(SignalKind.REWRITTEN, key, push.at, {"head": push.head}, repository))
    return rows


def _signals(told: _Told) -> None:
    """Raise signals, each once; the earliest to tell a thing has said it."""
    rows = told.signals
    for one in told.access:
        rows.update(_access(one))
    in_order = sorted(rows, key=_key)
    sql.insert(
        Signal,
        ("kind", "key", "at", "detail", "repository", "number"),
        in_order,
        ignore_conflicts=True,
    )


def _key(row: SignalRow) -> tuple[str, str, int]:
    return row[0], row[1], row[2]


def _access(told: AccessLost | AccessGained) -> list[SignalRow]:
    """One row for each repository of ours that the App can no longer see, or can again."""
    kind = SignalKind.ACCESS_LOST if isinstance(told, AccessLost) else SignalKind.ACCESS_GAINED
    known = Repository.objects.all()
    if told.repositories is None:
        known = known.filter(owner_github_id=told.account_id)
    else:
        known = known.filter(github_id__in=told.repositories)
    detail = {"installation": told.installation_id}
    return [
        _row(kind, f"{row}:{told.installation_id}:{told.at}", told.at, detail, row)
        for row in known.values_list("pk", flat=True)
    ]


def _row(
    kind: SignalKind,
    key: str,
    at: int,
    detail: Mapping[str, object],
    repository: int,
    number: int | None = None,
) -> SignalRow:
    return kind.value, key, at, json.dumps(detail, sort_keys=True), repository, number


def _revoke(person: int, at: int, *, acting: Actor, now: int) -> None:
    """Let the tokens that somebody took back hold no longer; those given later do."""
    tokens = GitHubToken.objects.filter(
        contributor__github_id=person, invalidated_at=None, created_at__lte=at
    )
    for token in tokens.order_by("pk").values_list("pk", flat=True):
        github_token_invalidate(token, reason="revoked", now=now, acting=acting)
