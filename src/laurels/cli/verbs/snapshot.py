"""`laurels snapshot`: what the boards look like on a day."""

from __future__ import annotations

from laurels.cli import house
from laurels.cli.app import group
from laurels.cli.options import Json
from laurels.cli.output import emit, say
from laurels.cli.words import count, day, machine
from laurels.kit.times import day_of

app = group("Keep what the boards look like today; `serve` does it every day.")


@app.command()
def take(as_json: Json = False) -> None:
    """Write what changed on every board since its last snapshot."""
    here = house.enter()
    from laurels.apps.standings.services import snapshot_take

    now = here.now
    rows = snapshot_take(day_of(now))
    if as_json:
        emit({"on": (machine(now) or "")[:10], "rows": rows})
    else:
        say(f"Snapshot of {day(now)}: {count(rows, 'row')} written.")
