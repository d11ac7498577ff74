"""Servers in processes of their own, and the client that loads them."""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.careful.gunicorn_ready import FOLDER
from benchmarks.scratch import folder

CONNECTIONS = 32
_READY_SECONDS = 120.0
_END_SECONDS = 30.0


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Served:
    """A server; once `start` returned it takes connections, and all its `workers` are ready."""

    command: Sequence[str]
    port: int
    environ: Mapping[str, str] = field(default_factory=dict)
    workers: int = 0
    _process: Any = None

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        # Settings of this process, such as those of Django, are not the server's.
        mine = {
            name: value
            for name, value in os.environ.items()
            if name in ("LAURELS_DATA_DIR", "LAURELS_DATABASE_URL", "LAURELS_LOG_LEVEL")
            or not name.startswith(("LAURELS_", "DJANGO_"))
        }
        ready = folder()
        self._process = subprocess.Popen(
            [sys.executable, *self.command],
            env=mine | {FOLDER: str(ready)} | dict(self.environ),
            stdout=subprocess.DEVNULL,
        )
        atexit.register(self._process.kill)
        deadline = time.monotonic() + _READY_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise RuntimeError(f"{self.command} ended with {self._process.returncode}")
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                if len(list(ready.iterdir())) >= self.workers:
                    return
            except OSError:
                pass
            time.sleep(0.02)
        raise RuntimeError(f"{self.command} does not listen")

    def stop(self) -> None:
        """End it as an operator would; kill it where that takes too long."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        atexit.unregister(self._process.kill)
        self._process = None

    @property
    def peak_mb(self) -> float | None:
        """Return the most memory that this process has held, in MB; None where nobody tells."""
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        except OSError:
            return None
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6


def gunicorn(module: str, port: int, processes: int, threads: int, **environ: str) -> Served:
    """Return gunicorn with a module's `application`."""
    command = ["-m", "gunicorn", f"{module}:application", "--bind", f"127.0.0.1:{port}"]
    command += ["--config", "python:benchmarks.careful.gunicorn_ready", "--log-level", "error"]
    command += ["--workers", str(processes), "--threads", str(threads), "--keep-alive", "30"]
    return Served(command, port, environ, workers=processes)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a client saw."""

    seconds: float
    statuses: dict[int, int]
    p50: float
    p99: float
    answered: Sequence[float]
    """When each was answered, in the order of the requests, as time.perf_counter tells it."""


class Client:
    """A client's process, ready to begin."""

    def __init__(
        self, port: int, file: Path, *, connections: int = CONNECTIONS, rate: float = 0
    ) -> None:
        command = [sys.executable, "-m", "benchmarks.webhook_client", str(port), str(file)]
        self._process = subprocess.Popen(
            [*command, str(connections), str(rate)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        atexit.register(self._process.kill)
        if self._said() != "ready":
            raise RuntimeError("the client did not begin")

    def _said(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def begin(self) -> None:
        """Let it send."""
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def end(self) -> Loaded:
        """Wait for the last answer."""
        found = json.loads(self._said() or "null")
        self._process.communicate()
        atexit.unregister(self._process.kill)
        if found is None:
            raise RuntimeError("the client broke down")
        statuses = {int(status): count for status, count in found["statuses"].items()}
        if statuses.keys() - {202, 503}:
            raise RuntimeError(f"the server answered {statuses}")
        return Loaded(found["seconds"], statuses, found["p50"], found["p99"], found["answered"])
