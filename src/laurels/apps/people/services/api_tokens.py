"""Tokens for the API: pairs that come from a sign-in, and personal ones for people's programs.

Guarantee: a refresh token is exchanged once. The exchange is a compare-and-set in one transaction
with the new pair; whoever comes second with the same token, however close, gets nothing and the
whole family is revoked, for one of the two is not who was meant. Access tokens of a family that
was revoked are refused from the next request on. Nothing but hashes is stored.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction

from laurels.apps.audit.actors import Actor
from laurels.apps.audit.actors import contributor as as_contributor
from laurels.apps.audit.services import record
from laurels.apps.people import secrets
from laurels.apps.people.errors import TokenFaults, TokenInvalid, TooManyTokens
from laurels.apps.people.models import (
    Contributor,
    PersonalToken,
    RefreshToken,
    SignIn,
    TokenFamily,
)
from laurels.apps.people.selectors_access import PERSONAL_PREFIX, is_banned
from laurels.apps.people.services.access import family_revoke

if TYPE_CHECKING:
    from laurels.adapters.tokens import AccessTokens

REFRESH_SECONDS = 7 * 86_400
ACCESS_SECONDS = 30 * 60
REUSED = "refresh_reused"
SCOPES = {
    "read": "read what you may read",
    "write": "change what is yours",
    "maintain": "act in your projects",
}
LONGEST_DAYS = 366
MOST_PERSONAL = 20
NAME_MOST = 80
_USED_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Pair:
    """An access token for the next 30 minutes and a refresh token for the next 7 days."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    access_expires_at: int
    refresh_expires_at: int


@transaction.atomic
def pair_issue(
    person: Contributor, *, sign_in: SignIn | None, tokens: AccessTokens, now: int, acting: Actor
) -> Pair:
    """Begin a family of tokens for somebody who is signed in; it ends with the sign-in."""
    family = TokenFamily.objects.create(
        ref=secrets.hashed(secrets.new())[:32],
        contributor=person,
        sign_in=sign_in,
        session_version=person.session_version,
        created_at=now,
    )
    record(acting=acting, action="token-family:begin", subject=f"contributor:{person.ref}", now=now)
    return _next_pair(family, tokens, now)


def pair_refresh(refresh: str, *, tokens: AccessTokens, now: int) -> Pair:
    """Exchange a refresh token for a new pair; raises TokenInvalid, and revokes when reused."""
    pair = _exchange(refresh, tokens, now)
    if pair is None:
        # Outside the transaction that failed: the revocation must stay.
        row = RefreshToken.objects.select_related("family__contributor").get(
            token_hash=secrets.hashed(refresh)
        )
        _revoke_reused(row.family, now)
        raise TokenInvalid(
            REUSED, "This refresh token was used before: all tokens that came from it are revoked."
        )
    return pair


@transaction.atomic
def _exchange(refresh: str, tokens: AccessTokens, now: int) -> Pair | None:
    found = RefreshToken.objects.filter(token_hash=secrets.hashed(refresh))
    row = found.select_related("family__contributor").first()
    if row is None:
        raise TokenInvalid("token_invalid", "The refresh token is not one of ours.")
    family, person = row.family, row.family.contributor
    if family.revoked_at is not None or person.session_version != family.session_version:
        raise TokenInvalid("token_revoked", "The refresh token was revoked.")
    if is_banned(person.pk, now):
        raise TokenInvalid("banned", "This account is banned from this program.")
    if row.used_at is None and now >= row.expires_at:
        raise TokenInvalid("token_expired", "The refresh token has run out.")
    if not found.filter(used_at=None).update(used_at=now):
        return None
    return _next_pair(family, tokens, now)


@transaction.atomic
def _revoke_reused(family: TokenFamily, now: int) -> None:
    acting = as_contributor(family.contributor.ref)
    if family_revoke(family.pk, reason=REUSED, now=now, acting=acting):
        record(
            acting=acting,
            action="token-family:revoke",
            subject=f"contributor:{family.contributor.ref}",
            reason=REUSED,
            now=now,
        )


def _next_pair(family: TokenFamily, tokens: AccessTokens, now: int) -> Pair:
    refresh = secrets.new()
    RefreshToken.objects.create(
        family=family,
        token_hash=secrets.hashed(refresh),
        issued_at=now,
        expires_at=now + REFRESH_SECONDS,
    )
    access = tokens.make(
        subject=family.contributor.ref,
        family=family.ref,
        version=family.session_version,
        scope="",
        now=now,
    )
    return Pair(access, refresh, now + ACCESS_SECONDS, now + REFRESH_SECONDS)


@transaction.atomic
def personal_token_create(
    person: Contributor,
    *,
    name: str,
    scopes: Collection[str],
    lasts_days: int,
    now: int,
    acting: Actor,
) -> tuple[PersonalToken, str]:
    """Make a personal token; return its row and the token, which is shown this once.

    TokenFaults tells all that is wrong a field; TooManyTokens comes after twenty.
    """
    kept = " ".join(name.split())
    faults = []
    if not 1 <= len(kept) <= NAME_MOST:
        faults.append(("name", f"a name has 1 to {NAME_MOST} characters"))
    if unknown := sorted(set(scopes) - SCOPES.keys()):
        faults.append(("scopes", f"there is no scope {unknown[0]!r}"))
    elif not scopes:
        faults.append(("scopes", "a token needs at least one scope"))
    if not 1 <= lasts_days <= LONGEST_DAYS:
        faults.append(("lasts_days", f"a token lasts 1 to {LONGEST_DAYS} days"))
    if faults:
        raise TokenFaults(tuple(faults))
    living = PersonalToken.objects.filter(contributor=person, revoked_at=None, expires_at__gt=now)
    if living.count() >= MOST_PERSONAL:
        raise TooManyTokens(f"you have {MOST_PERSONAL} tokens: revoke one first")
    token = secrets.new(PERSONAL_PREFIX)
    row = PersonalToken.objects.create(
        contributor=person,
        name=kept,
        token_hash=secrets.hashed(token),
        hint=f"{PERSONAL_PREFIX}…{token[-4:]}",
        scopes=" ".join(sorted(set(scopes))),
        created_at=now,
        expires_at=now + lasts_days * 86_400,
    )
    record(
        acting=acting,
        action="personal-token:create",
        subject=f"contributor:{person.ref}",
        after={"token": row.pk, "scopes": row.scopes, "expires_at": row.expires_at},
        now=now,
    )
    return row, token


@transaction.atomic
def personal_token_used(token_id: int, *, now: int) -> None:
    """Note that a token was used, to the minute."""
    PersonalToken.objects.filter(pk=token_id).exclude(last_used_at__gt=now - _USED_SECONDS).update(
        last_used_at=now
    )


@transaction.atomic
def access_sweep(*, now: int, keep_seconds: int = 30 * 86_400) -> int:
    """Forget refresh tokens, families and sign-ins that ended long ago; return how many rows."""
    before = now - keep_seconds
    gone = RefreshToken.objects.filter(expires_at__lt=before).delete()[0]
    gone += TokenFamily.objects.filter(refreshes=None, created_at__lt=before).delete()[0]
    gone += SignIn.objects.filter(seen_at__lt=before).delete()[0]
    return gone + PersonalToken.objects.filter(expires_at__lt=before).delete()[0]
