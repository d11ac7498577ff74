"""One gate for the write transactions of all threads: first come, first served.

SQLite lets one writer in and has others look again after ever longer naps, up to a tenth of a
second, and whoever looks at the right moment wins. Here they queue, and the next is woken.

Guarantee: whoever waits is let in in their turn, or told after `within` seconds that they are not;
who died, hung and was closed from outside, or forgot to leave keeps nobody waiting for long.
Not guaranteed, nor needed: that nobody else writes. Other processes do; SQLite's lock decides.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

_LOOK_SECONDS = 0.25


class Gate:
    """Held by at most one; `is_inside` tells of a holder whether they really write."""

    def __init__(self, is_inside: Callable[[object], bool]) -> None:
        self._is_inside = is_inside
        self._lock = threading.Lock()
        self._holder: object | None = None
        self._waiting: deque[tuple[threading.Lock, object]] = deque()

    def enter(self, who: object, *, within: float) -> bool:
        """Wait for one's turn; False where it did not come in time. Entering twice is once."""
        with self._lock:
            if self._holder is None or self._holder is who:
                self._holder = who
                return True
            turn = threading.Lock()
            turn.acquire()
            place = (turn, who)
            self._waiting.append(place)
        deadline = time.monotonic() + within
        while True:
            left = deadline - time.monotonic()
            if turn.acquire(timeout=max(0.0, min(left, _LOOK_SECONDS))):
                return True
            self._look()
            with self._lock:
                if left <= _LOOK_SECONDS and self._holder is not who:
                    self._waiting.remove(place)
                    return False

    def leave(self, who: object) -> None:
        """Let the next one in, where `who` is inside."""
        with self._lock:
            if self._holder is who:
                self._next()

    def _look(self) -> None:
        """Let the next one in where the holder does not write any more."""
        holder = self._holder
        if holder is not None and not self._is_inside(holder):
            self.leave(holder)

    def _next(self) -> None:
        self._holder = None
        if self._waiting:
            turn, self._holder = self._waiting.popleft()
            turn.release()
