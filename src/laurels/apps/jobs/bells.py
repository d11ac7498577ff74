"""The doorbell: a hint that there is work. Losing it delays a job until the next look, no more."""

from __future__ import annotations

from typing import Protocol


class Bell(Protocol):
    """Tells workers that a job waits; must neither block nor raise."""

    def ring(self, job_id: int, kind: str) -> None:
        """Hint that this job can be claimed."""
        ...


class NoBell:
    """Where no worker listens: the job waits for the next `drain` or `serve`."""

    __slots__ = ()

    def ring(self, job_id: int, kind: str) -> None:
        """Do nothing."""


_bell: Bell = NoBell()


def install(bell: Bell) -> None:
    """Choose the bell of this process."""
    global _bell
    _bell = bell


def ring(job_id: int, kind: str) -> None:
    """Ring the bell of this process."""
    _bell.ring(job_id, kind)
