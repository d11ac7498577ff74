"""Learn of repositories: names, owners and flags, for any number in a handful of statements.

Guarantee: facts in any order, split in any way and repeated, even in transactions at the same
time, end in the same rows; a second run writes nothing. Rows are written in the order of GitHub
ids, so that two writers wait for each other in turn. The name of an erased person is never taken
in: their repositories are called `erased/repository-<number>`.
Statements: 1 where nothing is new, 10 with new repositories of new owners (a few more where slugs
collide).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from laurels.apps import sql
from laurels.apps.audit.actors import Actor
from laurels.apps.people.tombstones import erased_ids, redactor
from laurels.apps.projects.models import Repository, RepositoryMembership
from laurels.apps.projects.register import Register
from laurels.apps.projects.services.owners import NO_OWNER, projects_for_owners
from laurels.apps.projects.sightings import CARRIED, Sighting, gather
from laurels.domain.lifecycle.facts import RepositoryFact

ERASED_NAME = "erased/repository"
_FIELDS = ("github_id", "full_name", "owner_login", "seen_at", *CARRIED, *CARRIED.values())
_READ = f"SELECT id, {', '.join(_FIELDS)} FROM projects_repository WHERE "
_FLAGS = ("is_fork", "is_private")


@dataclass(frozen=True, slots=True)
class RepositoriesSeen:
    """What observing repositories came to.

    `ids` maps GitHub ids to primary keys; repositories that may not be registered are absent.
    `created`, `renamed` and `changed` (owner's id, fork, private or topics) are primary keys.
    """

    ids: dict[int, int]
    created: frozenset[int]
    renamed: frozenset[int]
    changed: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Row:
    pk: int
    full_name: str
    sighting: Sighting


@transaction.atomic(savepoint=False)
def repositories_observe(
    facts: Iterable[RepositoryFact],
    *,
    register: Register,
    now: int,
    acting: Actor,
    project: int | None = None,
) -> RepositoriesSeen:
    """Learn what is new of known repositories; register unknown ones where `register` allows.

    A repository registered here belongs, from the beginning, to `project` where that is given,
    else to the project of its owner at the time; a later owner changes nothing about that.
    """
    seen = gather(facts)
    known = _read(seen) if seen else {}
    _hide({key: one for key, one in seen.items() if _tells_a_name(one, known.get(key))})
    writes, renamed, changed = [], set(), set()
    owners: dict[int, str] = {}
    for github_id in sorted(seen):
        sighting, row = seen[github_id], known.get(github_id)
        sighting.name = (*sighting.name[:2], 0, sighting.name[3])
        if row is None:
            if register.allows(sighting.name[3]):
                owners[github_id] = sighting.name[3] or NO_OWNER
                writes.append(_values(github_id, sighting, ERASED_NAME))
            continue
        before = row.sighting
        sighting.learn(before)
        values = _values(github_id, sighting, f"{ERASED_NAME}-{row.pk}")
        if sighting.name != before.name or sighting.carried != before.carried:
            writes.append(values)
        if values[1] != row.full_name:
            renamed.add(row.pk)
        if any(sighting.value(field) != before.value(field) for field in CARRIED):
            changed.add(row.pk)
    sql.upsert(Repository, _FIELDS, writes, key=["github_id"], merge=_merge())
    ids = {github_id: row.pk for github_id, row in known.items()}
    created = _register(owners, now, project) if owners else {}
    return RepositoriesSeen(
        ids | created, frozenset(created.values()), frozenset(renamed), frozenset(changed)
    )


def _register(owners: dict[int, str], now: int, project: int | None) -> dict[int, int]:
    """Give new repositories their first project; return their primary keys by GitHub id."""
    created = {github_id: row.pk for github_id, row in _read(owners).items()}
    if project is None:
        projects = projects_for_owners(set(owners.values()), now=now)
    else:
        projects = {owner.casefold(): project for owner in owners.values()}
    sql.insert(
        RepositoryMembership,
        ("repository", "project"),
        [(created[key], projects[owner.casefold()]) for key, owner in sorted(owners.items())],
        ignore_conflicts=True,
    )
    if NO_OWNER in owners.values():
        sql.execute(
            f"UPDATE projects_repository SET full_name = '{ERASED_NAME}-' || id"
            " WHERE full_name = %s",
            [ERASED_NAME],
        )
    return created


def _tells_a_name(sighting: Sighting, row: _Row | None) -> bool:
    """Tell whether a sighting brings a name or an owner that is not on the row yet."""
    if row is None:
        return True
    at, full_name, _, owner_login = sighting.name
    before = row.sighting
    is_named = before.name[0] <= at and (full_name, owner_login) != before.name[1::2]
    owner = sighting.value("owner_github_id")
    return is_named or (owner is not None and owner != before.value("owner_github_id"))


def _hide(telling: dict[int, Sighting]) -> None:
    """Take erased people's names and ids out of sightings.

    Where the owner's id is known it decides alone: a login may have been taken over by somebody.
    """
    if not telling:
        return
    given = {one.value("owner_github_id") for one in telling.values()} - {None}
    erased = erased_ids({*given, *(one.name[2] for one in telling.values())} - {0})
    logins = redactor()
    for sighting in telling.values():
        at, _, owner, login = sighting.name
        if owner in erased or not login or (not owner and logins.is_erased(login)):
            sighting.name = (at, "", 0, "")
        if sighting.value("owner_github_id") in erased:
            del sighting.carried["owner_github_id"]


def _read(github_ids: Iterable[int]) -> dict[int, _Row]:
    condition, parameters = sql.in_ids("github_id", github_ids)
    found = {}
    for pk, github_id, full_name, owner_login, seen_at, *rest in sql.fetch(
        _READ + condition, parameters
    ):
        sighting = Sighting((seen_at, full_name if owner_login else "", 0, owner_login))
        values = zip(CARRIED, rest[: len(CARRIED)], rest[len(CARRIED) :], strict=True)
        for field, value, at in values:
            if at or value is not None:
                is_flag = field in _FLAGS and value is not None
                sighting.carried[field] = (at, bool(value) if is_flag else value)
        found[github_id] = _Row(pk, full_name, sighting)
    return found


def _values(github_id: int, sighting: Sighting, erased_name: str) -> tuple[Any, ...]:
    at, full_name, _, owner_login = sighting.name
    return (
        github_id,
        full_name or erased_name,
        owner_login,
        at,
        *(sighting.value(field) for field in CARRIED),
        *(sighting.carried.get(field, (0, None))[0] for field in CARRIED),
    )


def _merge() -> dict[str, str]:
    """Return how a row and a sighting become one, whoever came first."""
    byte_order = ' COLLATE "C"' if sql.is_postgres() else ""
    groups: dict[tuple[str, ...], tuple[str, str]] = {
        ("full_name", "owner_login", "seen_at"): ("seen_at", f"full_name{byte_order}")
    }
    for field, at in CARRIED.items():
        groups[(field, at)] = (at, f"{field}{byte_order}" if field == "topics" else field)
    merged = {}
    old = "projects_repository"
    for fields, (at, value) in groups.items():
        newer = (
            f"excluded.{at} > {old}.{at} OR"
            f" (excluded.{at} = {old}.{at} AND excluded.{value} > {old}.{value})"
        )
        for field in fields:
            merged[field] = f"CASE WHEN {newer} THEN excluded.{field} ELSE {old}.{field} END"
    return merged
