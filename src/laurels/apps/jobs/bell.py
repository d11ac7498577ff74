"""Worker threads inside the serving process, woken by a bell.

Guarantee: while the process lives and the database answers, a due job starts within `poll_seconds`
even when no bell was heard; an error of the database is logged, waited out and survived; a job
that hangs past its lease costs its thread, whose place a new one takes, and its database
connection is closed, so that what it did is rolled back and its locks are gone.
Not guaranteed: that a thread can be stopped. After `stop` ran out of time, jobs still running end
with the process, and another process takes them up when their lease has run out.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

import structlog
from django.db import connections

from laurels.apps.jobs.models import Job
from laurels.apps.jobs.services import work_once
from laurels.kit.clock import Clock

_log = structlog.get_logger(__name__)


class Step(Protocol):
    """Do one job; None where none is due. `claimed` learns which, before it is done."""

    def __call__(self, *, clock: Clock, claimed: Callable[[Job], None]) -> object | None:
        """Do it."""
        ...


class _Worker(threading.Thread):
    """One thread: looks, works, waits for the bell."""

    def __init__(self, bell: ThreadBell, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.bell = bell
        self.job: Job | None = None
        self.is_retired = False
        self.connection: Any = None

    def run(self) -> None:
        """Work until the bell stops or this thread is given up."""
        try:
            while not (self.is_retired or self.bell.is_stopping):
                heard = self.bell.heard
                if not self._step():
                    connections.close_all()
                    self.bell.wait_beyond(heard)
        finally:
            connections.close_all()

    def _step(self) -> bool:
        self.connection = connections["default"]
        try:
            return self.bell.step(clock=self.bell.clock, claimed=self._claimed) is not None
        except Exception:
            if not self.is_retired:
                _log.exception("worker could not work; waiting")
            return False
        finally:
            self.job = None

    def _claimed(self, job: Job) -> None:
        self.job = job

    def is_fit(self, now: int) -> bool:
        """Tell whether it lives and its job has not outlived the lease (renewals count)."""
        job = self.job
        is_hung = job is not None and job.lease_until is not None and job.lease_until < now
        return self.is_alive() and not is_hung

    def give_up(self) -> None:
        """Let the thread end by itself some day, and take its transaction and locks away now."""
        self.is_retired = True
        raw: Any = getattr(self.connection, "connection", None)
        with suppress(Exception):
            raw.interrupt() if hasattr(raw, "interrupt") else raw.cancel()
        with suppress(Exception):
            raw.close()


class ThreadBell:
    """The embedded bell: `start`, `ring` as often as wanted, `stop`."""

    def __init__(self, *, clock: Clock, step: Step = work_once, poll_seconds: float = 1.0) -> None:
        self.clock = clock
        self.step = step
        self.poll_seconds = poll_seconds
        self.heard = 0
        self.is_stopping = False
        self._changed = threading.Condition()
        self._workers: list[_Worker] = []
        self._watch: threading.Thread | None = None
        self._made = 0

    def start(self, threads: int) -> None:
        """Start so many workers, and one thread that watches over them; 0 starts nothing."""
        if self._watch is not None:
            raise RuntimeError("the bell was started before")
        if threads:
            self._workers = [self._make() for _ in range(threads)]
            for worker in self._workers:
                worker.start()
            self._watch = threading.Thread(target=self._watch_over, name="jobs-watch", daemon=True)
            self._watch.start()

    def ring(self, job_id: int = 0, kind: str = "") -> None:
        """Wake the workers."""
        with self._changed:
            self.heard += 1
            self._changed.notify_all()

    def wait_beyond(self, heard: int) -> None:
        """Wait for a ring after the one numbered `heard`, at most `poll_seconds`."""
        with self._changed:
            self._changed.wait_for(
                lambda: self.is_stopping or self.heard != heard, timeout=self.poll_seconds
            )

    def stop(self, *, graceful: bool = True, timeout: float = 30.0) -> bool:
        """Take no more jobs; wait for those that run, unless not `graceful`.

        Returns whether every worker has ended.
        """
        with self._changed:
            self.is_stopping = True
            self._changed.notify_all()
        deadline = time.monotonic() + (timeout if graceful else 0)
        # The watch first: until it has ended, it may still put new workers in others' places.
        for thread in filter(None, [self._watch]):
            thread.join(max(0.0, deadline - time.monotonic()))
        for thread in self._workers:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(worker.is_alive() for worker in self._workers)

    @property
    def working(self) -> int:
        """How many workers are alive and not given up."""
        return sum(worker.is_alive() and not worker.is_retired for worker in self._workers)

    def _make(self) -> _Worker:
        self._made += 1
        return _Worker(self, f"jobs-{self._made}")

    def _watch_over(self) -> None:
        while not self.is_stopping:
            with self._changed:
                self._changed.wait_for(lambda: self.is_stopping, timeout=self.poll_seconds)
            for place, worker in enumerate(self._workers):
                if self.is_stopping or worker.is_fit(self.clock.now()):
                    continue
                job = worker.job
                _log.error("worker given up", thread=worker.name, job_id=job.pk if job else None)
                worker.give_up()
                self._workers[place] = self._make()
                self._workers[place].start()
