"""`laurels doctor`: what is wrong with this installation, and what helps."""

from __future__ import annotations

from dataclasses import asdict

from laurels.cli import house
from laurels.cli.app import single
from laurels.cli.doctor.findings import FAILED, OK, SKIPPED, WARNING, Check, Finding, Row, row
from laurels.cli.faults import DONE
from laurels.cli.faults import FAILED as EXIT_FAILED
from laurels.cli.options import Json
from laurels.cli.output import emit, say
from laurels.cli.words import count

app = single()

_SIGNS = {OK: "ok", WARNING: "look", FAILED: "FAILED", SKIPPED: "–"}
_ENVIRONMENT = Check("D01", "environment", lambda here: (), needs_tables=False)


@app.command()
def doctor(as_json: Json = False) -> int:
    """Look at settings, database, chains and jobs. Exit code 1 where something has failed."""
    rows = _rows()
    failed = sum(one.state == FAILED for one in rows)
    if as_json:
        emit({"ok": not failed, "failed": failed, "checks": [asdict(one) for one in rows]})
        return EXIT_FAILED if failed else DONE
    for one in rows:
        say(f"{one.id}  {_SIGNS[one.state]:6}  {one.name}: {one.detail}")
        if one.hint:
            say(f"             {one.hint}")
    warnings = sum(one.state == WARNING for one in rows)
    if failed:
        say(f"\n{count(failed, 'check')} failed.")
    elif warnings:
        say(f"\nNothing has failed; {count(warnings, 'thing')} to look at.")
    else:
        say("\nAll is well.")
    return EXIT_FAILED if failed else DONE


def _rows() -> list[Row]:
    try:
        here = house.start()
    except Exception as error:
        # The settings' own error lists each wrong variable; without them nothing else can be told.
        faults = getattr(error, "faults", None)
        if faults is None:
            raise
        hint = "See docs/operate/settings.md."
        return [
            row(_ENVIRONMENT, Finding(FAILED, f"{name}: {reason}", hint)) for name, reason in faults
        ]
    from laurels.cli.doctor.examination import examined

    return [row(_ENVIRONMENT, Finding(OK, "every variable can be read")), *examined(here)]
