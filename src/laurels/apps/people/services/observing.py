"""Learn who is called what, for any number of people in a handful of statements.

Guarantee: facts in any order, split in any way and repeated, even in transactions at the same
time, end in the same login, logins had before, kind and robot flag; a second run writes nothing.
Rows are written in the order of GitHub ids, so that two writers wait for each other in turn.
Statements: 1 where nothing is new, 4 with new people, 5 when logins changed as well.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from laurels.apps import sql
from laurels.apps.audit.actors import Actor
from laurels.apps.people.models import Alias, Contributor
from laurels.apps.people.sightings import Sighting, gather, is_robot
from laurels.apps.people.tombstones import erased_ids
from laurels.domain.lifecycle.facts import PersonFact

_FIELDS = (
    "ref",
    "github_id",
    "login",
    "login_key",
    "login_seen_at",
    "kind",
    "is_bot",
    "first_seen_at",
)
_READ = (
    "SELECT github_id, id, login, login_seen_at, kind, is_bot, first_seen_at"
    " FROM people_contributor WHERE "
)


@dataclass(frozen=True, slots=True)
class PeopleSeen:
    """What observing people came to.

    `ids` maps GitHub ids to primary keys; `withheld` are GitHub ids of erased people, absent from
    `ids`; `relogged` and `rebotted` are primary keys of people whose login or is_bot changed.
    """

    ids: dict[int, int]
    withheld: frozenset[int]
    relogged: frozenset[int]
    rebotted: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Row:
    pk: int
    sighting: Sighting
    is_bot: bool


@transaction.atomic(savepoint=False)
def people_observe(
    facts: Iterable[PersonFact],
    *,
    bot_logins: Collection[str],
    now: int,
    acting: Actor,
    refs: Mapping[int, str] | None = None,
) -> PeopleSeen:
    """Learn logins and kinds of accounts; who is new becomes a ghost with a random reference.

    `refs` gives by GitHub id the references that were reserved for people to come.
    """
    seen = gather(facts)
    if not seen:
        return PeopleSeen({}, frozenset(), frozenset(), frozenset())
    bots = frozenset(login.casefold() for login in bot_logins)
    known = _read(seen)
    unknown = seen.keys() - known.keys()
    withheld = erased_ids(unknown)
    unknown -= withheld

    writes, relogged, rebotted = [], set(), set()
    history: dict[int, dict[str, tuple[int, str]]] = {}
    for github_id in sorted(seen.keys() - withheld):
        sighting, row = seen[github_id], known.get(github_id)
        if row is None:
            writes.append(_values(github_id, sighting, bots, refs))
            continue
        before = row.sighting
        sighting.learn(before)
        history[row.pk] = sighting.history() if sighting.others else {}
        is_bot = is_robot(sighting.kind, sighting.login, bots)
        if sighting.login != before.login:
            relogged.add(row.pk)
        if is_bot != row.is_bot:
            rebotted.add(row.pk)
        if is_bot != row.is_bot or _differs(sighting, before):
            writes.append(_values(github_id, sighting, bots))
    sql.upsert(Contributor, _FIELDS, writes, key=["github_id"], merge=_merge())
    ids = {github_id: row.pk for github_id, row in known.items()}
    if unknown:
        for github_id, row in _read(unknown).items():
            ids[github_id] = row.pk
            sighting = seen[github_id]
            # Another transaction may have made the row between our two reads, under other logins.
            sighting.learn(row.sighting)
            history[row.pk] = sighting.history()
    _remember(history)
    return PeopleSeen(ids, withheld, frozenset(relogged), frozenset(rebotted))


@transaction.atomic
def bots_refresh(bot_logins: Collection[str], *, now: int, acting: Actor) -> frozenset[int]:
    """Decide anew who is a robot, after the list changed; return the primary keys that changed."""
    bots = frozenset(login.casefold() for login in bot_logins)
    changed = {
        pk: is_bot
        for pk, kind, login, was_bot in Contributor.objects.filter(erased_at=None).values_list(
            "id", "kind", "login", "is_bot"
        )
        if (is_bot := is_robot(kind, login, bots)) != was_bot
    }
    sql.update(Contributor, ["is_bot"], [(is_bot, pk) for pk, is_bot in sorted(changed.items())])
    return frozenset(changed)


def _read(github_ids: Iterable[int]) -> dict[int, _Row]:
    condition, parameters = sql.in_ids("github_id", github_ids)
    return {
        github_id: _Row(pk, Sighting(seen_at, login, kind, first_at), bool(is_bot))
        for github_id, pk, login, seen_at, kind, is_bot, first_at in sql.fetch(
            _READ + condition, parameters
        )
    }


def _values(
    github_id: int,
    sighting: Sighting,
    bots: frozenset[str],
    refs: Mapping[int, str] | None = None,
) -> tuple[object, ...]:
    return (
        (refs or {}).get(github_id) or secrets.token_hex(16),
        github_id,
        sighting.login,
        sighting.login.casefold(),
        sighting.at,
        sighting.kind,
        is_robot(sighting.kind, sighting.login, bots),
        sighting.first_at,
    )


def _differs(a: Sighting, b: Sighting) -> bool:
    return (a.at, a.login, a.kind, a.first_at) != (b.at, b.login, b.kind, b.first_at)


def _remember(history: dict[int, dict[str, tuple[int, str]]]) -> None:
    rows = [
        (pk, key, login, at)
        for pk in sorted(history)
        for key, (at, login) in sorted(history[pk].items())
    ]
    newer = _is_newer("people_alias", "last_seen_at")
    sql.upsert(
        Alias,
        ("contributor", "login_key", "login", "last_seen_at"),
        rows,
        key=["contributor", "login_key"],
        merge={
            field: f"CASE WHEN {newer} THEN excluded.{field} ELSE people_alias.{field} END"
            for field in ("login", "last_seen_at")
        },
    )


def _is_newer(table: str, at: str) -> str:
    """Return the condition that the new row's login was seen later, or is greater by bytes."""
    byte_order = ' COLLATE "C"' if sql.is_postgres() else ""
    return (
        f"(excluded.{at} > {table}.{at} OR (excluded.{at} = {table}.{at}"
        f" AND excluded.login{byte_order} > {table}.login{byte_order}))"
    )


def _merge() -> dict[str, str]:
    """Return how a row and a sighting become one, whoever came first."""
    old = "people_contributor"
    newer = _is_newer(old, "login_seen_at")
    login = {
        field: f"CASE WHEN {newer} THEN excluded.{field} ELSE {old}.{field} END"
        for field in ("login", "login_key", "login_seen_at")
    }
    return login | {
        "ref": f"{old}.ref",
        "kind": f"CASE WHEN excluded.kind = '' OR {old}.kind = 'Bot' THEN {old}.kind"
        " ELSE excluded.kind END",
        "is_bot": f"{old}.kind = 'Bot' OR CASE WHEN {newer} OR excluded.kind = 'Bot'"
        f" OR excluded.login_key = {old}.login_key THEN excluded.is_bot ELSE {old}.is_bot END",
        "first_seen_at": f"CASE WHEN excluded.first_seen_at < {old}.first_seen_at"
        f" THEN excluded.first_seen_at ELSE {old}.first_seen_at END",
    }
