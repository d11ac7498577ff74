"""Who is meant by an id, a login or a token; and keeping a place for who is not known yet.

A known id wins, and a login of somebody else beside it is refused. An unknown id needs a login, and
reserves it. A login alone leads to who has it now, else to who had it last; else it is reserved
without asking GitHub. A token alone is the only case in which GitHub is asked who it is.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction

from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.metrics.errors import (
    IdentityMismatch,
    IdentityMissing,
    IdentityWithheld,
    PersonUnknown,
    UserIdInvalid,
)
from laurels.apps.people.models import Contributor
from laurels.apps.people.selectors import contributors_by_login, person_by_ref, reservation_open
from laurels.apps.people.services import people_observe
from laurels.apps.people.services.reservations import login_reserve
from laurels.domain.lifecycle import PersonFact
from laurels.domain.logins import checked_login

if TYPE_CHECKING:
    from laurels.adapters.github.client import GitHub


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is meant: a person, or whoever turns out to have the login that `ref` is kept for.

    `github_id` is there where GitHub was asked. `is_new`: nothing is kept for them yet.
    """

    ref: str
    login: str
    contributor: Contributor | None = None
    github_id: int | None = None
    is_new: bool = False

    @property
    def user_id(self) -> str:
        """The id as it is told."""
        return str(UUID(self.ref))


def ref_of(user_id: str | UUID) -> str:
    """Return the reference in an id; raises UserIdInvalid."""
    try:
        return (user_id if isinstance(user_id, UUID) else UUID(str(user_id))).hex
    except ValueError:
        raise UserIdInvalid(f"{str(user_id)[:50]!a} is no id of a person: no UUID") from None


def identity_find(
    user_id: str | UUID | None = None,
    login: str | None = None,
    github: GitHub | None = None,
    *,
    now: int,
) -> Identity:
    """Find who is meant, and write nothing; `github` (as one token sees it) is asked last of all.

    Raises UserIdInvalid, LoginInvalid, IdentityMismatch, PersonUnknown, IdentityMissing, and what
    the client raises.
    """
    if login is not None:
        checked_login(login)
    if user_id is not None:
        return _by_id(ref_of(user_id), login, now)
    if login is not None:
        return _by_login(login, now)
    if github is not None:
        return _by_token(github)
    raise IdentityMissing("say who is meant: user_id, github_login or github_token")


@transaction.atomic
def identity_keep(identity: Identity, *, now: int, acting: Actor) -> Identity:
    """Keep a place for somebody who is not known yet; others are returned as they are.

    Raises LoginTaken where another keeps the login since, IdentityWithheld for an erased person.
    """
    if not identity.is_new:
        return identity
    if identity.github_id is None:
        login_reserve(
            identity.login,
            ref=identity.ref,
            lasts_seconds=settings.LAURELS.github_login_reservation_ttl_seconds,
            now=now,
            acting=acting,
        )
        return identity
    fact = PersonFact(identity.github_id, identity.login, None, now)
    refs = {identity.github_id: identity.ref}
    bots = settings.LAURELS.bot_logins
    seen = people_observe([fact], bot_logins=bots, now=now, acting=acting, refs=refs)
    if identity.github_id not in seen.ids:
        raise IdentityWithheld("this person asked to be forgotten")
    return _known(Contributor.objects.get(pk=seen.ids[identity.github_id]))


@transaction.atomic
def looked_up(identity: Identity, action: str, *, now: int, acting: Actor) -> None:
    """Leave on record who looked somebody up; both are named by their references."""
    record(acting=acting, action=action, subject=f"contributor:{identity.ref}", now=now)


def _by_id(ref: str, login: str | None, now: int) -> Identity:
    person = person_by_ref(ref)
    named = None if login is None else contributors_by_login([login]).get(login)
    if person is not None:
        is_theirs = login is None or person.login_key == login.casefold() or named == person
        if not is_theirs:
            raise IdentityMismatch("this id belongs to somebody with another login")
        return _known(person)
    kept = reservation_open(ref=ref, now=now)
    if kept is not None and (login is None or kept.login_key == login.casefold()):
        return Identity(ref, kept.login)
    if kept is not None or named is not None:
        raise IdentityMismatch("this id and this login belong to different people")
    if login is None:
        raise PersonUnknown("nobody here has this id; with a github_login beside it, it is kept")
    if reservation_open(login=login, now=now) is not None:
        raise IdentityMismatch("this login is kept for another id")
    return Identity(ref, login, is_new=True)


def _by_login(login: str, now: int) -> Identity:
    person = contributors_by_login([login]).get(login)
    if person is not None:
        return _known(person)
    kept = reservation_open(login=login, now=now)
    if kept is not None:
        return Identity(kept.ref, kept.login)
    return Identity(secrets.token_hex(16), login, is_new=True)


def _by_token(github: GitHub) -> Identity:
    account = github.urgent().viewer()
    person = Contributor.objects.filter(github_id=account.id, erased_at=None).first()
    if person is not None:
        return _known(person)
    return Identity(secrets.token_hex(16), account.login, github_id=account.id, is_new=True)


def _known(person: Contributor) -> Identity:
    return Identity(person.ref, person.login, person, person.github_id)
