"""Who comes in: what a session or a token that was shown stands for, asked at each request."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db.models import F, Q

from laurels.apps.people import secrets
from laurels.apps.people.errors import TokenInvalid
from laurels.apps.people.models import (
    Ban,
    Contributor,
    PersonalToken,
    SignIn,
    TokenFamily,
)

if TYPE_CHECKING:
    from laurels.adapters.tokens import Access

PERSONAL_PREFIX = "lrl_"


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who showed a token, and what it may be used for; None means all that the person may."""

    contributor: Contributor
    scopes: frozenset[str] | None
    family: int | None = None
    personal: int | None = None


def is_banned(contributor_id: int, now: int) -> bool:
    """Tell whether a ban is in force (one statement)."""
    return _bans(now).filter(contributor_id=contributor_id).exists()


def signed_in(secret: str, *, now: int) -> SignIn | None:
    """Return the sign-in that a session's secret stands for, with its person and user.

    None where it ended, the person's version moved on, they were erased, or a ban is in force
    (one statement).
    """
    return (
        SignIn.objects.filter(
            ref_hash=secrets.hashed(secret),
            ended_at=None,
            session_version=F("contributor__session_version"),
            contributor__erased_at=None,
        )
        .exclude(contributor__in=_bans(now).values("contributor"))
        .select_related("contributor__user")
        .first()
    )


def bearer_of_access(claims: Access, *, now: int) -> Bearer:
    """Return who an access token was made for, if they may still come in; raises TokenInvalid."""
    family = TokenFamily.objects.filter(ref=claims.fam).select_related("contributor__user").first()
    if family is None or family.contributor.ref != claims.sub:
        raise TokenInvalid("token_invalid", "The access token is not one of ours.")
    person = family.contributor
    if family.revoked_at is not None or not person.session_version == claims.sv:
        raise TokenInvalid("token_revoked", "The access token was revoked.")
    _check_person(person, now)
    return Bearer(person, None, family=family.pk)


def bearer_of_personal(token: str, *, now: int) -> Bearer:
    """Return who a personal token belongs to and its scopes; raises TokenInvalid."""
    row = (
        PersonalToken.objects.filter(token_hash=secrets.hashed(token))
        .select_related("contributor__user")
        .first()
    )
    if row is None:
        raise TokenInvalid("token_invalid", "The personal token is not one of ours.")
    if row.revoked_at is not None:
        raise TokenInvalid("token_revoked", "The personal token was revoked.")
    if now >= row.expires_at:
        raise TokenInvalid("token_expired", "The personal token has run out.")
    _check_person(row.contributor, now)
    return Bearer(row.contributor, frozenset(row.scopes.split()), personal=row.pk)


def personal_tokens_of(contributor_id: int) -> list[PersonalToken]:
    """Return a person's tokens that are not revoked, the latest first."""
    return list(
        PersonalToken.objects.filter(contributor_id=contributor_id, revoked_at=None).order_by("-id")
    )


def sign_ins_of(contributor_id: int) -> list[SignIn]:
    """Return where a person is signed in, the latest first."""
    return list(
        SignIn.objects.filter(
            contributor_id=contributor_id,
            ended_at=None,
            session_version=F("contributor__session_version"),
        ).order_by("-id")
    )


def dressed(person: Contributor, staff: Collection[int]) -> User:
    """Return a person's user with the rights of this moment; `staff` are GitHub ids as set.

    Rights are never stored with the user, so that taking them away bites at the next request.
    """
    user = person.user
    if not isinstance(user, User):
        raise ValueError("the person never signed in")
    user.is_staff = user.is_superuser = person.is_staff or person.github_id in staff
    return user


def contributor_of(user: object) -> Contributor | None:
    """Return the person behind Django's user, who may be erased or banned; None for nobody."""
    if not isinstance(user, User) or user.pk is None:
        return None
    return Contributor.objects.filter(user_id=user.pk).first()


def _bans(now: int):  # type: ignore[no-untyped-def] # a queryset used as a subquery
    return Ban.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now)


def _check_person(person: Contributor, now: int) -> None:
    if person.erased_at is not None or person.user is None:
        raise TokenInvalid("token_revoked", "The token was revoked.")
    if is_banned(person.pk, now):
        raise TokenInvalid("banned", "This account is banned from this program.")
