"""`laurels baseline build`: a population counted from archive files.

Nothing is written before everything is counted; Ctrl-C and SIGTERM leave nothing behind.
"""

from __future__ import annotations

import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from laurels.cli import house
from laurels.cli.building import BuildTold, ProgramTold, lines_of, losses_of, peak_mb, tell_progress
from laurels.cli.faults import DONE, LOSSES, Refusal
from laurels.cli.options import Json, required_moment
from laurels.cli.output import emit, note, say
from laurels.cli.progress import shown
from laurels.cli.signals import stoppable
from laurels.domain.percentiles import BaselineRefused, id_faults
from laurels.kit.times import DAY_SECONDS

if TYPE_CHECKING:
    from laurels.adapters.gharchive.archive import Build


class Engine(StrEnum):
    """What counts."""

    duckdb = "duckdb"
    pyspark = "pyspark"


class Dialect(StrEnum):
    """Whose SQL."""

    bigquery = "bigquery"
    duckdb = "duckdb"
    pyspark = "pyspark"


def build(
    start: Annotated[str, typer.Option(metavar="DAY", help="The window's first day, UTC.")],
    end: Annotated[str, typer.Option(metavar="DAY", help="Its last day, which belongs to it.")],
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILES", help="GH Archive files, folders or patterns.", show_default=False
        ),
    ] = None,
    baseline_id: Annotated[
        str, typer.Option("--id", metavar="ID", help="What it is called, such as 2025-q3.")
    ] = "",
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE.csv", help="By default ID.csv in this folder."
        ),
    ] = None,
    load: Annotated[bool, typer.Option("--load", help="Load it here as well.")] = False,
    facts: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Keep what was read here: a later build with it reads only new files.",
        ),
    ] = None,
    engine: Annotated[Engine, typer.Option(help="What counts.")] = Engine.duckdb,
    scratch: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where temporary files go; by default the system's."),
    ] = None,
    memory_mb: Annotated[
        int,
        typer.Option("--memory", metavar="MB", min=64, help="What the engine may use of memory."),
    ] = 1_024,
    of_program: Annotated[
        bool, typer.Option("--of-program", help="Count this program's own people, and load them.")
    ] = False,
    explain: Annotated[
        Dialect | None,
        typer.Option(help="Print the SQL that counts such a window instead, and read nothing."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Count a population from GH Archive files into a CSV, as `load` takes it.

    Beside the CSV lies a report (the same name in .json) of what was read, and of what was not.
    Files that cannot be read refuse all (exit code 2). Broken lines and files that end too early
    are told afterwards (exit code 3).
    """
    first, last = required_moment(start, "--start"), required_moment(end, "--end")
    if explain is not None:
        return _explain(explain.value, first, last, as_json)
    _check_id(baseline_id)
    if of_program:
        return _of_program(baseline_id, first, last, bool(files or facts or output), as_json)
    target = _target(baseline_id, output)
    for place, name in ((target.parent, "-o"), (scratch, "--scratch")):
        if place is not None and not place.is_dir():
            raise typer.BadParameter(f"{place} is no folder", param_hint=name)
    if not files and facts is None:
        raise typer.BadParameter("no files given, and no folder of --facts", param_hint="FILES")
    archive = _archive()
    here = house.enter() if load else None
    begun = time.monotonic()
    with stoppable() as stop:
        try:
            with shown() as progress:
                built = archive.build(
                    files or [],
                    baseline_id=baseline_id,
                    start=first,
                    end=last,
                    engine=engine.value,
                    facts=facts,
                    scratch=scratch,
                    memory_mb=memory_mb,
                    progress=tell_progress(progress),
                )
            stop.is_late = True
            report_path = _save(built, target)
        except BaseException:
            if not stop.number:
                raise
            note("Ended before everything was counted; nothing was written.")
            return stop.exit_code
    if here is not None:
        _load(here, built)
    told = BuildTold(
        built.report,
        str(target),
        str(report_path),
        is_loaded=here is not None,
        seconds=round(time.monotonic() - begun),
        peak_mb=peak_mb(),
        days=(last - first) // DAY_SECONDS + 1,
    )
    if as_json:
        emit(told.as_json())
    else:
        for line in lines_of(told):
            say(line)
    for line in losses_of(told):
        note(line)
    return LOSSES if told.has_losses else DONE


def _archive() -> Any:
    """Import what counts; it is an extra, and takes a second."""
    try:
        from laurels.adapters.gharchive import archive
    except ModuleNotFoundError as missing:
        if (missing.name or "").startswith("laurels"):
            raise
        raise Refusal(
            f"Building needs the extra `archive` ({missing.name} is not installed): "
            'pip install "laurels[archive]"'
        ) from None
    return archive


def _explain(dialect: str, first: int, last: int, as_json: bool) -> int:
    sql = _archive().explain(dialect, start=first, end=last)
    if as_json:
        emit({"dialect": dialect, "sql": sql})
    else:
        say(sql)
    return DONE


def _check_id(baseline_id: str) -> None:
    if not baseline_id:
        raise typer.BadParameter("every population has one, such as 2025-q3", param_hint="--id")
    if faults := id_faults(baseline_id):
        raise BaselineRefused(faults)


def _target(baseline_id: str, output: Path | None) -> Path:
    if output is not None and output.suffix != ".csv":
        raise typer.BadParameter(f"{output} does not end in .csv", param_hint="-o")
    return output or Path(f"{baseline_id}.csv")


def _of_program(baseline_id: str, first: int, last: int, has_files: bool, as_json: bool) -> int:
    if has_files:
        raise typer.BadParameter("needs no files and writes none", param_hint="--of-program")
    here = house.enter()
    from laurels.apps.metrics.selectors import baseline_heads, program_baseline
    from laurels.apps.metrics.services import baseline_load

    made = program_baseline(baseline_id, first, last)
    baseline_load(made, now=here.now, acting=here.acting, required=made.thresholds)
    current = next((head.id for head in baseline_heads() if head.is_current), None)
    told = ProgramTold(made, current)
    if as_json:
        emit(told.as_json())
    else:
        for line in told.lines():
            say(line)
    return DONE


def _save(built: Build, target: Path) -> Path:
    try:
        return built.put(target)
    except OSError as error:
        raise Refusal(f"{target} cannot be written: {error.strerror}.") from None


def _load(here: house.House, built: Build) -> None:
    from django.db import connection

    from laurels.apps.metrics.services import baseline_load

    if not connection.in_atomic_block:
        connection.close()  # counting may have taken longer than a server keeps one open
    baseline_load(built.baseline, now=here.now, acting=here.acting)
