"""`laurels ledger`: is it whole, what stands in it, one person's statement."""

from __future__ import annotations

import csv
import json
import sys
from enum import StrEnum
from typing import Annotated, Any

import typer

from laurels.cli import house
from laurels.cli.app import group
from laurels.cli.faults import DONE, FAILED
from laurels.cli.options import Json
from laurels.cli.output import emit, listing, note, say
from laurels.cli.words import count, machine
from laurels.kit.cells import guarded

app = group("Verify, digest and export the ledger of points.")


class Format(StrEnum):
    """How a statement is written."""

    json = "json"
    csv = "csv"


@app.command()
def verify(as_json: Json = False) -> int:
    """Recompute the whole chain and every balance; name the first bad entry. Exit code 1 then."""
    house.enter()
    from laurels.apps.scoring.selectors import ledger_verify

    verdict = ledger_verify()
    sequence, fault = verdict.first_bad or (None, "")
    if as_json:
        emit(
            {
                "entries": verdict.entries,
                "ok": verdict.ok,
                "first_bad": sequence,
                "head": verdict.head.hash,
                "fault": fault or None,
            }
        )
    elif verdict.ok:
        say(f"The ledger is whole: {count(verdict.entries, 'entry', 'entries')}.")
        say(f"Its head is {verdict.head.hash}")
    if not verdict.ok:
        note(f"The ledger is NOT whole: entry {sequence} is the first bad one ({fault}).")
    return DONE if verdict.ok else FAILED


@app.command()
def digest(as_json: Json = False) -> None:
    """Digest what stands: the same facts and rules give the same digest on any installation."""
    house.enter()
    from laurels.apps.scoring.selectors import ledger_digest

    found = ledger_digest()
    if as_json:
        emit({"active_items": found.active_items, "sha256": found.sha256})
        return
    say(f"{found.sha256}  ({count(found.active_items, 'active item')})")


@app.command()
def export(
    login: Annotated[str, typer.Argument(metavar="LOGIN")],
    form: Annotated[Format, typer.Option("--format", help="How it is written.")] = Format.json,
) -> None:
    """Write a contributor's statement: every entry with its sentence and a running balance."""
    house.enter()
    from laurels.apps.people.selectors import access_contributor
    from laurels.apps.scoring.selectors import ledger_statement

    person = access_contributor(login)
    rows = [_row(line) for line in ledger_statement(person.pk)]
    if form is Format.json:
        emit({"login": person.login, **listing(rows)})
        return
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows([guarded(row[name]) for name in _COLUMNS] for row in rows)


_COLUMNS = (
    "sequence",
    "posted_at",
    "occurred_at",
    "kind",
    "component",
    "contribution",
    "subject",
    "points",
    "balance",
    "reverses",
    "sentence",
    "hash",
)


def _row(line: Any) -> dict[str, Any]:
    values = {name: getattr(line, name, None) for name in _COLUMNS}
    return values | {
        "posted_at": machine(line.posted_at),
        "occurred_at": machine(line.occurred_at),
        "sentence": _sentence(line),
    }


def _sentence(line: Any) -> str:
    from laurels.domain.phrases import sentence

    if line.reverses is not None:
        return f"Takes back entry {line.reverses}."
    if not line.explanation:
        return "Adjustment by staff; the audit log has the reason."
    kind, steps = json.loads(line.explanation)
    return sentence(kind, steps)
