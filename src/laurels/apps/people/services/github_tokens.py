"""Tokens for GitHub that people gave us: sealed in the vault, one that holds a person.

Guarantee: no token is in the database in the clear, nor in a job, a log or an error. A sealed
token opens for its owner's row alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.people import secrets
from laurels.apps.people.models import Contributor, GitHubToken, TokenReference

if TYPE_CHECKING:
    from laurels.adapters.vault import Vault

REPLACED, REFUSED_BY_GITHUB, ACCESS_ENDED = "replaced", "token_invalid", "access_ended"
REFRESH_REFUSED = "refresh_refused"


@dataclass(frozen=True, slots=True)
class HeldToken:
    """A token that holds, opened; `fingerprint` is what budgets and cooldowns are kept under."""

    pk: int
    token: str = field(repr=False)
    fingerprint: str
    scopes: frozenset[str]
    expires_at: int | None


def owner_of(ref: str) -> str:
    """Return the name that a person's tokens are sealed for."""
    return f"github-token:{ref}"


@transaction.atomic
def github_token_keep(
    person: Contributor,
    *,
    token: str,
    refresh: str,
    expires_at: int | None,
    scopes: str,
    vault: Vault,
    now: int,
    acting: Actor,
) -> GitHubToken:
    """Seal a new token of a person; the one before holds no longer."""
    owner = owner_of(person.ref)
    GitHubToken.objects.filter(contributor=person, invalidated_at=None).update(
        invalidated_at=now, invalidated_reason=REPLACED, sealed="", sealed_refresh=""
    )
    return GitHubToken.objects.create(
        contributor=person,
        sealed=vault.seal(token.encode(), owner),
        sealed_refresh=vault.seal(refresh.encode(), owner) if refresh else "",
        fingerprint=secrets.fingerprint(token),
        scopes=" ".join(sorted(scopes.replace(",", " ").split()))[:200],
        created_at=now,
        expires_at=expires_at,
    )


@transaction.atomic
def github_token_claim(row: GitHubToken, *, now: int, lease_seconds: int = 60) -> bool:
    """Take it upon oneself to refresh a token; False where somebody else does, or did."""
    free = Q(refreshing_until=None) | Q(refreshing_until__lte=now)
    mine = GitHubToken.objects.filter(free, pk=row.pk, invalidated_at=None)
    return bool(mine.update(refreshing_until=now + lease_seconds))


@transaction.atomic
def github_token_release(row: GitHubToken) -> None:
    """Give up refreshing for now: GitHub did not answer, the next who asks may try."""
    GitHubToken.objects.filter(pk=row.pk).update(refreshing_until=None)


@transaction.atomic
def github_token_invalidate(token_id: int, *, reason: str, now: int, acting: Actor) -> bool:
    """Let a token hold no longer and forget it, as GitHub refuses it or its owner went.

    False where it held no longer before. The owner sees the reason, and signs in again. What jobs
    carry instead of it opens no more.
    """
    row = GitHubToken.objects.filter(pk=token_id).select_related("contributor").first()
    alive = GitHubToken.objects.filter(pk=token_id, invalidated_at=None)
    if row is None or not alive.update(
        invalidated_at=now, invalidated_reason=reason, sealed="", sealed_refresh=""
    ):
        return False
    TokenReference.objects.filter(contributor=row.contributor).delete()
    record(
        acting=acting,
        action="github-token:invalidate",
        subject=f"contributor:{row.contributor.ref}",
        reason=reason,
        now=now,
    )
    return True


def github_token_refused(contributor_id: int, token: str, *, now: int, acting: Actor) -> bool:
    """Let the token that GitHub refused hold no longer, unless its owner gave another meanwhile."""
    rows = GitHubToken.objects.filter(
        contributor=contributor_id, fingerprint=secrets.fingerprint(token), invalidated_at=None
    )
    found = rows.values_list("pk", flat=True).first()
    return found is not None and github_token_invalidate(
        found, reason=REFUSED_BY_GITHUB, now=now, acting=acting
    )
