"""Serving: the pages, and beside them the threads that do what comes due.

Guarantee: one process serves a data folder; before the address is printed the database is as this
version needs it, and what a killed import left is settled; SIGTERM and SIGINT let requests and
jobs that run come to their end (jobs for `_GRACE_SECONDS`), and what does not is taken up later by
its lease. Schedules are checked every second by the worker threads; with LAURELS_WORKER_THREADS=0
another process has to do the jobs. So it is in the distributed mode too: beside `laurels worker`
this is one more process that serves and works.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from waitress import create_server

from laurels.apps.intake.services.deliveries_claim import leases_release
from laurels.apps.jobs.bell import ThreadBell
from laurels.apps.scoring.rulebook import NoRuleset, rulebook
from laurels.cli.faults import Refusal
from laurels.cli.house import House
from laurels.cli.lanes import Lanes
from laurels.cli.lock import held
from laurels.cli.output import note, say
from laurels.cli.settling import settle_what_is_dirty
from laurels.cli.words import count

_GRACE_SECONDS = 20
_MOST_BODY_BYTES = 26_300_000  # a little beyond what the webhook door takes: it refuses itself
_MOST_CONNECTIONS = 500
_PIECE_BYTES = 65_536  # a delivery has 10 to 30 kB: one piece


def serve_until_told(here: House, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT. Raises AlreadyServed, or Refusal for an unusable address."""
    if here.bell is None or here.inbox is None:
        raise RuntimeError("serving begins with house.start(serving=True)")
    with held(here.settings.data_dir) as tell:
        server = _listen(here.settings, host, port)
        _settle_leftovers(here)
        if here.settings.is_embedded:
            leases_release()
        threads = here.settings.worker_threads
        with _stopping(), _working(here.bell, threads), _working(here.inbox, min(threads, 1)):
            tell(_address(server), threads)
            say(f"Laurels serves {_address(server)} (Ctrl-C ends it)")
            sys.stdout.flush()
            server.run()
            note("Ending: letting requests and jobs finish.")
        server.close()


def _listen(settings: Any, host: str, port: int) -> Any:
    # Doors do not know each other: the application, webhooks in front, is put together in config.
    from django.core.servers.basehttp import get_internal_wsgi_application

    application: Any = get_internal_wsgi_application()
    options: dict[str, Any] = {}
    if settings.trusted_proxy:
        options = {
            "trusted_proxy": settings.trusted_proxy,
            "trusted_proxy_count": 1,
            "trusted_proxy_headers": "x-forwarded-for x-forwarded-host x-forwarded-proto",
        }
    try:
        return create_server(
            application,
            host=host,
            port=port,
            recv_bytes=_PIECE_BYTES,
            asyncore_use_poll=True,
            _dispatcher=Lanes(application.takes, settings.web_threads),
            connection_limit=_MOST_CONNECTIONS,
            max_request_body_size=_MOST_BODY_BYTES,
            clear_untrusted_proxy_headers=True,
            ident=None,
            **options,
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Refusal(
            f"Cannot listen on {host} port {port}: {reason}. Choose others with --host and --port,"
            " or LAURELS_HOST and LAURELS_PORT."
        ) from None


def _address(server: Any) -> str:
    places = getattr(server, "effective_listen", None)
    host, port = places[0] if places else (server.effective_host, server.effective_port)
    if host in ("0.0.0.0", "::"):
        host = "localhost"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


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


@contextmanager
def _stopping() -> Iterator[None]:
    """Turn SIGTERM into the interruption that ends the server's loop in an orderly way."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: Any) -> None:
        raise SystemExit

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _working(bell: ThreadBell, threads: int) -> Iterator[None]:
    bell.start(threads)
    try:
        yield
    finally:
        # A second signal ends the waiting as well.
        if not bell.stop(graceful=True, timeout=_GRACE_SECONDS):
            note("Work did not end in time; it is taken up again later.")
