"""End a worker process whose work has outlived its lease.

Guarantee: a process whose job or deliveries hang past their lease (renewals count) is ended within
`LOOK_SECONDS`; its transaction is rolled back by the database, its locks are gone, and whoever
started it starts another in its place. The embedded bell does the same for threads.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from laurels.kit.clock import Clock

LOOK_SECONDS = 1.0
HUNG = 75
"""Exit status of a process that was ended so."""
_log = structlog.get_logger(__name__)


class LeaseWatch:
    """Watches over what this process works on: one claim at a time, with a `lease_until`."""

    def __init__(self, clock: Clock, end: Callable[[int], object] = os._exit) -> None:
        """Tell the time by `clock`; `end` ends the process at once."""
        self._clock = clock
        self._end = end
        self._held: Any = None
        self._process = 0

    def hold(self, claim: Any) -> None:
        """Watch over this claim, in place of the one before."""
        self._held = claim
        if self._process != os.getpid():
            self._process = os.getpid()
            threading.Thread(target=self._run, name="lease-watch", daemon=True).start()

    @contextmanager
    def over(self, claim: Any = None) -> Iterator[None]:
        """Watch while the block runs, and no longer."""
        if claim is not None:
            self.hold(claim)
        try:
            yield
        finally:
            self._held = None

    def look(self) -> None:
        """End the process where its lease has run out."""
        held = self._held
        if held is None or held.lease_until is None or held.lease_until >= self._clock.now():
            return
        _log.error("worker process given up", held=held.pk)
        self._end(HUNG)

    def _run(self) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            self.look()
