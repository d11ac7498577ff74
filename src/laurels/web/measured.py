"""Metrics as the pages read them: whose may be shown to who asks, and what is told of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from laurels.apps.metrics.selectors import (
    Tracked,
    metrics_served_many,
    readable,
    tracked_by_id,
    tracked_by_login,
)
from laurels.domain.percentiles import Mode
from laurels.web.access import asker
from laurels.web.pages import now


@dataclass(frozen=True, slots=True)
class Looked:
    """Who was found among the logins asked for; `hidden` may not be looked at by who asks."""

    people: list[Tracked]
    unknown: list[str]
    hidden: list[str]
    beyond: int = 0


def payload_of(contributor_id: int, mode: Mode = Mode.FAIR) -> dict[str, Any] | None:
    """Return what is told of a person's metrics; None where none were computed."""
    found = tracked_by_id([contributor_id], now=now())
    return payloads_of(found.values(), mode).get(contributor_id)


def payloads_of(people: Collection[Tracked], mode: Mode = Mode.FAIR) -> dict[int, dict[str, Any]]:
    """Return what is told of people's metrics by row; who has none is absent."""
    return {pk: one.payload for pk, one in metrics_served_many(people, mode).items()}


def look_up(request: HttpRequest, logins: Sequence[str], *, most: int) -> Looked:
    """Find the people of logins whom the asker may look at; a look that is not open is recorded."""
    found = tracked_by_login(logins, now=now())
    people = list({one.id: one for login in logins if (one := found.get(login))}.values())
    may = readable(people, asker(request))
    shown = [one for one in people if one.id in may]
    return Looked(
        people=shown[:most],
        unknown=[login for login in logins if login not in found],
        hidden=[one.login for one in people if one.id not in may],
        beyond=max(0, len(shown) - most),
    )
