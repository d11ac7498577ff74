"""Serving: the pages, and beside them the threads that do what comes due.

Guarantee: one process serves a data folder; before the address is printed the database is as this
version needs it, and what a killed import left is settled; SIGTERM and SIGINT let requests and
jobs that run come to their end, all of them together for `GRACE_SECONDS`. A job that does not is
taken up later by its lease; a request that does not is named, and gets no answer. Schedules are
checked every second by the worker threads; with LAURELS_WORKER_THREADS=0 another process has to do
the jobs. So it is in the distributed mode too: beside `laurels worker` this is one more process
that serves and works.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.module_loading import import_string

from laurels.apps.intake.services.deliveries_claim import leases_release
from laurels.apps.jobs.bell import ThreadBell
from laurels.apps.scoring.rulebook import NoRuleset, rulebook
from laurels.cli.house import House
from laurels.cli.lock import held
from laurels.cli.output import note, say
from laurels.cli.server import GRACE_SECONDS, Server, address_of, config, listen, run
from laurels.cli.settling import settle_what_is_dirty
from laurels.cli.signals import handled
from laurels.cli.words import count


class _Grace:
    """The time that is left to end in order; it begins to run once."""

    _until: float | None = None

    def begin(self) -> None:
        """Let it run."""
        if self._until is None:
            self._until = time.monotonic() + GRACE_SECONDS

    @property
    def left(self) -> float:
        """How many seconds are left."""
        self.begin()
        assert self._until is not None
        return max(0.0, self._until - time.monotonic())


def serve_until_told(here: House, host: str, port: int) -> bool:
    """Serve until SIGTERM or SIGINT; tell whether every request was answered.

    Raises AlreadyServed, or Refusal for an unusable address.
    """
    if here.bell is None or here.inbox is None:
        raise RuntimeError("serving begins with house.start(serving=True)")
    # Doors do not know each other: the application, webhooks in front, is put together in config.
    from django.conf import settings

    with held(here.settings.data_dir) as tell:
        application = import_string(settings.ASGI_APPLICATION)
        sockets = listen(host, port)
        address = address_of(sockets[0])
        _settle_leftovers(here)
        if here.settings.is_embedded:
            leases_release()
        threads = here.settings.worker_threads
        bells, grace = (here.bell, here.inbox), _Grace()

        def ending() -> None:
            # Work that goes on beside the last answers must not begin anew when those are given.
            grace.begin()
            for bell in bells:
                bell.stop(graceful=False)

        with (
            handled(_stop, signal.SIGTERM),
            _working(here.bell, threads, grace),
            _working(here.inbox, min(threads, 1), grace),
        ):
            tell(address, threads)
            say(f"Laurels serves {address} (Ctrl-C ends it)")
            sys.stdout.flush()
            server = Server(config(application), grace=GRACE_SECONDS, ending=ending)
            is_answered = run(server, sockets)
            note("Ending: letting jobs finish.")
    return is_answered


def _settle_leftovers(here: House) -> None:
    """Settle marks that a killed process left; none, or no program yet, costs one statement."""
    try:
        rulebook()
    except NoRuleset:
        note("No program is here yet: `laurels init` begins one.")
        return
    settled = settle_what_is_dirty(here)
    if settled.people:
        people = count(settled.people, "person", "people")
        note(f"Settled {people} that an interrupted command had left.")


def _stop(number: int, frame: Any) -> None:
    """Turn SIGTERM, while nobody is answered yet or any more, into an end in order."""
    raise SystemExit


@contextmanager
def _working(bell: ThreadBell, threads: int, grace: _Grace) -> Iterator[None]:
    bell.start(threads)
    try:
        yield
    finally:
        # A second signal ends the waiting as well.
        if not bell.stop(graceful=True, timeout=grace.left):
            note("Work did not end in time; it is taken up again later.")
