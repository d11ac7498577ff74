"""Metrics as the pages read them: whose may be shown to who asks, and what is told of them.

Guarantee: metrics of who never signed in are shown only to whom the policies let look them up, and
the look is on record before anything is shown. To everybody else they are not there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest

from laurels.apps.metrics.selectors import (
    Tracked,
    metrics_served_many,
    readable,
    tracked_by_id,
    tracked_by_login,
)
from laurels.apps.metrics.services import looks_note
from laurels.domain.percentiles import Mode
from laurels.domain.policies import NOTHING, Resource, decide
from laurels.web.access import acting, asker
from laurels.web.pages import now

COMPARE = "metrics:compare"


@dataclass(frozen=True, slots=True)
class Looked:
    """Who was found among the logins asked for; `hidden` may not be looked at by who asks."""

    people: list[Tracked]
    unknown: list[str]
    hidden: list[str]
    beyond: int = 0


def payloads_of(people: Collection[Tracked], mode: Mode = Mode.FAIR) -> dict[int, dict[str, Any]]:
    """Return what is told of people's metrics by row; who has none is absent."""
    return {pk: one.payload for pk, one in metrics_served_many(people, mode).items()}


def open_person(contributor_id: int) -> Tracked | None:
    """Return a person whose metrics everybody may read; None for the others."""
    found = tracked_by_id([contributor_id], now=now()).get(contributor_id)
    return found if found is not None and found.is_open else None


def measured_person(request: HttpRequest, contributor_id: int) -> Tracked:
    """Return a person whose metrics the asker may read, else 404; a look-up is on record then."""
    found = tracked_by_id([contributor_id], now=now()).get(contributor_id)
    if found is None or not _shown(request, [found]):
        raise Http404("Of people who have not signed in here there is no page of metrics.")
    return found


def may_compare(request: HttpRequest) -> bool:
    """Tell whether the asker may compare people: a role in any one project is enough."""
    who = asker(request)
    places = (NOTHING, *(Resource(project) for project in who.projects))
    return any(decide(who, COMPARE, place) for place in places)


def look_up(request: HttpRequest, logins: Sequence[str], *, most: int) -> Looked:
    """Find the people of logins whom the asker may look at."""
    found = tracked_by_login(logins, now=now())
    people = list({one.id: one for login in logins if (one := found.get(login))}.values())
    may = readable(people, asker(request))
    shown = [one for one in people if one.id in may]
    return Looked(
        people=_noted(request, shown[:most]),
        unknown=[login for login in logins if login not in found],
        hidden=[one.login for one in people if one.id not in may],
        beyond=max(0, len(shown) - most),
    )


def _shown(request: HttpRequest, people: list[Tracked]) -> list[Tracked]:
    may = readable(people, asker(request))
    return _noted(request, [one for one in people if one.id in may])


def _noted(request: HttpRequest, people: list[Tracked]) -> list[Tracked]:
    me = asker(request).contributor
    if looked := [one for one in people if not one.is_open and one.id != me]:
        looks_note(looked, now=now(), acting=acting(request))
    return people
