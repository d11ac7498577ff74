"""Find or make the project that takes an owner's new repositories."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from laurels.apps import sql
from laurels.apps.projects.models import Project
from laurels.apps.projects.naming import slug_for_owner

NO_OWNER = "/"
"""Stands for owners who were erased; no login contains it."""

_NO_OWNER_NAME = "Erased owners"
_FIELDS = ("ref", "slug", "name", "kind", "description", "difficulty", "owner_key", "created_at")


def projects_for_owners(owners: Collection[str], *, now: int) -> dict[str, int]:
    """Return the project of each owner by casefolded login, making what is missing.

    Another transaction may take a slug or an owner between our look and our write: then nothing is
    written for that owner, and the next round finds the project or proposes the next slug.
    """
    names = {owner.casefold(): owner for owner in sorted(owners, reverse=True)}
    found = _find(names)
    while missing := sorted(names.keys() - found.keys()):
        slugs = _free_slugs([names[key] for key in missing])
        rows = [
            (secrets.token_hex(16), slug, _title(names[key]), "project", "", "", key, now)
            for key, slug in zip(missing, slugs, strict=True)
        ]
        sql.insert(Project, _FIELDS, rows, ignore_conflicts=True)
        found |= _find(missing)
    return found


def _title(owner: str) -> str:
    return _NO_OWNER_NAME if owner == NO_OWNER else owner


def _find(keys: Collection[str]) -> dict[str, int]:
    condition, parameters = sql.in_texts("owner_key", keys)
    return dict(
        sql.fetch(f"SELECT owner_key, id FROM projects_project WHERE {condition}", parameters)
    )


def _free_slugs(owners: list[str]) -> list[str]:
    taken: set[str] = set()
    while True:
        slugs: list[str] = []
        used = set(taken)
        for owner in owners:
            slugs.append(slug_for_owner(_title(owner), used))
            used.add(slugs[-1])
        condition, parameters = sql.in_texts("slug", slugs)
        met = sql.fetch(
            f"SELECT slug FROM projects_project WHERE {condition}"
            f" UNION SELECT slug FROM projects_slughistory WHERE {condition}",
            [*parameters, *parameters],
        )
        if not met:
            return slugs
        taken.update(row[0] for row in met)
