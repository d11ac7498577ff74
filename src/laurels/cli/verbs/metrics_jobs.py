"""`laurels metrics refresh` and `diagnose`: bring many up to date, and doubt a number."""

from __future__ import annotations

import sys
from itertools import islice
from typing import Annotated, Any

import typer

from laurels.cli import house
from laurels.cli.faults import DONE, FAILED, LOSSES, Refusal
from laurels.cli.options import Json, Yes
from laurels.cli.output import emit, note, say, table
from laurels.cli.words import count, moment

ASK_FROM = 100
"""From so many people on, the command asks whether that is meant."""


def refresh(
    everybody: Annotated[
        bool, typer.Option("--all", help="Everybody tracked, also whose metrics are of today.")
    ] = False,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, metavar="N", help="At most so many people.")
    ] = None,
    is_sure: Yes = False,
    as_json: Json = False,
) -> None:
    """Have people's work read and their metrics computed by jobs, the longest unread first.

    Without --all only whose metrics are missing, a day old, or older than their work. Whoever waits
    already is left out. From 100 people on it asks first.
    """
    here = house.enter()
    from laurels.apps.metrics.selectors.tracking import people_due, tracked_all
    from laurels.apps.metrics.services.person_jobs import people_enqueue
    from laurels.apps.metrics.triggers import Trigger

    found = tracked_all(here.now) if everybody else people_due(here.now)
    people = list(islice(found, limit))
    if len(people) >= ASK_FROM and not is_sure:
        _ask(len(people))
    enqueued = people_enqueue(people, Trigger.MANUAL, now=here.now, acting=here.acting)
    if as_json:
        emit({"selected": len(people), "enqueued": enqueued})
        return
    say(f"Queued {count(enqueued, 'job')} for {count(len(people), 'person', 'people')}.")
    if enqueued < len(people):
        say(f"{len(people) - enqueued} waited already.")


def diagnose(
    login: Annotated[str, typer.Argument(metavar="LOGIN", help="Of somebody known here.")],
    as_json: Json = False,
) -> int:
    """Compare the pull requests that count here with two searches of GitHub's own.

    One search finds those with comments, the other those with a review and no comment; only public
    ones of the window count. Exit code 3 where the numbers differ.
    """
    here = house.enter()
    from laurels.adapters.github.client import Postponed
    from laurels.apps.metrics.services.diagnosing import person_diagnose
    from laurels.apps.people.selectors import access_contributor

    try:
        found = person_diagnose(access_contributor(login), now=here.now, acting=here.acting)
    except Postponed as put_off:
        note(f"{put_off}. Try again after {moment(put_off.until)}.")
        return FAILED
    if as_json:
        emit(found.as_dict())
    else:
        _tell(found)
    return DONE if found.agrees else LOSSES


def _tell(found: Any) -> None:
    say(f"{found.login}, {moment(found.window.start)} to {moment(found.window.end)}")
    table(
        ("with", "here>", "at GitHub>", "search"),
        [(row.what, f"{row.here:,}", f"{row.github:,}", row.query) for row in found.rows],
    )
    if found.agrees:
        say("The numbers agree.")
        return
    note(found.coverage)
    note("What GitHub shows now may be newer than the last reading: `laurels sync user` reads on.")


def _ask(people: int) -> None:
    if not sys.stdin.isatty():
        raise Refusal(f"That is {people:,} people and nobody is there to ask; give --yes.")
    if not typer.confirm(f"Read the work of {people:,} people from GitHub?", err=True):
        raise Refusal("Nothing was queued.")
