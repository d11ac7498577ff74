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

    def failed(self, now: int) -> None:
        """Note a call that GitHub did not answer."""
        with self._lock:
            self._failures += 1
            if self._failures >= self.threshold:
                self._open_until = now + self.seconds

    def worked(self) -> None:
        """Note an answer, whatever it said."""
        with self._lock:
            self._failures = 0

    def is_open(self, now: int) -> bool:
        """Tell whether calls are refused at present."""
        with self._lock:
            return self._failures >= self.threshold and now < self._open_until
