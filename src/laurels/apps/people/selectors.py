"""Reads about people."""

from __future__ import annotations

from collections.abc import Iterable

from laurels.apps.people.models import Contributor


def access_contributor(login: str) -> Contributor:
    """Return who has the login now, else whoever had it last; raises ContributorNotFound."""
    raise NotImplementedError


def contributors_by_login(logins: Iterable[str]) -> dict[str, Contributor]:
    """Return the people behind logins, keyed as asked; unknown ones are absent."""
    raise NotImplementedError


def bans_for(contributor_ids: Iterable[int]) -> dict[int, tuple[tuple[int, int | None], ...]]:
    """Return the bans [starts_at, ends_at) of these people."""
    raise NotImplementedError
