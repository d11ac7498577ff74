"""End what lets people in: one browser, one family of tokens, or everything at once.

Guarantee: what is ended here is refused from the next request on, also a valid access token, for
each request compares the session version and the family with what lies in the database.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.people.models import Contributor, PersonalToken, SignIn, TokenFamily

LOGOUT, EVERYWHERE, BAN = "logout", "logout_everywhere", "ban"


@transaction.atomic
def access_end(
    contributor_id: int, *, reason: str, now: int, acting: Actor, is_recorded: bool = True
) -> None:
    """End every session and token of a person at once; `is_recorded` says it in the audit chain.

    Personal tokens stay where the person only signs out everywhere: they are programs' own, and
    are revoked one by one; a ban keeps them from working while it lasts.
    """
    changed = Contributor.objects.filter(pk=contributor_id).update(
        session_version=F("session_version") + 1
    )
    if not changed:
        return
    SignIn.objects.filter(contributor_id=contributor_id, ended_at=None).update(ended_at=now)
    families = TokenFamily.objects.filter(contributor_id=contributor_id, revoked_at=None)
    families.update(revoked_at=now, revoked_reason=reason)
    if not is_recorded:
        return
    ref = Contributor.objects.values_list("ref", flat=True).get(pk=contributor_id)
    record(
        acting=acting,
        action="access:end",
        subject=f"contributor:{ref}",
        reason=reason,
        now=now,
    )


@transaction.atomic
def sign_in_end(sign_in_id: int, *, contributor_id: int, now: int, acting: Actor) -> bool:
    """End one browser's sign-in and the tokens made in it; False where it is not theirs or over."""
    mine = SignIn.objects.filter(pk=sign_in_id, contributor_id=contributor_id)
    if not mine.filter(ended_at=None).update(ended_at=now):
        return False
    TokenFamily.objects.filter(sign_in_id=sign_in_id, revoked_at=None).update(
        revoked_at=now, revoked_reason=LOGOUT
    )
    return True


@transaction.atomic
def family_revoke(family_id: int, *, reason: str, now: int, acting: Actor) -> bool:
    """Revoke a family of tokens as a whole; False where it was revoked before."""
    alive = TokenFamily.objects.filter(pk=family_id, revoked_at=None)
    return bool(alive.update(revoked_at=now, revoked_reason=reason))


@transaction.atomic
def personal_token_revoke(token_id: int, *, contributor_id: int, now: int, acting: Actor) -> bool:
    """Revoke a personal token; False where it is not theirs or revoked already."""
    mine = PersonalToken.objects.filter(pk=token_id, contributor_id=contributor_id)
    return bool(mine.filter(revoked_at=None).update(revoked_at=now))


@transaction.atomic
def sign_in_seen(sign_in_id: int, *, now: int) -> None:
    """Note that a browser is still in use; the caller does so once an hour at most."""
    SignIn.objects.filter(pk=sign_in_id).update(seen_at=now)
