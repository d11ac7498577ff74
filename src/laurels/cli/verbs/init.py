"""`laurels init`: the database, the first ruleset, the season without bounds."""

from __future__ import annotations

from typing import Annotated

import typer

from laurels.cli import house
from laurels.cli.app import single
from laurels.cli.options import Json
from laurels.cli.output import emit, note, say
from laurels.domain.rulesets import DEFAULT_PRESET, preset

app = single()


@app.command()
def init(
    ruleset: Annotated[
        str, typer.Option(metavar="PRESET", help="The rules to begin with.")
    ] = DEFAULT_PRESET,
    as_json: Json = False,
) -> None:
    """Begin a program: make the database and publish a preset as its first ruleset.

    Once only: rules are changed later by publishing others (`laurels ruleset`), from then on.
    """
    preset(ruleset)  # an unknown name is refused before anything is made
    here = house.start(direct=True)
    version = begin(here, ruleset)
    if as_json:
        emit(
            {
                "ruleset": version.name,
                "number": version.number,
                "content_hash": version.content_hash,
                "data_dir": str(here.settings.data_dir),
            }
        )
        return
    say(f"The program begins with the ruleset {version.name!r}.")
    if here.settings.is_embedded:
        say(f"Its data is in {here.settings.data_dir}")
    say("Next: `laurels import gharchive FILES…`, then `laurels serve`.")


def begin(here: house.House, ruleset: str):  # type: ignore[no-untyped-def] # Django comes later
    """Migrate and publish the first ruleset; raises AlreadyInitialised. Returns the version."""
    from laurels.apps.scoring.services import program_init
    from laurels.cli import schema

    schema.migrate()
    return program_init(ruleset, now=here.now, acting=here.acting)


def begin_unless_begun(here: house.House) -> None:
    """Begin with the default ruleset where no program is here yet, and say so."""
    from laurels.apps.scoring.rulebook import NoRuleset, rulebook
    from laurels.cli import schema

    is_new = schema.is_new()
    if not is_new:
        schema.require()
        try:
            rulebook()
            return
        except NoRuleset:
            pass
    version = begin(here, DEFAULT_PRESET)
    note(f"No program was here: began one with the ruleset {version.name!r} (laurels init).")
