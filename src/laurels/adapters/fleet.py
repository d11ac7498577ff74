"""Who works in the distributed mode: workers say in Redis that they are there, and others look.

Nothing is decided by it; it is what `laurels doctor` and the health pages tell. A worker that was
killed is gone from it after `GONE_SECONDS`, and a flushed Redis knows all again after
`SAY_SECONDS`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from laurels.adapters.hints import INBOX

ALL_QUEUES = (INBOX, "default", "bulk")
"""Deliveries and the tick; jobs that are soon done; jobs that may take long."""
SAY_SECONDS = 10
GONE_SECONDS = 30
LATE_TICK_SECONDS = 60
_TICK_SECONDS = 86_400
_WORKERS = "laurels:worker:"
_TICK = "laurels:tick"


class FleetAway(Exception):
    """Redis does not answer."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is there now.

    `workers` are the queues of each worker; `ticked_at` is when beat's last word was heeded by one
    (None: not within a day); `clock` is what Redis takes the time to be.
    """

    workers: tuple[tuple[str, ...], ...]
    ticked_at: int | None
    clock: int

    @property
    def idle(self) -> tuple[str, ...]:
        """The queues that nobody works."""
        worked = {queue for worker in self.workers for queue in worker}
        return tuple(queue for queue in ALL_QUEUES if queue not in worked)

    def is_late(self, now: int) -> bool:
        """Tell whether the sweep has not been done for a minute."""
        return self.ticked_at is None or self.ticked_at < now - LATE_TICK_SECONDS


class Fleet:
    """The workers around one Redis; each method may raise FleetAway, after two seconds at most."""

    def __init__(self, url: str) -> None:
        """Use the Redis at this address; it is not asked before the first call."""
        self._url = url
        self._connection: Any = None
        self._process = 0

    def here(self, name: str, queues: Sequence[str]) -> None:
        """Say that a worker is there and what it works; to be said again every `SAY_SECONDS`."""
        with self._redis() as connection:
            connection.set(f"{_WORKERS}{name}", json.dumps(list(queues)), ex=GONE_SECONDS)

    def gone(self, name: str) -> None:
        """Say that a worker ends."""
        with self._redis() as connection:
            connection.delete(f"{_WORKERS}{name}")

    def ticked(self, now: int) -> None:
        """Say that the sweep was done."""
        with self._redis() as connection:
            connection.set(_TICK, now, ex=_TICK_SECONDS)

    def look(self) -> Seen:
        """Return who is there."""
        with self._redis() as connection:
            names = sorted(connection.scan_iter(f"{_WORKERS}*", count=1_000))
            found = [value for value in (connection.mget(names) if names else []) if value]
            ticked, (seconds, _) = connection.get(_TICK), connection.time()
        workers = tuple(tuple(json.loads(value)) for value in found)
        return Seen(workers, None if ticked is None else int(ticked), int(seconds))

    def ping(self) -> None:
        """Return where Redis answers."""
        with self._redis() as connection:
            connection.ping()

    @contextmanager
    def _redis(self) -> Iterator[Any]:
        import redis  # an embedded installation has no such package

        if self._process != os.getpid():  # a connection is not shared with forked processes
            self._connection = redis.Redis.from_url(
                self._url, socket_timeout=2, socket_connect_timeout=2
            )
            self._process = os.getpid()
        try:
            yield self._connection
        except redis.RedisError as error:
            raise FleetAway(str(error)) from error
