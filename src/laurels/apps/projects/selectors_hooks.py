"""Reads about webhooks: which secrets sign a hook's deliveries."""

from __future__ import annotations

from collections import Counter

from django.conf import settings

from laurels.apps.people.selectors_keys import counted
from laurels.apps.projects.models import RepositoryHook
from laurels.apps.projects.models_registering import HookState


def owner_of(github_id: int) -> str:
    """Return the owner's name under which a repository's hook secrets are sealed."""
    return f"hook:{github_id}"


def secret_opened(sealed: str, github_id: int) -> bytes:
    """Open a sealed hook secret."""
    plain: bytes = settings.LAURELS_VAULT.open(sealed, owner_of(github_id))
    return plain


def hook_secrets(hook_id: int, *, now: int | None = None) -> tuple[int | None, tuple[bytes, ...]]:
    """Return the GitHub id of the hook's repository and the secrets that are good, newest first.

    (None, ()) for a hook that is not, or no longer, ours. A replaced secret is good until its time
    is over (`now` None: whatever the time).
    """
    hook = (
        RepositoryHook.objects.filter(hook_id=hook_id, state=HookState.ACTIVE)
        .select_related("repository")
        .first()
    )
    if hook is None:
        return None, ()
    github_id = hook.repository.github_id
    sealed = [hook.secret]
    if hook.previous_secret and (now is None or now < (hook.previous_until or 0)):
        sealed.append(hook.previous_secret)
    return github_id, tuple(secret_opened(one, github_id) for one in sealed)


def hook_secret_keys() -> Counter[str]:
    """Count the sealed secrets of hooks by the vault's key that sealed them."""
    rows = RepositoryHook.objects.values_list("secret", "previous_secret")
    return counted(text for row in rows.iterator() for text in row)
