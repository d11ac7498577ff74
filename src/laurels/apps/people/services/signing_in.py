"""Somebody signed in with GitHub: know them by their number, and let their browser in.

Guarantee: identity is GitHub's numeric id alone. The person is found or made by an upsert, so two
first sign-ins at once end with one person; a login that had been somebody else's brings nothing of
theirs along, and the earlier holder keeps all. A ghost, known from what they did, is claimed. All
of it is one transaction: who is refused leaves no trace of the attempt.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import transaction

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.audit.actors import contributor as as_contributor
from laurels.apps.audit.services import record
from laurels.apps.jobs.services import enqueue
from laurels.apps.people import secrets
from laurels.apps.people.errors import SignInRefused
from laurels.apps.people.models import Contributor, SignIn
from laurels.apps.people.selectors_access import is_banned
from laurels.apps.people.services.github_tokens import github_token_keep
from laurels.apps.people.services.observing import people_observe
from laurels.domain.lifecycle.facts import PersonFact

if TYPE_CHECKING:
    from laurels.adapters.vault import Vault

CHANGED = "people.changed"
"""The job that settles somebody whose login changed; its handler lives above, with scoring."""
_AGENT_MOST = 120


@dataclass(frozen=True, slots=True)
class Identity:
    """Who GitHub says somebody is; `kind` is GitHub's type of the account."""

    github_id: int
    login: str
    kind: str


@dataclass(frozen=True, slots=True)
class Grant:
    """What GitHub gave us with it; `expires_at` is None for a token that does not run out."""

    token: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    expires_at: int | None = None
    scopes: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is in now; `secret` goes into the browser's session and is kept here as a hash."""

    contributor: Contributor
    user: User
    secret: str = field(repr=False)
    is_first: bool


@transaction.atomic
def sign_in_complete(
    identity: Identity,
    grant: Grant,
    *,
    agent: str,
    bot_logins: Collection[str],
    vault: Vault,
    now: int,
) -> SignedIn:
    """Let somebody in whom GitHub named; raises SignInRefused and then changes nothing.

    `agent` is what the browser calls itself.
    """
    person = _known(identity, bot_logins, now)
    if is_banned(person.pk, now):
        raise SignInRefused("banned", "This account is banned from this program.")
    acting = as_contributor(person.ref)
    is_first = bool(
        Contributor.objects.filter(pk=person.pk, claimed_at=None).update(claimed_at=now)
    )
    user, secret = session_begin(person, agent=agent, now=now)
    github_token_keep(
        person,
        token=grant.token,
        refresh=grant.refresh,
        expires_at=grant.expires_at,
        scopes=grant.scopes,
        vault=vault,
        now=now,
        acting=acting,
    )
    record(
        acting=acting,
        action="contributor:claim" if is_first else "sign-in:complete",
        subject=f"contributor:{person.ref}",
        now=now,
    )
    person.refresh_from_db()
    return SignedIn(person, user, secret, is_first)


@transaction.atomic
def session_begin(person: Contributor, *, agent: str, now: int) -> tuple[User, str]:
    """Open a session for somebody who proved who they are; a closed account opens again.

    Returns Django's row for them and the secret that goes into the browser's session.
    """
    Contributor.objects.filter(pk=person.pk).update(closed_at=None)
    user, secret = _user(person), secrets.new()
    SignIn.objects.create(
        contributor=person,
        ref_hash=secrets.hashed(secret),
        session_version=person.session_version,
        agent=" ".join(agent.split())[:_AGENT_MOST],
        created_at=now,
        seen_at=now,
    )
    return user, secret


def _known(identity: Identity, bot_logins: Collection[str], now: int) -> Contributor:
    if identity.github_id <= 0 or not identity.login:
        raise SignInRefused("identity_unknown", "GitHub did not say who you are.")
    if identity.kind not in ("", "User"):
        raise SignInRefused("not_a_person", "Only people sign in; this account is not one.")
    fact = PersonFact(identity.github_id, identity.login, identity.kind or None, now)
    seen = people_observe([fact], bot_logins=bot_logins, now=now, acting=SYSTEM)
    if identity.github_id in seen.withheld:
        raise SignInRefused("erased", "This account was erased here for good, as its owner asked.")
    person = Contributor.objects.get(pk=seen.ids[identity.github_id])
    if seen.relogged | seen.rebotted:
        enqueue(CHANGED, {"contributor": person.pk}, now=now, acting=as_contributor(person.ref))
    return person


def _user(person: Contributor) -> User:
    """Return Django's row for a person: named by their reference, without password or rights.

    Whether they are staff is decided at each request, not written there.
    """
    model = get_user_model()
    user = person.user
    if user is None:
        user, is_new = model.objects.get_or_create(username=person.ref)
        if is_new:
            user.set_unusable_password()
            user.save(update_fields=["password"])
        Contributor.objects.filter(pk=person.pk).update(user=user)
    assert isinstance(user, User)
    return user
