"""Reads about people that pages alone need."""

from __future__ import annotations

from difflib import get_close_matches

from laurels.apps.people.models import Contributor

_CANDIDATES = 200


def logins_near(text: str, *, limit: int = 3) -> list[str]:
    """Return logins that somebody may have meant by `text`, the nearest first (one statement)."""
    key = text.strip().casefold()
    if len(key) < 2:
        return []
    known = dict(
        Contributor.objects.filter(login_key__startswith=key[:2], erased_at=None, is_bot=False)
        .order_by("login_key")
        .values_list("login_key", "login")[:_CANDIDATES]
    )
    return [known[near] for near in get_close_matches(key, known, n=limit, cutoff=0.6)]
