"""Whose metrics may be served, and to whom; each look is one statement for one or a hundred.

Guarantee: who is erased or banned is nobody here, however they are asked for. Who signed in has
metrics that everybody may read. Who never did, or closed their account, has them for the teams of
projects they contributed to and for the program's people alone, and such a look is audited.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from laurels.apps import sql
from laurels.apps.metrics.models import MetricRun
from laurels.apps.people.models import Ban, Contributor
from laurels.domain.policies import Asker, Resource, decide


@dataclass(frozen=True, slots=True)
class Tracked:
    """Somebody who may have metrics: `run_id` is their latest, None where none was computed.

    `is_open`: they signed in, and did not close their account since.
    """

    id: int
    ref: str
    login: str
    is_open: bool
    run_id: int | None


def tracked_by_ref(refs: Iterable[str], *, now: int) -> dict[str, Tracked]:
    """Return the people of these references, keyed by them; unknown ones are absent."""
    found = _told(Contributor.objects.filter(ref__in=set(refs)), now)
    return {one.ref: one for one in found.values() if one is not None}


def tracked_by_id(contributor_ids: Collection[int], *, now: int) -> dict[int, Tracked]:
    """Return the people of these rows, keyed by them; unknown ones are absent."""
    found = _told(Contributor.objects.filter(pk__in=set(contributor_ids)), now)
    return {pk: one for pk, one in found.items() if one is not None}


def tracked_by_login(logins: Iterable[str], *, now: int) -> dict[str, Tracked]:
    """Return the people behind logins in any case, keyed as asked; unknown ones are absent.

    A login is its present holder's, else who had it last (one statement more where one is old).
    """
    keys = {login: login.casefold() for login in logins if login}
    held = Contributor.objects.filter(login_key__in=set(keys.values()))
    found = _told(held.annotate(key=F("login_key")).order_by("login_seen_at", "id"), now, "key")
    if missing := set(keys.values()) - found.keys():
        past = Contributor.objects.filter(aliases__login_key__in=missing)
        past = past.annotate(key=F("aliases__login_key"))
        found |= _told(past.order_by("aliases__last_seen_at", "aliases__id"), now, "key")
    present = ((login, found.get(key)) for login, key in keys.items())
    return {login: one for login, one in present if one is not None}


def tracked_with_metrics(*, now: int, after: int = 0, limit: int) -> list[Tracked]:
    """Return people whose metrics were computed, by row, those after `after` (one statement)."""
    runs = MetricRun.objects.filter(contributor=OuterRef("pk"))
    people = Contributor.objects.filter(Exists(runs), pk__gt=after).order_by("pk")
    found = _told(people.filter(_standing(now))[:limit], now)
    return [one for one in found.values() if one is not None]


def readable(people: Collection[Tracked], asker: Asker) -> frozenset[int]:
    """Return the rows of those whose metrics the asker may read (at most one statement)."""
    allowed = {one.id for one in people if one.is_open and _may(asker, "metrics:read", one.id)}
    allowed |= {one.id for one in people if one.id == asker.contributor}
    hidden = [one.id for one in people if one.id not in allowed]
    places = _contributed(hidden, asker.projects) if hidden and asker.projects else {}
    for pk in hidden:
        if any(
            _may(asker, "metrics:look_up", pk, project) for project in (None, *places.get(pk, ()))
        ):
            allowed.add(pk)
    return frozenset(allowed)


def _may(asker: Asker, action: str, person: int, project: int | None = None) -> bool:
    return bool(decide(asker, action, Resource(project=project, person=person)))


def _contributed(people: Sequence[int], projects: Collection[int]) -> dict[int, list[int]]:
    who, people_ids = sql.in_ids("contributor_id", people)
    where, project_ids = sql.in_ids("project_id", projects)
    found: dict[int, list[int]] = {}
    for pk, project in sql.fetch(
        "SELECT DISTINCT contributor_id, project_id FROM contributions_contribution"
        f" WHERE {who} AND {where} AND NOT is_withdrawn",
        [*people_ids, *project_ids],
    ):
        found.setdefault(pk, []).append(project)
    return found


def _standing(now: int) -> Q:
    bans = Ban.objects.filter(contributor=OuterRef("pk"), starts_at__lte=now)
    return Q(~Exists(bans.filter(Q(ends_at=None) | Q(ends_at__gt=now))), erased_at=None)


def _told(people: QuerySet[Contributor], now: int, key: str = "pk") -> dict[Any, Tracked | None]:
    """Return people by a column, the last of several; None for who is erased or banned."""
    latest = MetricRun.objects.filter(contributor=OuterRef("pk")).order_by("-id")
    rows = people.annotate(
        run=Subquery(latest.values("id")[:1]),
        stands=ExpressionWrapper(_standing(now), output_field=BooleanField()),
    ).values_list(key, "pk", "ref", "login", "claimed_at", "closed_at", "run", "stands")
    return {
        one: Tracked(pk, ref, login, claimed is not None and closed is None, run)
        if stands
        else None
        for one, pk, ref, login, claimed, closed, run, stands in rows
    }
