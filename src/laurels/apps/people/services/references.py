"""What a job carries instead of a token: a reference that opens for one holder at a time.

Guarantee: the reference alone opens nothing outside this installation; it ends after its time
(900 seconds, or a day for long jobs, by the operator's settings). The holder that opened it first
may open it again, so that a job taken up after a crash goes on (its name is the job's, not the
worker's); another holder is refused until the lease of the first is over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from laurels.apps.audit.actors import Actor
from laurels.apps.people import secrets
from laurels.apps.people.errors import TokenReferenceRefused
from laurels.apps.people.models import Contributor, TokenReference

if TYPE_CHECKING:
    from laurels.adapters.vault import Vault

PREFIX = "gh:token_ref:"
LEASE_SECONDS = 300


@transaction.atomic
def token_reference_make(
    token: str,
    *,
    contributor_id: int | None,
    lasts_seconds: int,
    vault: Vault,
    now: int,
    acting: Actor,
) -> str:
    """Seal a token for jobs to use and return the reference, which is no secret itself."""
    ref = PREFIX + secrets.hashed(secrets.new())[:24]
    TokenReference.objects.create(
        ref=ref,
        contributor_id=contributor_id,
        sealed=vault.seal(token.encode(), ref),
        created_at=now,
        expires_at=now + lasts_seconds,
    )
    return ref


@transaction.atomic
def token_reference_open(
    ref: str, *, holder: str, vault: Vault, now: int, lease_seconds: int = LEASE_SECONDS
) -> str:
    """Return the token for this holder and begin its lease anew.

    Raises TokenReferenceRefused where it ran out, is not known, or another holder's lease lasts.
    """
    is_free = Q(holder="") | Q(holder=holder) | Q(lease_until__lte=now)
    taken = TokenReference.objects.filter(is_free, ref=ref, expires_at__gt=now).update(
        holder=holder, lease_until=now + lease_seconds
    )
    if not taken:
        raise TokenReferenceRefused("the token reference has run out, or another job holds it")
    return vault.open(TokenReference.objects.get(ref=ref).sealed, ref).decode()


def token_reference_owner(ref: str) -> Contributor | None:
    """Return whose token a reference leads to; None where it is nobody's, or is not known."""
    found = TokenReference.objects.select_related("contributor").filter(ref=ref).first()
    return None if found is None else found.contributor


@transaction.atomic
def token_reference_end(ref: str, *, acting: Actor) -> None:
    """Forget a reference whose job is done."""
    TokenReference.objects.filter(ref=ref).delete()


@transaction.atomic
def token_references_sweep(*, now: int) -> int:
    """Forget all that have run out; return how many."""
    return TokenReference.objects.filter(expires_at__lte=now).delete()[0]
