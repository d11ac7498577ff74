"""`laurels demo`: a simulated season through the real pipeline, and its pages."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from laurels.cli import house
from laurels.cli.app import single
from laurels.cli.faults import Refusal
from laurels.cli.options import Json
from laurels.cli.output import emit, note, say
from laurels.cli.progress import Progress, shown
from laurels.cli.words import count

app = single()

_OWN = "LAURELS_DATA_DIR"
_ELSEWHERE = ("LAURELS_DATABASE_URL", "LAURELS_DATABASE_DIRECT_URL", "LAURELS_REDIS_URL")


@app.command()
def demo(
    data_dir: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="The demo's own; by default LAURELS_DATA_DIR, else ./demo-data.",
        ),
    ] = None,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Stop before serving.")] = False,
    host: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="By default LAURELS_HOST.")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            min=0, max=65535, metavar="NUMBER", help="By default LAURELS_PORT, else a free one."
        ),
    ] = None,
    live: Annotated[
        bool,
        typer.Option(
            "--live", help="Serve a stand-in GitHub too: sign in, connect, see webhooks come."
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Play a simulated season of GitHub activity through the real pipeline and serve its pages.

    Everything is invented, nothing is downloaded. The files of the season are kept in
    demo-season/ of the folder; a second call goes on from where the first one was. With --live
    there is no season but a town where things happen now; each call begins anew, by default in
    ./demo-live-data, on this machine alone.
    """
    if live:
        _live(data_dir, port, is_more=no_serve or as_json or host is not None)
        return
    folder = data_dir or Path(os.environ.get(_OWN) or "demo-data")
    os.environ[_OWN] = str(folder.absolute())
    for name in _ELSEWHERE:
        if os.environ.pop(name, ""):
            note(f"The demo has a database of its own; {name} is left alone.")
    here = house.start(serving=not no_serve)
    from laurels.cli.demo.season import season_files
    from laurels.cli.verbs.init import begin_unless_begun

    _refuse_what_is_real(here)
    begin_unless_begun(here)
    with shown() as progress:
        paths, _ = season_files(here.settings.data_dir, here.now, progress)
        _play(here, paths, progress, as_json)
    if not no_serve:
        _serve(here, host, port)


def _live(data_dir: Path | None, port: int | None, *, is_more: bool) -> None:
    from laurels.cli.demo import live

    if is_more:
        raise Refusal("Beside --live only --data-dir and --port are understood.")
    live.leave_elsewhere()
    live.play((data_dir or Path("demo-live-data")).absolute(), port, os.environ)


def _play(here: house.House, paths: list[Path], progress: Progress, as_json: bool) -> None:
    from laurels.apps.scoring.selectors import ledger_digest
    from laurels.cli.demo.play import play

    played = play(here, paths, progress)
    digest = ledger_digest()
    folder = paths[0].parent
    if as_json:
        emit({**asdict(played), "folder": str(folder), "digest": digest.sha256})
        return
    files = count(played.files, "file")
    say(f"A season of GitHub activity, all of it invented, is in {folder}: {files}.")
    say(
        f"Read {count(played.events_read, 'event')} of them,"
        f" posted {count(played.entries_posted, 'entry', 'entries')},"
        f" issued {count(played.certificates_issued, 'certificate')},"
        f" kept {count(played.snapshots, 'snapshot')}."
    )
    say(
        f"Computed metrics {count(played.metrics_computed, 'time')}, against a population that is"
        f" invented too; the pages of {count(played.signed_in, 'person', 'people')} show them."
    )
    say(f"Ledger digest {digest.sha256}")


def _refuse_what_is_real(here: house.House) -> None:
    """Raise where the folder holds a program that is no demo, or is being served."""
    from laurels.apps.scoring.rulebook import NoRuleset, rulebook
    from laurels.cli import lock, schema
    from laurels.cli.demo.season import is_demo

    folder = here.settings.data_dir
    if lock.is_held(folder):
        raise lock.AlreadyServed(f"This demo is being served already, from {folder}.")
    if is_demo(folder) or schema.is_new():
        return
    schema.require()
    try:
        rulebook()
    except NoRuleset:
        return
    raise Refusal(
        f"{folder} holds a program that is no demo; choose another folder with --data-dir."
    )


def _serve(here: house.House, host: str | None, port: int | None) -> None:
    from laurels.cli.serving import serve_until_told

    settings = here.settings
    address = host or settings.host
    if port is not None:
        serve_until_told(here, address, port)
        return
    try:
        serve_until_told(here, address, settings.port)
    except Refusal as refusal:
        note(f"{refusal} Taking a free port instead.")
        serve_until_told(here, address, 0)
