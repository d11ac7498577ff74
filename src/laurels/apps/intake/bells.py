"""The inbox's doorbell: a hint that a delivery waits. Losing it costs a moment, no more."""

from __future__ import annotations

from collections.abc import Callable


def _nobody() -> None:
    """Where no worker listens the delivery waits for the next `drain` or `serve`."""


_ring: Callable[[], None] = _nobody


def install(ring: Callable[[], None]) -> None:
    """Choose whom this process wakes; `ring` must neither block nor raise."""
    global _ring
    _ring = ring


def ring() -> None:
    """Wake whoever works deliveries."""
    _ring()
