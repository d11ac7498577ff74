"""The bell of the distributed mode: hints sent to workers in other processes.

Guarantee: `ring` and `ring_inbox` neither block nor raise, whatever becomes of the way to the
workers; the same hint rung while it still waits here is sent once.
Not guaranteed: that a hint arrives, or arrives once. The row is the truth: the sweep finds within
seconds what was not heard, and work is claimed by one worker however many heard of it.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

import structlog

INBOX = "inbox"
MOST_WAITING = 1_000
"""Hints kept while sending is slow; what comes beyond them waits for the sweep."""
_GATHER_SECONDS = 0.01
"""What comes together is sent together: a door that stores a thousand a second rings seldom."""
_log = structlog.get_logger(__name__)

Send = Callable[[str, int], None]
"""Sends one hint: the queue, and the job (0: look into the inbox). May block and may raise."""


class HintBell:
    """Sends what was rung from a thread of its own, which begins with the first ring."""

    def __init__(
        self,
        send: Send,
        queue_of: Callable[[str], str],
        here: Callable[[int, str], None] | None = None,
        here_inbox: Callable[[], None] | None = None,
    ) -> None:
        """Send hints with `send`; `queue_of` tells the queue of a kind of job.

        `here` and `here_inbox` ring for the threads of this process, where it has any.
        """
        self._send = send
        self._queue_of = queue_of
        self._here = here
        self._here_inbox = here_inbox
        self._is_away = False
        self._begin()
        # In a process that was forked off there is no thread, and the lock may be held for ever.
        os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        self._changed = threading.Condition(threading.Lock())
        self._waiting: dict[tuple[str, int], None] = {}
        self._thread: threading.Thread | None = None
        self._is_sending = False

    def ring(self, job_id: int, kind: str) -> None:
        """Hint that this job can be claimed."""
        if self._here is not None:
            self._here(job_id, kind)
        self._put((self._queue_of(kind), job_id))

    def ring_inbox(self) -> None:
        """Hint that a delivery waits."""
        if self._here_inbox is not None:
            self._here_inbox()
        self._put((INBOX, 0))

    def flush(self, seconds: float) -> bool:
        """Wait until all that was rung is sent or given up, at most so long; tell whether it is."""
        deadline = time.monotonic() + seconds
        with self._changed:
            return self._changed.wait_for(
                lambda: not self._waiting and not self._is_sending,
                timeout=max(0.0, deadline - time.monotonic()),
            )

    def _put(self, hint: tuple[str, int]) -> None:
        with self._changed:
            if len(self._waiting) >= MOST_WAITING:
                return
            self._waiting[hint] = None
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="hints", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._waiting))
            time.sleep(_GATHER_SECONDS)
            with self._changed:
                hints, self._waiting = list(self._waiting), {}
                self._is_sending = True
            self._send_all(hints)
            with self._changed:
                self._is_sending = False
                self._changed.notify_all()

    def _send_all(self, hints: list[tuple[str, int]]) -> None:
        """Send them; after the first that fails the rest is left to the sweep."""
        try:
            for queue, job_id in hints:
                self._send(queue, job_id)
        except Exception as error:
            if not self._is_away:
                _log.warning(
                    "workers cannot be hinted at", error=f"{type(error).__name__}: {error}"
                )
            self._is_away = True
        else:
            if self._is_away:
                _log.info("workers can be hinted at again")
            self._is_away = False
