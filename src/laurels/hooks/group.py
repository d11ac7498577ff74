"""Group commit: whoever waits shares one transaction and is answered after it.

One thread writes. Requests hand it what they have and sleep; it takes all that are waiting, writes
them at once, and wakes them. One fsync thus serves as many as came during the one before.

Guarantee: `submit` returns a verdict only after the transaction that holds it was committed, and
ends within the deadline it was given, whatever the database does.
Not guaranteed: that what was given up (TimedOut) is not stored after all; the sender repeats it,
and the key makes that harmless.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

MOST_IN_A_GROUP = 256
"""Enough for every thread of a server; a bound on what one transaction holds in memory."""


class TimedOut(Exception):
    """The database did not answer in time."""


class _Place:
    """One waiting request: what it has, and what came of it."""

    __slots__ = ("done", "error", "item", "verdict")

    def __init__(self, item: Any) -> None:
        self.item = item
        self.verdict: Any = None
        self.error: BaseException | None = None
        self.done = threading.Lock()
        self.done.acquire()


class GroupWriter:
    """Writes groups with `write`, which returns one verdict for each item or raises for all."""

    def __init__(self, write: Callable[[Sequence[Any]], Sequence[Any]]) -> None:
        self._write = write
        self._waiting: list[_Place] = []
        self._changed = threading.Condition(threading.Lock())
        self._thread: threading.Thread | None = None
        self._busy_since: float | None = None

    def submit(self, item: Any, *, within: float) -> Any:
        """Have `item` written; raises TimedOut, or what `write` raised."""
        place = _Place(item)
        with self._changed:
            # Where the writer hangs, nobody waits longer for it than who came first: a stuck
            # database must not fill every thread of the server for its whole deadline.
            if self._busy_since is not None:
                within = min(within, self._busy_since + within - time.monotonic())
            if within <= 0:
                raise TimedOut
            if self._thread is None or not self._thread.is_alive():  # also after a fork
                self._thread = threading.Thread(target=self._run, name="inbox", daemon=True)
                self._thread.start()
            self._waiting.append(place)
            self._changed.notify()
        if not place.done.acquire(timeout=within):
            place.item = None  # the writer passes it over
            raise TimedOut
        if place.error is not None:
            raise place.error
        return place.verdict

    def _run(self) -> None:
        while True:
            with self._changed:
                self._busy_since = None
                while not self._waiting:
                    self._changed.wait()
                group = self._waiting[:MOST_IN_A_GROUP]
                del self._waiting[:MOST_IN_A_GROUP]
                self._busy_since = time.monotonic()
            self._do([(place, item) for place in group if (item := place.item) is not None])

    def _do(self, group: list[tuple[_Place, Any]]) -> None:
        try:
            verdicts = self._write([item for _, item in group]) if group else ()
            for (place, _), verdict in zip(group, verdicts, strict=True):
                place.verdict = verdict
        except BaseException as error:  # whoever waits is told; the thread goes on
            for place, _ in group:
                place.error = error
        finally:
            for place, _ in group:
                place.done.release()
