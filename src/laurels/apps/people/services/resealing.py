"""Seal anew, under the vault's active key, what people and jobs entrusted to us.

Guarantee: each row is changed over what was read alone, so whoever changes it meanwhile wins; a
pass that was killed is taken up by the next, which finds only what is left. A row that does not
open (its key is gone) is counted and left as it is, and the others go on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.people.models import GitHubToken, TokenReference
from laurels.apps.people.services.github_tokens import owner_of

if TYPE_CHECKING:
    from laurels.adapters.vault import Vault

_BATCH = 200
"""Rows a transaction: the one writer of SQLite is never kept for long."""


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many rows were sealed anew, and how many could not be opened."""

    sealed: int = 0
    lost: int = 0


@transaction.atomic
def key_adopted(ring: str, key: str, *, now: int, acting: Actor) -> None:
    """Say in the audit chain that a new key is in use; never the key itself."""
    record(acting=acting, action="keys:rotate", subject=f"ring:{ring}", after={"key": key}, now=now)


def github_tokens_reseal(*, vault: Vault, now: int, acting: Actor) -> Resealed:
    """Seal people's tokens for GitHub, and what refreshes them, under the active key."""
    rows = GitHubToken.objects.filter(invalidated_at=None).select_related("contributor")
    names = ("sealed", "sealed_refresh")
    return rows_reseal(rows, names, lambda row: owner_of(row.contributor.ref), vault)


def token_references_reseal(*, vault: Vault, now: int, acting: Actor) -> Resealed:
    """Seal the tokens that jobs refer to under the active key."""
    rows = TokenReference.objects.filter(expires_at__gt=now)
    return rows_reseal(rows, ("sealed",), lambda row: row.ref, vault)


def rows_reseal(
    rows: Any, names: tuple[str, ...], owner: Callable[[Any], str], vault: Vault
) -> Resealed:
    """Seal the columns `names` of a queryset's rows anew; `owner` tells whom a row is sealed for.

    For the apps above, whose tables hold sealed texts too.
    """
    sealed, lost, last = 0, 0, 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:_BATCH]):
        last = batch[-1].pk
        with transaction.atomic():
            for row in batch:
                changed = _reseal_row(row, names, owner(row), vault)
                sealed += changed is True
                lost += changed is None
    return Resealed(sealed, lost)


def _reseal_row(row: Any, names: tuple[str, ...], owner: str, vault: Vault) -> bool | None:
    """Return whether the row was sealed anew; None where it does not open."""
    from laurels.adapters.vault import VaultRefused  # ciphers load only where they are used

    old = {name: getattr(row, name) for name in names if getattr(row, name)}
    try:
        new = {name: vault.reseal(text, owner) for name, text in old.items()}
    except VaultRefused:
        return None
    same = type(row).objects.filter(pk=row.pk, **old)
    return new != old and bool(same.update(**new))
