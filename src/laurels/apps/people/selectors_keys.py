"""Which keys of the vault are still needed: how much each of them sealed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from laurels.apps.people.models import GitHubToken, TokenReference


def key_of(sealed: str) -> str:
    """Return the id of the key that sealed a text (`v1.KEY.…`)."""
    return sealed.split(".", 2)[1] if sealed.count(".") >= 2 else ""


def counted(texts: Iterable[str]) -> Counter[str]:
    """Count sealed texts by their key; empty ones are nothing."""
    return Counter(key_of(text) for text in texts if text)


def github_token_keys() -> Counter[str]:
    """Count people's tokens for GitHub, and what refreshes them, by key."""
    rows = GitHubToken.objects.values_list("sealed", "sealed_refresh")
    return counted(text for row in rows.iterator() for text in row)


def token_reference_keys() -> Counter[str]:
    """Count the tokens that jobs refer to by key."""
    return counted(TokenReference.objects.values_list("sealed", flat=True).iterator())
