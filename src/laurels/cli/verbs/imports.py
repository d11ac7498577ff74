"""`laurels import`: archive files of GitHub's events, and bodies of its REST API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from laurels.apps.projects.register import Register
from laurels.cli import house
from laurels.cli.app import group
from laurels.cli.errands import is_for_server, run_there
from laurels.cli.faults import DONE, FAILED, LOSSES
from laurels.cli.options import Json, Registers, moment_option
from laurels.cli.output import emit, note, say
from laurels.cli.progress import Progress, shown
from laurels.cli.words import count

if TYPE_CHECKING:
    from laurels.apps.intake.services import ImportReport

app = group("Read GitHub's activity from files. Reading a file again changes nothing.")

Files = Annotated[
    list[str],
    typer.Argument(metavar="FILES", help="Files, folders or patterns.", show_default=False),
]


class Kind(StrEnum):
    """What REST bodies are about."""

    pulls = "pulls"
    reviews = "reviews"
    issues = "issues"


@app.command()
def gharchive(
    files: Files,
    register: Registers = ["all"],  # noqa: B006 - typer copies it
    repo: Annotated[
        list[str], typer.Option(metavar="OWNER/NAME", help="Only these; several times.")
    ] = [],  # noqa: B006
    org: Annotated[
        list[str], typer.Option(metavar="NAME", help="Only these owners; several times.")
    ] = [],  # noqa: B006
    since: Annotated[
        str | None, typer.Option(metavar="DAY", help="Only events from this day on, UTC.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DAY", help="Only events before this day, UTC.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Import archive files of GitHub's events.

    They are those of https://www.gharchive.org, an hour or a day each, from 2015 on. All files
    are looked at before the first is read: one that cannot be read refuses all (exit code 2).
    Broken lines and files that end too early are told afterwards (exit code 3).
    """
    from laurels.adapters.gharchive import check

    registers, bounds = _register(register), _bounds(since, until)
    names = [_repository(name) for name in repo]
    check(files)  # refused before anything is made; `start` below leaves a data folder

    def run(here: house.House, progress: Progress) -> ImportReport:
        from laurels.apps.intake.services import Filters, import_gharchive

        filters = Filters(
            repositories=frozenset(names),
            owners=frozenset(name.casefold() for name in org),
            since=bounds[0],
            until=bounds[1],
        )
        return import_gharchive(
            files,
            register=registers,
            clock=here.clock,
            acting=here.acting,
            bot_logins=here.settings.bot_logins,
            filters=filters,
            progress=progress,
        )

    asked = {
        "door": "gharchive",
        "files": _absolute(files),
        "register": register,
        "repositories": names,
        "owners": [name.casefold() for name in org],
        "since": bounds[0],
        "until": bounds[1],
    }
    return _import(run, asked, as_json)


@app.command()
def rest(
    files: Files,
    kind: Annotated[Kind, typer.Option(help="What the bodies are about.")],
    register: Registers = ["all"],  # noqa: B006
    as_json: Json = False,
) -> int:
    """Import bodies of GitHub's REST API.

    JSON, JSON lines, or CSV with a column `data`. Reviews and issues name their repository only
    in words: import its pull requests first.
    """
    from laurels.adapters.github.bodies import BodyKind, check_bodies

    registers, body_kind = _register(register), BodyKind(kind.value)
    check_bodies(files, body_kind)

    def run(here: house.House, progress: Progress) -> ImportReport:
        from laurels.apps.intake.services import import_rest

        return import_rest(
            body_kind,
            files,
            register=registers,
            clock=here.clock,
            acting=here.acting,
            bot_logins=here.settings.bot_logins,
            progress=progress,
        )

    asked = {
        "door": "rest",
        "kind": kind.value,
        "files": _absolute(files),
        "register": register,
    }
    return _import(run, asked, as_json)


def _absolute(files: list[str]) -> list[str]:
    """Name files so that a process elsewhere finds them; patterns stay patterns."""
    return [str(Path(name).absolute()) for name in files]


def _import(
    run: Callable[[house.House, Progress], ImportReport], asked: dict[str, Any], as_json: bool
) -> int:
    """Import here, or ask a server that has the database for it, and tell of it."""
    here = house.start(direct=True)
    from laurels.cli.verbs.init import begin_unless_begun

    begin_unless_begun(here)
    with shown() as progress:
        if is_for_server(here):
            from laurels.apps.intake.services import ImportReport

            report = ImportReport(**run_there(here, "import.asked", asked, progress))
        else:
            report = run(here, progress)
    if as_json:
        emit(asdict(report))
    else:
        _tell(report)
    _tell_losses(report)
    if report.failed:
        return FAILED
    return LOSSES if report.has_losses else DONE


def _register(words: list[str]) -> Register:
    try:
        return Register.parse(words)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--register") from None


def _bounds(since: str | None, until: str | None) -> tuple[int | None, int | None]:
    first, after = moment_option(since, "--since"), moment_option(until, "--until")
    if first is not None and after is not None and first >= after:
        raise typer.BadParameter("lies not after --since", param_hint="--until")
    return first, after


def _repository(name: str) -> str:
    owner, slash, rest_of_it = name.partition("/")
    if not (owner and slash and rest_of_it) or "/" in rest_of_it:
        raise typer.BadParameter(f"{name!r} is not OWNER/NAME", param_hint="--repo")
    return name.casefold()


def _tell(report: ImportReport) -> None:
    seconds = count(report.seconds, "second") if report.seconds else "less than a second"
    say(f"Read {count(report.events_read, 'event')} in {seconds}.")
    say(
        f"They tell of {count(report.pull_requests, 'pull request')} ({report.merged:,} merged),"
        f" {count(report.issues, 'issue')}, {count(report.reviews, 'review')}"
        f" and {count(report.people, 'person', 'people')}."
    )
    if report.unattributed:
        subjects = count(report.unattributed, "pull request or issue", "pull requests and issues")
        say(f"Whose {subjects} are is not known yet; they earn nothing until it is.")
    posted = count(report.entries_posted, "entry", "entries")
    say(f"Posted {posted}." if report.entries_posted else "Nothing new to post.")
    if report.certificates_queued:
        certificates = count(report.certificates_queued, "certificate")
        say(f"Queued {certificates}; `laurels serve` or `jobs drain` makes them.")


def _tell_losses(report: ImportReport) -> None:
    for name, one, many in (
        ("broken_lines", "line could not be read", "lines could not be read"),
        ("truncated_files", "file ends too early", "files end too early"),
    ):
        losses: list[dict[str, Any]] = getattr(report, name)
        total = report.losses.get(name, 0)
        if total:
            note(f"{count(total, one, many)}:")
        for loss in losses:
            note(f"  {loss['file']}, line {loss['line']}: {loss['reason']}")
        if total > len(losses):
            note(f"  … and {total - len(losses):,} more")
    for failure in report.failed:
        who, why = (failure.get(key, "?") for key in ("login", "reason"))
        note(f"{who} could not be settled and keeps the last amount: {why}")
