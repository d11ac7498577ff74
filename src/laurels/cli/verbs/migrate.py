"""`laurels migrate`: the tables of this version."""

from __future__ import annotations

from laurels.cli import house
from laurels.cli.app import single
from laurels.cli.options import Json
from laurels.cli.output import emit, say
from laurels.cli.words import count

app = single()


@app.command()
def migrate(as_json: Json = False) -> None:
    """Bring the database up to this version. Running it again changes nothing."""
    house.start(direct=True)
    from laurels.cli import schema

    applied = schema.migrate()
    if as_json:
        emit({"applied": applied})
    elif applied:
        say(f"The database is up to date: {count(applied, 'migration')} applied.")
    else:
        say("The database was up to date.")
