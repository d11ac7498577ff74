"""`laurels ledger`: is it whole, what stands in it, one person's statement."""

from __future__ import annotations

import csv
import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from laurels.cli import house
from laurels.cli.app import group
from laurels.cli.cells import guarded
from laurels.cli.faults import DONE, FAILED, LOSSES, Refusal
from laurels.cli.options import Json
from laurels.cli.output import emit, listing, note, say
from laurels.cli.words import count, machine

app = group("Verify, digest and export the ledger of points.")


class Format(StrEnum):
    """How a statement is written."""

    json = "json"
    csv = "csv"


Kept = Annotated[
    list[Path] | None,
    typer.Option(
        "--checkpoint",
        metavar="FILE",
        help="Hold the ledger against checkpoints kept outside, a line each; several times.",
    ),
]
Trusted = Annotated[
    list[str] | None,
    typer.Option(
        "--key",
        metavar="KEY",
        help="Public key that checkpoints may be signed with, beside those here; several times.",
    ),
]


@app.command()
def verify(checkpoint: Kept = None, key: Trusted = None, as_json: Json = False) -> int:
    """Recompute the whole chain and every balance; name the first bad entry. Exit code 1 then.

    A ledger that was cut off, or written anew from its first entry, is whole in itself: only a
    checkpoint kept outside tells. `laurels ledger checkpoint` makes them.
    """
    house.enter()
    from laurels.apps.scoring.selectors import ledger_verify
    from laurels.cli.checkpoints import read_checkpoints

    kept = read_checkpoints(checkpoint or [], key or [])
    verdict = ledger_verify(kept)
    sequence, fault = verdict.first_bad or (None, "")
    if as_json:
        emit(
            {
                "entries": verdict.entries,
                "ok": verdict.ok,
                "first_bad": sequence,
                "head": verdict.head.hash,
                "fault": fault or None,
                "checkpoints": len(kept),
            }
        )
    elif verdict.ok:
        say(f"The ledger is whole: {count(verdict.entries, 'entry', 'entries')}.")
        say(f"Its head is {verdict.head.hash}")
        if kept:
            newest = max(kept, key=lambda one: one.sequence)
            say(f"It agrees with {count(len(kept), 'checkpoint')}, up to entry {newest.sequence}"
                f" of {newest.at}.")  # fmt: skip
        else:
            note("Not held against a checkpoint kept outside: see --checkpoint.")
    if not verdict.ok:
        note(f"The ledger is NOT whole: entry {sequence} is the first bad one ({fault}).")
    return DONE if verdict.ok else FAILED


@app.command()
def checkpoint(
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Add the line to this file as well."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Sign where the ledger ends, print the line, and send it to the places that settings name.

    Keep the line where nobody who may change the database can. Exit code 3 where a place did not
    take it: it is told again every hour.
    """
    here = house.enter()
    from django.conf import settings

    from laurels.adapters.checkpoint_places import FilePlace, PlaceFailed
    from laurels.apps.scoring.services import checkpoint_make, checkpoints_push

    made = checkpoint_make(settings.LAURELS_CHECKPOINT_KEYS, now=here.now, acting=here.acting)
    if output is not None:
        try:
            FilePlace(output).keep(made.line, "")
        except PlaceFailed as fault:
            raise Refusal(f"Cannot write {fault}.") from None
    pushed = checkpoints_push(settings.LAURELS_CHECKPOINT_PLACES, now=here.now)
    if as_json:
        told = [{"place": one.place, "told": one.told, "fault": one.fault or None}
                for one in pushed]  # fmt: skip
        emit({"checkpoint": json.loads(made.line), "places": told})
    else:
        say(made.line)
        for one in pushed:
            if not one.fault:
                note(f"{one.place}: took {count(one.told, 'checkpoint')}.")
    for one in pushed:
        if one.fault:
            note(f"{one.place} did not take it ({one.fault}); it is told again every hour.")
    if not pushed and output is None:
        note("No place outside is set: keep this line yourself, or set LAURELS_CHECKPOINT_FILE,"
             " LAURELS_CHECKPOINT_URL or LAURELS_CHECKPOINT_MAIL.")  # fmt: skip
    return LOSSES if any(one.fault for one in pushed) else DONE


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
