"""Serving: the pages, and beside them the threads that do what comes due.

Guarantee: one process serves a data folder; before the address is printed the database is as this
version needs it, and what a killed import left is settled; SIGTERM and SIGINT let requests and
jobs that run come to their end (jobs for `GRACE_SECONDS`), and what does not is taken up later by
its lease. Schedules are checked every second by the worker threads; with LAURELS_WORKER_THREADS=0
another process has to do the jobs. So it is in the distributed mode too: beside `laurels worker`
this is one more process that serves and works.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
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
from laurels.cli.server import GRACE_SECONDS, Server, address_of, config, listen
from laurels.cli.settling import settle_what_is_dirty
from laurels.cli.signals import handled
from laurels.cli.words import count


def serve_until_told(here: House, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT. Raises AlreadyServed, or Refusal for an unusable address."""
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
        with (
            handled(_stop, signal.SIGTERM),
            _working(here.bell, threads),
            _working(here.inbox, min(threads, 1)),
        ):
            tell(address, threads)
            say(f"Laurels serves {address} (Ctrl-C ends it)")
            sys.stdout.flush()
            _serve(application, sockets)
            note("Ending: letting jobs finish.")


def _serve(application: Any, sockets: list[socket.socket]) -> None:
    """Answer until a signal says that it is enough, then answer who waits.

    A second SIGINT ends it at once.
    """
    server = Server(config(application, lifespan="off"))
    with (
        asyncio.Runner() as runner,
        handled(server.handle_exit, signal.SIGINT, signal.SIGTERM),
    ):
        runner.run(server.serve(sockets))


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
def _working(bell: ThreadBell, threads: int) -> Iterator[None]:
    bell.start(threads)
    try:
        yield
    finally:
        # A second signal ends the waiting as well.
        if not bell.stop(graceful=True, timeout=GRACE_SECONDS):
            note("Work did not end in time; it is taken up again later.")
