"""`laurels metrics export`: everybody's metrics as one table."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from laurels.cli import house
from laurels.cli.faults import Refusal
from laurels.cli.output import note
from laurels.cli.populations import As
from laurels.cli.words import count
from laurels.domain.percentiles import Mode
from laurels.kit.cells import guarded


class Form(StrEnum):
    """What is written."""

    CSV = "csv"
    PARQUET = "parquet"


def export(
    form: Annotated[Form, typer.Option("--format", help="How it is written.")] = Form.CSV,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Where to; CSV goes to standard output without."
        ),
    ] = None,
    mode: As = Mode.FAIR,
) -> None:
    """Write the latest metrics of everybody who has any, a row a person.

    Who is erased or banned is left out. The export is noted in the audit chain. Parquet needs the
    extra `archive`.
    """
    here = house.enter()
    from laurels.adapters.parquet import check_parquet
    from laurels.apps.audit.actors import operator
    from laurels.apps.metrics.services import export_note

    if form is Form.PARQUET:
        check_parquet()
        if output is None:
            raise Refusal("Parquet is no text for a terminal: say where to with --output FILE.")
    if output is not None and not output.absolute().parent.is_dir():
        raise Refusal(f"There is no folder {str(output.parent)!r} to write to.")
    export_note(form=form.value, mode=mode.value, now=here.now, acting=operator())
    if output is None:
        people = _csv(sys.stdout, mode, here.now)
        note(f"Wrote {count(people, 'person', 'people')}.")
        return
    with _whole(output) as part:
        people = _written(part, form, mode, here.now)
    note(f"Wrote {count(people, 'person', 'people')} to {output}.")


def _written(path: Path, form: Form, mode: Mode, now: int) -> int:
    if form is Form.CSV:
        with path.open("w", encoding="utf-8", newline="") as file:
            return _csv(file, mode, now)
    from laurels.adapters.parquet import write_parquet
    from laurels.apps.metrics.selectors import export_columns, export_rows

    return write_parquet(path, export_columns(), export_rows(mode, now=now))


def _csv(file: Any, mode: Mode, now: int) -> int:
    from laurels.apps.metrics.selectors import export_columns, export_rows

    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([name for name, _ in export_columns()])
    people = 0
    for rows in export_rows(mode, now=now):
        writer.writerows([guarded(_cell(cell)) for cell in row] for row in rows)
        people += len(rows)
    return people


def _cell(cell: Any) -> Any:
    return {True: "yes", False: "no"}[cell] if isinstance(cell, bool) else cell


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Give a file beside to write to, which takes the place of `path` once it is whole."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
