"""Group commit: whoever waits shares one transaction and is answered after it.

One thread writes. Requests, on the event loop, hand it what they have and wait; it takes all that
are waiting, writes them at once, and has the loop wake them all in one go. One fsync thus serves
as many as came during the one before.

Guarantee: `submit` returns a verdict only after the transaction that holds it was committed, and
ends within the deadline, whatever the database does.
Not guaranteed: that what was given up (TimedOut) is not stored after all; the sender repeats it,
and the key makes that harmless.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any

MOST_IN_A_GROUP = 256
"""A bound on what one transaction holds in memory, beyond what a commit takes in."""


class TimedOut(Exception):
    """The database did not answer in time."""


class _Place:
    """One waiting request: what it has, until when, and whom to tell what came of it."""

    __slots__ = ("deadline", "item", "told")

    def __init__(self, item: Any, deadline: float, told: asyncio.Future[Any]) -> None:
        self.item = item
        self.deadline = deadline
        self.told = told


_Queue = SimpleQueue["_Place | None"]


class GroupWriter:
    """Writes groups with `write`, which returns one verdict for each item or raises for all.

    Nobody waits longer than `within` seconds. It serves one event loop; another may come when that
    one has ended, or after a fork, and is served anew.
    """

    def __init__(self, write: Callable[[Sequence[Any]], Sequence[Any]], *, within: float) -> None:
        self._write = write
        self._within = within
        self._process = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: _Queue = SimpleQueue()
        self._open: deque[_Place] = deque()
        self._watch: asyncio.TimerHandle | None = None
        self._busy_since: float | None = None

    async def submit(self, item: Any) -> Any:
        """Have `item` written; raises TimedOut, or what `write` raised."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._begin(loop)
        now = time.monotonic()
        # Where the writer hangs, nobody waits longer for it than who came first: a stuck database
        # must not keep every sender for the whole deadline.
        busy_since = self._busy_since
        deadline = (now if busy_since is None else busy_since) + self._within
        if deadline <= now:
            raise TimedOut
        place = _Place(item, deadline, loop.create_future())
        self._open.append(place)
        if self._watch is None:
            self._watch = loop.call_later(deadline - now, self._give_up)
        self._waiting.put(place)
        return await place.told

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._process == os.getpid() and self._loop is not None and self._loop.is_running():
            raise RuntimeError("this writer serves another loop")
        self._process = os.getpid()
        self._waiting.put(None)
        self._loop, self._waiting = loop, SimpleQueue()
        self._open.clear()
        self._watch = self._busy_since = None
        threading.Thread(
            target=self._run, args=(loop, self._waiting), name="inbox", daemon=True
        ).start()

    def _give_up(self) -> None:
        """Tell who waited too long, and come back when the next may have.

        Deadlines stand in the order in which requests came, so one timer is enough for all.
        """
        self._watch = None
        now = time.monotonic()
        while self._open and (self._open[0].told.done() or self._open[0].deadline <= now):
            place = self._open.popleft()
            if not place.told.done():
                place.item = None  # the writer passes it over
                place.told.set_exception(TimedOut())
        if self._open and self._loop is not None:
            self._watch = self._loop.call_later(self._open[0].deadline - now, self._give_up)

    def _run(self, loop: asyncio.AbstractEventLoop, waiting: _Queue) -> None:
        while (place := waiting.get()) is not None:
            group = [place]
            with suppress(Empty):
                while len(group) < MOST_IN_A_GROUP:
                    place = waiting.get_nowait()
                    if place is None:
                        return
                    group.append(place)
            self._busy_since = time.monotonic()
            told = self._done(group)
            self._busy_since = None
            with suppress(RuntimeError):  # the loop ended meanwhile, and whoever waited with it
                loop.call_soon_threadsafe(self._tell, told)

    def _done(self, group: list[_Place]) -> list[tuple[_Place, Any, BaseException | None]]:
        items = [(place, item) for place in group if (item := place.item) is not None]
        if not items:
            return []
        try:
            verdicts = self._write([item for _, item in items])
            return [
                (place, verdict, None) for (place, _), verdict in zip(items, verdicts, strict=True)
            ]
        except BaseException as error:  # whoever waits is told; the thread goes on
            return [(place, None, error) for place, _ in items]

    def _tell(self, told: list[tuple[_Place, Any, BaseException | None]]) -> None:
        for place, verdict, error in told:
            if place.told.done():
                continue  # given up, or its request is gone
            if error is None:
                place.told.set_result(verdict)
            else:
                place.told.set_exception(error)
        while self._open and self._open[0].told.done():
            self._open.popleft()
