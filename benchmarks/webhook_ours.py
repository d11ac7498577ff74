"""Ours in several processes, as `laurels web` runs it, without the Redis that nothing here uses.

`python -m benchmarks.webhook_ours PORT PROCESSES`; each process says that it can answer.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from benchmarks.careful.gunicorn_ready import FOLDER


def main(port: str, processes: str) -> None:
    """Serve until told to end."""
    from laurels.cli.processes import serve_processes
    from laurels.cli.server import listen

    sockets = listen("127.0.0.1", int(port))
    serve_processes("benchmarks.webhook_ours:application", sockets, int(processes), lambda: None)


if __name__ == "__main__":
    main(*sys.argv[1:])
elif __name__ == "benchmarks.webhook_ours":
    from laurels.config.asgi import application as application

    Path(os.environ[FOLDER], str(os.getpid())).touch()
