"""One Redis server a run in distributed mode; xdist's workers share it, each with its own numbers.

`LAURELS_TEST_MODE=distributed` beside `LAURELS_TEST_ENGINE=postgres` runs tests with the settings
of the distributed mode: hints by Celery, limits and permits counted in Redis.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from itertools import count
from pathlib import Path

from laurels.adapters.throttle import Throttle

_VARIABLE = "LAURELS_TEST_REDIS_URL"
_NUMBERS = 1_000
_next = count(1)


def is_wanted() -> bool:
    """Tell whether this run is of the distributed mode."""
    is_postgres = os.environ.get("LAURELS_TEST_ENGINE") == "postgres"
    return is_postgres and os.environ.get("LAURELS_TEST_MODE") == "distributed"


def server() -> str:
    """Return the address of the run's server, started by the first process that asks."""
    if _VARIABLE not in os.environ:
        os.environ[_VARIABLE] = _start()
    return os.environ[_VARIABLE]


def url() -> str:
    """Return the address of a database of Redis that nobody else was given."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return f"{server()}/{worker * _NUMBERS + next(_next) % _NUMBERS}"


def throttle() -> Throttle:
    """Return a count of requests that begins anew: in Redis where this run has one."""
    return Throttle(url()) if is_wanted() else Throttle()


def _start() -> str:
    from tests.fakes.redis_server import RedisServer  # only this mode needs the binary

    folder = Path(tempfile.mkdtemp(prefix="laurels-redis-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    running = RedisServer(folder, databases=16 * _NUMBERS)
    running.start()
    atexit.register(running.kill)
    return running.url.rpartition("/")[0]
