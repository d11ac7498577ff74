"""Threads of the embedded server: a lane for the webhook door, another for the pages.

Guarantee: pages that take long never keep a delivery waiting for a thread, nor the other way
round. What waits at the door during one commit shares the next (see `laurels.hooks.group`), so its
lane has as many threads as connections that a busy sender opens; they hold no database connection.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from waitress.task import ThreadedTaskDispatcher

DOOR_THREADS = 32


class _Lane(ThreadedTaskDispatcher):
    """The server's own dispatcher, which waits in silence."""

    def __init__(self, threads: int) -> None:
        super().__init__()
        # It would log a line for each request that waits a moment; under load that costs more than
        # answering, and tells nobody anything that the time of the answer does not.
        self.queue_logger = _Silence()
        self.set_thread_count(threads)


class _Silence:
    def warning(self, *_: object) -> None:
        """Say nothing."""


class Lanes:
    """Sends a request to the door's lane where `is_for_door` says so of its path."""

    def __init__(self, is_for_door: Callable[[str], bool], page_threads: int) -> None:
        self._is_for_door = is_for_door
        self._door, self._pages = _Lane(DOOR_THREADS), _Lane(page_threads)

    def add_task(self, channel: Any) -> None:
        """Have a connection's first waiting request answered."""
        path = getattr(channel.requests[0], "path", "")  # one that could not be read has none
        lane = self._door if self._is_for_door(path) else self._pages
        lane.add_task(channel)

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        """Let requests that run come to their end, the door's first."""
        done = self._door.shutdown(cancel_pending, timeout)
        return self._pages.shutdown(cancel_pending, timeout) and done
