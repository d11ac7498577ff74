"""What other rooms ask for: the token for GitHub of somebody who signed in.

Where the tokens of a GitHub App end after hours, one is refreshed in the minutes before its end.
Guarantee: of all who ask at once one refreshes; the others get the token that still holds. The
call is made outside any transaction of ours, so callers must not be in one. Not guaranteed: where
a process dies between GitHub's answer and our commit the token is lost, and its owner signs in
again; GitHub gives the answer once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import User

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.people.models import Contributor, GitHubToken
from laurels.apps.people.selectors_access import contributor_of
from laurels.apps.people.services.github_tokens import (
    REFRESH_REFUSED,
    HeldToken,
    github_token_claim,
    github_token_invalidate,
    github_token_keep,
    github_token_release,
    owner_of,
)

if TYPE_CHECKING:
    from laurels.adapters.github.user_tokens import Fresh

__all__ = ["HeldToken", "token_for"]

REFRESH_BEFORE_SECONDS = 300
"""How long before its end a token is refreshed: longer than a call to GitHub with it takes."""


def token_for(who: User | Contributor) -> HeldToken | None:
    """Return the token that somebody gave us, opened; None where there is none or it ran out.

    It must not be stored, logged or put into a job: jobs take a reference to it
    (`services.references`).
    """
    person = who if isinstance(who, Contributor) else contributor_of(who)
    if person is None or person.erased_at is not None:
        return None
    row = _held(person)
    now: int = settings.LAURELS_CLOCK.now()
    if row is None or row.expires_at is None:
        return None if row is None else _opened(row, person)
    if now >= row.expires_at - REFRESH_BEFORE_SECONDS and row.sealed_refresh:
        row = _refreshed(row, person, now)
    if row is None or (row.expires_at is not None and now >= row.expires_at):
        return None
    return _opened(row, person)


def _held(person: Contributor) -> GitHubToken | None:
    return GitHubToken.objects.filter(contributor=person, invalidated_at=None).first()


def _opened(row: GitHubToken, person: Contributor) -> HeldToken:
    token = settings.LAURELS_VAULT.open(row.sealed, owner_of(person.ref)).decode()
    return HeldToken(row.pk, token, row.fingerprint, frozenset(row.scopes.split()), row.expires_at)


def _refreshed(row: GitHubToken, person: Contributor, now: int) -> GitHubToken | None:
    """Return the row that holds afterwards: a new one, the old one, or none."""
    from laurels.adapters.github.client.outcomes import TokenInvalid, Unavailable

    if not github_token_claim(row, now=now):
        return _held(person)
    text = settings.LAURELS_VAULT.open(row.sealed_refresh, owner_of(person.ref)).decode()
    try:
        fresh: Fresh = settings.LAURELS_USER_TOKENS.refresh(text)
    except TokenInvalid:
        github_token_invalidate(row.pk, reason=REFRESH_REFUSED, now=now, acting=SYSTEM)
        return None
    except Unavailable:
        github_token_release(row)
        return row
    if _held(person) != row:
        return _held(person)  # they signed in again, or out for good, while we asked
    return github_token_keep(
        person,
        token=fresh.token,
        refresh=fresh.refresh,
        expires_at=None if fresh.lasts_seconds is None else now + fresh.lasts_seconds,
        scopes=fresh.scopes or row.scopes,
        vault=settings.LAURELS_VAULT,
        now=now,
        acting=SYSTEM,
    )
