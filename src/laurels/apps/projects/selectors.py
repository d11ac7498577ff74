"""Reads about projects and repositories."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Interval = tuple[int | None, int | None, int]


def project_at(memberships: Sequence[Interval], opened_at: int | None) -> int | None:
    """Return the project that work opened then counts for; before the first, the first."""
    raise NotImplementedError


def memberships_for(repository_ids: Iterable[int]) -> dict[int, tuple[Interval, ...]]:
    """Return (starts_at, ends_at, project) of each repository, earliest first."""
    raise NotImplementedError


def archivals_for(project_ids: Iterable[int]) -> dict[int, tuple[tuple[int, int | None], ...]]:
    """Return when these projects were archived."""
    raise NotImplementedError


def disablements_for(
    repository_ids: Iterable[int],
) -> dict[int, tuple[tuple[int, int | None], ...]]:
    """Return when these repositories were disabled."""
    raise NotImplementedError
