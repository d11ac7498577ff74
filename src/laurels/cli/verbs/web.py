"""`laurels web`: processes that serve pages and take deliveries, in the distributed mode."""

from __future__ import annotations

from typing import Annotated

import typer

from laurels.cli.app import single
from laurels.cli.distributed import enter_distributed, told
from laurels.cli.verbs.serve import Host, Port

app = single()


@app.command()
def web(
    processes: Annotated[
        int, typer.Option(min=1, max=64, metavar="N", help="So many behind one address.")
    ] = 2,
    host: Host = None,
    port: Port = None,
) -> int:
    """Serve the pages and take deliveries until told to end; workers do the work.

    Needs LAURELS_DATABASE_URL and LAURELS_REDIS_URL. SIGTERM or Ctrl-C answers who waits and ends,
    within 20 seconds; exit code 1 tells that a request got no answer. SIGHUP replaces one process
    after the other. A process that dies is replaced.
    """
    here = enter_distributed()
    from django.conf import settings

    from laurels.cli.processes import serve_processes
    from laurels.cli.server import address_of, listen

    port = here.settings.port if port is None else port
    sockets = listen(host or here.settings.host, port)
    module, _, name = settings.ASGI_APPLICATION.rpartition(".")
    return serve_processes(
        f"{module}:{name}", sockets, processes, told(f"Laurels serves {address_of(sockets[0])}")
    )
