"""The clock as an argument: whoever needs the time is handed one."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """Tells the present instant in whole seconds since 1970 UTC."""

    def now(self) -> int:
        """Return the present instant."""
        ...


class ManualClock:
    """A clock that moves only when told to; for tests and for simulated seasons."""

    __slots__ = ("_now",)

    def __init__(self, now: int) -> None:
        self._now = now

    def now(self) -> int:
        """Return the instant it was last set to."""
        return self._now

    def advance(self, seconds: int) -> int:
        """Move forward and return the new instant; time never goes back."""
        if seconds < 0:
            raise ValueError(f"a clock cannot advance by {seconds} seconds")
        self._now += seconds
        return self._now

    def set(self, instant: int) -> None:
        """Jump to an instant, earlier or later."""
        self._now = instant
