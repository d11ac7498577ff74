"""The distributed mode by hand: PostgreSQL, Redis, and each process of it started and killed."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.engines.hooks_sender import REPOSITORY, SECRET
from tests.engines.processes import Place, place
from tests.fakes.redis_server import RedisServer
from tests.plugins.installation import Installation

PATIENCE_SECONDS = 300
"""How long a test waits for what must come; none depends on how fast it comes."""


@dataclass
class Cluster:
    """An installation in distributed mode; what was started ends with the place."""

    place: Place
    redis: RedisServer
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    def web(self) -> tuple[subprocess.Popen[str], str]:
        """Start two web processes behind one address; return their master and the address."""
        process = self.launch(("web", "--port", "0", "--processes", "2"))
        assert process.stdout is not None
        line = process.stdout.readline()
        match = re.search(r"Laurels serves (http://\S+)/", line)
        assert match, (line, process.poll())
        return process, match.group(1)

    def worker(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a worker; return when it works."""
        return self._started("worker", *arguments)

    def beat(self) -> subprocess.Popen[str]:
        """Start beat; return when it beats."""
        return self._started("beat")

    def end(self, process: subprocess.Popen[str], number: int = signal.SIGTERM) -> int:
        """End a process and return its exit code."""
        process.send_signal(number)
        process.communicate(timeout=PATIENCE_SECONDS)
        return process.returncode

    def counts(self) -> dict[str, Any]:
        """Return how the deliveries stand."""
        shown = self.place.installation.run("deliveries", "list", "--limit", "1", "--json")
        found: dict[str, Any] = json.loads(shown.stdout)
        return found

    def ask(self, statement: str) -> Any:
        """Return the one value of a statement: cheaper to repeat than a command."""
        import psycopg  # only PostgreSQL's tests need the driver

        address = self.place.installation.environ["LAURELS_DATABASE_URL"]
        with psycopg.connect(address) as connection:
            row = connection.execute(statement).fetchone()
        return None if row is None else row[0]

    def pending(self) -> int:
        """Return how many deliveries are still to be worked."""
        count: int = self.ask(
            "SELECT COUNT(*) FROM intake_deliveryprogress WHERE state IN ('received', 'failed')"
        )
        return count

    def _started(self, *arguments: str) -> subprocess.Popen[str]:
        process = self.launch(arguments)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("Laurels "), (line, process.poll())
        return process

    def launch(self, arguments: Sequence[str]) -> subprocess.Popen[str]:
        """Start a command and return at once."""
        return self._launch([sys.executable, "-m", "laurels", *arguments])

    def _launch(self, command: list[str], **options: Any) -> subprocess.Popen[str]:
        options = {"stderr": subprocess.DEVNULL} | options
        process = self.place.installation.launch(command, **options)
        self.processes.append(process)
        return process


def until(condition: Callable[[], bool]) -> float:
    """Wait for something to become true; return for how long."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < PATIENCE_SECONDS, "it did not come"
        time.sleep(0.1)
    return time.monotonic() - begun


def begin(here: Place) -> None:
    """Begin a program with one repository."""
    here.installation.run("init", "--ruleset", "fair")
    here.installation.run(
        "repository", "add", REPOSITORY["full_name"], "--github-id", str(REPOSITORY["id"]),
        "--no-hook",
    )  # fmt: skip


def serve(installation: Installation) -> tuple[subprocess.Popen[str], str]:
    """Start one process that serves and works; return it and its address."""
    secret = {"LAURELS_GITHUB_WEBHOOK_SECRET": SECRET.decode()}
    process = installation.start("serve", "--port", "0", environ=secret, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    line = process.stdout.readline()
    match = re.search(r"Laurels serves (http://\S+)/", line)
    assert match, (line, process.poll())
    return process, match.group(1)


@contextmanager
def cluster(folder: Path, like: Place | None = None) -> Iterator[Cluster]:
    """Make a distributed installation: empty and begun, or a copy of `like`."""
    (folder / "redis").mkdir(parents=True)
    with (
        place("postgres", folder / "data", like) as here,
        RedisServer(folder / "redis") as redis,
    ):
        here.installation.environ["LAURELS_REDIS_URL"] = redis.url
        here.installation.environ["LAURELS_GITHUB_WEBHOOK_SECRET"] = SECRET.decode()
        here.installation.environ["LAURELS_LOG_LEVEL"] = "INFO"
        if like is None:
            begin(here)
        yield Cluster(here, redis)
