"""The circuit breaker: when GitHub is away, stop asking for a while.

Closed, it lets everything through. After `threshold` failures in a row it opens: nothing passes
until `seconds` are over, then one call is let through to try (half-open) while the others wait.
State lives in the process: each process finds out by itself, which costs a few calls each.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass(slots=True)
class Breaker:
    """One circuit; safe to share among threads. Times are instants given by the caller."""

    threshold: int = 5
    seconds: int = 30
    _failures: int = 0
    _open_until: int = 0
    _is_told_open: bool | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def refused_until(self, now: int) -> int | None:
        """Return until when calls must wait; None lets this one pass, as the trial if open."""
        with self._lock:
            if self._failures < self.threshold:
                return None
            if now < self._open_until:
                return self._open_until
            # This caller tries; the others wait another turn.
            self._open_until = now + self.seconds
            return None

    def failed(self, now: int) -> bool:
        """Note a call that GitHub did not answer; tell whether this opened the circuit."""
        with self._lock:
            self._failures += 1
            if self._failures < self.threshold:
                return False
            self._open_until = now + self.seconds
            return self._tell(True)

    def worked(self) -> bool:
        """Note an answer, whatever it said; tell whether the others may not know of it.

        True where this closed the circuit, and at the first answer of a process: an earlier one
        may have died while its circuit was open.
        """
        with self._lock:
            self._failures = 0
            return self._tell(False)

    def _tell(self, is_open: bool) -> bool:
        is_news, self._is_told_open = self._is_told_open is not is_open, is_open
        return is_news

    def is_open(self, now: int) -> bool:
        """Tell whether calls are refused at present."""
        with self._lock:
            return self._failures >= self.threshold and now < self._open_until
