"""`laurels explain`: what each point of a contributor is for."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from laurels.cli import house
from laurels.cli.app import single
from laurels.cli.options import Json
from laurels.cli.output import emit, say
from laurels.cli.words import count, day, machine, number

app = single()


@app.command()
def explain(
    login: Annotated[str, typer.Argument(metavar="LOGIN", help="On GitHub; old ones work too.")],
    steps: Annotated[bool, typer.Option("--steps", help="Show every step of every item.")] = False,
    as_json: Json = False,
) -> None:
    """Say what each point of a contributor is for, the newest work first."""
    here = house.enter()
    from laurels.apps.people.selectors import access_contributor
    from laurels.apps.scoring.selectors import items_of, totals_of
    from laurels.cli.reads import tier_labels, tiers_in

    person = access_contributor(login)
    totals, items = totals_of([person.pk])[person.pk], items_of(person.pk)
    tier = tiers_in("all", [person.pk]).get(person.pk)
    if as_json:
        emit(
            {
                "login": person.login,
                "points": totals.points,
                "pending": totals.pending,
                "tier": tier,
                "items": [_row(item) for item in items],
            }
        )
        return
    label = tier_labels(here.now).get(tier, tier) if tier else "none yet"
    pending = f", {number(totals.pending)} pending" if totals.pending else ""
    say(f"{person.login}: {_points(totals.points)}{pending}; tier {label}.")
    if totals.adjustments:
        say(f"Adjustments by staff: {number(totals.adjustments)}.")
    if not items:
        say("Nothing of theirs is known yet.")
    for item in items:
        _tell(item, steps)


def _tell(item: Any, is_full: bool) -> None:
    from laurels.domain.phrases import step_rows

    say()
    title = f"  {item.title}" if item.title else ""
    say(f"{day(item.occurred_at)}  {item.subject}{title}")
    say(f"  {item.sentence}")
    if item.is_held:
        say("  Held for a person to look at; not posted.")
    elif item.settles_at is not None and item.points:
        say(f"  Pending: settles on {day(item.settles_at)}.")
    for row in step_rows(item.steps) if is_full else ():
        say(f"    {row.label}: {row.change or row.total}".rstrip())


def _points(points: int) -> str:
    return count(points, "point")


def _row(item: Any) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "subject": item.subject,
        "title": item.title,
        "occurred_at": machine(item.occurred_at),
        "points": item.points,
        "pending": item.pending,
        "sentence": item.sentence,
        "steps": list(item.steps),
        "settles_at": machine(item.settles_at),
    }
