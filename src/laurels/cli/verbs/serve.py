"""`laurels serve`: the pages, and the work that comes due."""

from __future__ import annotations

import subprocess
import sys
from typing import Annotated

import typer

from laurels.cli import house
from laurels.cli.app import single
from laurels.cli.faults import DONE, FAILED
from laurels.cli.output import note

app = single()

Host = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="By default LAURELS_HOST.", show_default=False)
]
Port = Annotated[
    int | None,
    typer.Option(
        min=0, max=65535, metavar="NUMBER", help="By default LAURELS_PORT; 0 takes a free one."
    ),
]


@app.command()
def serve(host: Host = None, port: Port = None) -> int:
    """Serve the pages, settle what comes due, make certificates, keep daily snapshots.

    Migrates the database first where this version needs it. Ctrl-C or SIGTERM ends it, within 20
    seconds; exit code 1 tells that a request got no answer, and standard error which.
    """
    here = house.start(serving=True)
    from laurels.cli import schema

    if schema.is_new() or schema.pending():
        # In a process of its own: past a pooler, and its memory is not kept while serving.
        note("Preparing the database for this version.")
        command = [sys.executable, "-m", "laurels", "migrate"]
        if subprocess.run(command, stdout=sys.stderr, check=False).returncode:
            note("The database could not be migrated.")
            return FAILED
    from laurels.cli.serving import serve_until_told

    settings = here.settings
    port = settings.port if port is None else port
    return DONE if serve_until_told(here, host or settings.host, port) else FAILED
