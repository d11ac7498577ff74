"""`laurels season`: dated editions of the program."""

from __future__ import annotations

from typing import Annotated

import typer

from laurels.cli import house
from laurels.cli.app import group
from laurels.cli.options import Json, required_moment
from laurels.cli.output import emit, listing, say, table
from laurels.cli.words import day, machine

app = group("List and add seasons, the dated editions of the program.")


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List all seasons; `all` has no bounds and is always there."""
    house.enter()
    from laurels.apps.scoring.selectors import seasons

    found = seasons()
    if as_json:
        emit(listing([_row(one) for one in found]))
        return
    heads = ("season", "label", "from", "until (not included)")
    table(heads, [(o.key, o.label, day(o.starts_at), day(o.ends_at)) for o in found])


@app.command()
def add(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Lower case, such as 2026-spring.")],
    starts: Annotated[str, typer.Option("--from", metavar="DAY", help="First day, UTC.")],
    ends: Annotated[str, typer.Option("--until", metavar="DAY", help="First day after it, UTC.")],
    label: Annotated[str, typer.Option(metavar="TEXT", help="Name on pages; by default KEY.")] = "",
    as_json: Json = False,
) -> None:
    """Add a season, and settle everybody who has work inside it."""
    starts_at, ends_at = required_moment(starts, "--from"), required_moment(ends, "--until")
    here = house.enter()
    from laurels.apps.scoring.services import season_add
    from laurels.cli.settling import settle_what_is_dirty

    season = season_add(
        key, label=label, starts_at=starts_at, ends_at=ends_at, now=here.now, acting=here.acting
    )
    settled = settle_what_is_dirty(here, f"season:{season.pk}")
    if as_json:
        emit(_row(season) | {"people_settled": settled.people})
        return
    say(f"Season {season.key!r} is from {day(starts_at)} until the end of {day(ends_at - 1)}.")


def _row(season) -> dict[str, str | None]:  # type: ignore[no-untyped-def] # Django comes later
    return {
        "key": season.key,
        "label": season.label,
        "from": machine(season.starts_at),
        "until": machine(season.ends_at),
    }
