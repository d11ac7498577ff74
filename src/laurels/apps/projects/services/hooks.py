"""Keep the webhooks of repositories and the secrets that sign their deliveries.

Guarantee: a secret is never at rest unsealed, and never in an audit row. While a secret is rotated
two are good, so that no delivery signed before the change is lost.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.people.services.resealing import Resealed, rows_reseal
from laurels.apps.projects.errors import StateConflict
from laurels.apps.projects.models import Repository, RepositoryHook
from laurels.apps.projects.models_registering import HookState
from laurels.apps.projects.selectors_hooks import owner_of, secret_opened

OVERLAP_SECONDS = 3 * 86_400
"""How long a replaced secret is still good: as long as GitHub can send a delivery again."""


@transaction.atomic
def hook_keep(
    repository_id: int, *, hook_id: int, secret: bytes, now: int, acting: Actor
) -> RepositoryHook:
    """Keep a hook that GitHub made; the one there was before is no longer ours.

    Keeping the same hook again with another secret rotates it.
    """
    repository = Repository.objects.get(pk=repository_id)
    known = RepositoryHook.objects.filter(hook_id=hook_id).first()
    if known is not None and known.repository_id != repository_id:
        raise StateConflict("this hook is known as another repository's")
    RepositoryHook.objects.filter(repository=repository, state=HookState.ACTIVE).exclude(
        hook_id=hook_id
    ).update(state=HookState.REMOVED)
    sealed = settings.LAURELS_VAULT.seal(secret, owner_of(repository.github_id))
    if known is None:
        known = RepositoryHook(repository=repository, hook_id=hook_id, created_at=now)
    elif secret_opened(known.secret, repository.github_id) != secret:
        known.previous_secret, known.previous_until = known.secret, now + OVERLAP_SECONDS
    known.secret, known.state = sealed, HookState.ACTIVE
    known.save()
    _record(acting, "hook:keep", known, now)
    return known


@transaction.atomic
def hook_forget(hook_id: int, *, reason: str, now: int, acting: Actor) -> bool:
    """Stop believing a hook that GitHub no longer has; return whether it was believed before."""
    changed = RepositoryHook.objects.filter(hook_id=hook_id, state=HookState.ACTIVE).update(
        state=HookState.REMOVED
    )
    if changed:
        _record(acting, "hook:forget", RepositoryHook.objects.get(hook_id=hook_id), now, reason)
    return bool(changed)


def hooks_reseal(*, now: int, acting: Actor) -> Resealed:
    """Seal every secret under the vault's active key, so that older keys are needed no longer."""
    return rows_reseal(
        RepositoryHook.objects.select_related("repository"),
        ("secret", "previous_secret"),
        lambda hook: owner_of(hook.repository.github_id),
        settings.LAURELS_VAULT,
    )


def _record(acting: Actor, action: str, hook: RepositoryHook, now: int, reason: str = "") -> None:
    record(
        acting=acting,
        action=action,
        subject=f"repository:{hook.repository_id}",
        after={"hook": hook.hook_id},
        reason=reason,
        now=now,
    )
