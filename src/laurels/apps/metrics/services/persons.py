"""Bring one person up to date: read, then compute. Verbs, jobs and commands all come through here.

Nothing here may be called inside a transaction: GitHub is asked between them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from django.conf import settings

from laurels.adapters.github.client import (
    GitHubFault,
    MissingToken,
    Postponed,
    TokenInvalid,
    Unavailable,
)
from laurels.apps.audit.actors import SYSTEM, Actor
from laurels.apps.metrics.errors import IdentityWithheld, SourceLocked, SourceRefused
from laurels.apps.metrics.models import MetricRun
from laurels.apps.metrics.port import Asked, Ingested, PersonSource, Span, Told, silent
from laurels.apps.metrics.services.identity import Identity, identity_keep
from laurels.apps.metrics.services.runs import metrics_compute
from laurels.apps.metrics.triggers import Trigger
from laurels.apps.people.models import Contributor
from laurels.apps.people.services.github_tokens import github_token_keep, github_token_refused
from laurels.apps.people.services.reservations import reservation_confirm
from laurels.apps.people.services.tokens import token_for

if TYPE_CHECKING:
    from laurels.adapters.github.client import GitHub


class Status(StrEnum):
    """How bringing a person up to date ended."""

    OK = "ok"
    LOCKED = "locked"
    MISSING_TOKEN = "missing_token"
    TOKEN_INVALID = "token_invalid"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Access:
    """GitHub as somebody's token sees it (`owner`, a row, gave us the token), or as ours do."""

    github: GitHub
    token: str = field(default="", repr=False)
    owner: int | None = None


@dataclass(frozen=True, slots=True)
class Brought:
    """How it ended, what was read and computed; `error` begins with a stable word and a colon."""

    status: Status
    person: Contributor | None = None
    ingested: Ingested | None = None
    run: MetricRun | None = None
    error: str = ""


def source() -> PersonSource:
    """Return whoever reads people's work here."""
    chosen: PersonSource = settings.LAURELS_SOURCE
    return chosen


def access_of(person: Contributor | None, token: str | None = None) -> Access:
    """Choose what to ask GitHub with: the token given, ours, else the one that the person gave."""
    github: GitHub = settings.LAURELS_GITHUB()
    if token:
        owner = None if person is None else person.pk
        return Access(github.using(token), token, owner)
    held = None if person is None or source().can_ask() else token_for(person)
    if person is None or held is None:
        return Access(github)
    return Access(github.using(held.token, owner=person.ref), held.token, person.pk)


def person_ingest(
    identity: Identity,
    access: Access,
    span: Span,
    *,
    acting: Actor,
    progress: Told = silent,
    begun: Told = silent,
) -> tuple[Contributor, Ingested]:
    """Read a person's work; whoever was reserved for becomes a person when GitHub answers.

    Raises SourceLocked, SourceRefused, IdentityWithheld, LoginTaken and what the client raises.
    """
    now = settings.LAURELS_CLOCK.now()
    kept = identity_keep(identity, now=now, acting=acting)
    asked = Asked(kept.login, kept.github_id, kept.ref, span, acting, progress, begun)
    ingested = source().read(asked, access.github)
    if kept.contributor is None:
        reservation_confirm(kept.ref, ingested.contributor, acting=acting)
    return Contributor.objects.get(pk=ingested.contributor), ingested


def person_compute(person: Contributor, trigger: Trigger) -> MetricRun:
    """Compute a person's metrics from what was read of them."""
    known = settings.LAURELS_KNOWN_OF(person.pk)
    now = settings.LAURELS_CLOCK.now()
    return metrics_compute(person, known, now=now, triggered_by=trigger.value)


def person_bring_up(
    identity: Identity,
    access: Access,
    span: Span,
    trigger: Trigger,
    *,
    acting: Actor,
    progress: Told = silent,
    begun: Told = silent,
) -> Brought:
    """Read, then compute; raises Postponed and Unavailable, and tells every other end.

    A token that GitHub refuses holds no longer, where its owner gave it to us.
    """
    try:
        person, ingested = person_ingest(
            identity, access, span, acting=acting, progress=progress, begun=begun
        )
    except (Postponed, Unavailable):
        raise
    except SourceLocked:
        return Brought(Status.LOCKED, error="locked: somebody reads this person at this moment")
    except MissingToken as lacking:
        return Brought(Status.MISSING_TOKEN, error=str(lacking))
    except TokenInvalid as refused:
        if access.owner is not None:
            now = settings.LAURELS_CLOCK.now()
            github_token_refused(access.owner, access.token, now=now, acting=SYSTEM)
        return Brought(Status.TOKEN_INVALID, error=str(refused))
    except (GitHubFault, SourceRefused, IdentityWithheld) as fault:
        return Brought(Status.FAILED, error=f"{fault.code}: {fault}")
    return Brought(Status.OK, person, ingested, person_compute(person, trigger))


def token_persist(person: Contributor, access: Access, *, acting: Actor) -> bool:
    """Keep the token that was given, sealed, where GitHub says that it is the person's own."""
    if access.github.urgent().viewer().id != person.github_id:
        return False
    github_token_keep(
        person,
        token=access.token,
        refresh="",
        expires_at=None,
        scopes="",
        vault=settings.LAURELS_VAULT,
        now=settings.LAURELS_CLOCK.now(),
        acting=acting,
    )
    return True
