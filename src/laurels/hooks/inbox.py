"""The door's own two threads at the database: one writes groups, one looks secrets up.

Requests never touch the database themselves: they can be given up on in time, whatever it does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog
from django.db import DatabaseError, InterfaceError, connection

from laurels.apps.intake.arrivals import Arrival, Verdict
from laurels.apps.intake.services.deliveries_accept import deliveries_accept
from laurels.apps.projects.selectors_hooks import hook_secrets
from laurels.hooks.answers import Application
from laurels.hooks.door import Door, wrap
from laurels.hooks.group import GroupWriter
from laurels.hooks.secrets import Own, SecretBook
from laurels.kit.clock import Clock

STORE_SECONDS = 7.0
LOOK_SECONDS = 1.5
"""Together below nine, with room for reading: GitHub gives up after ten."""
_LOCK_MILLISECONDS = 6_500
_log = structlog.get_logger(__name__)


def webhook_door(
    inside: Application, *, program_secrets: Sequence[str], clock: Clock, ring: Callable[[], None]
) -> Door:
    """Return `inside` with the webhook door in front; `ring` wakes the worker after each commit."""

    def write(arrivals: Sequence[Arrival]) -> list[Verdict]:
        verdicts = _written(arrivals, clock)
        if Verdict.STORED in verdicts:
            ring()
        return verdicts

    writer = GroupWriter(write, within=STORE_SECONDS)
    looker = GroupWriter(lambda hook_ids: _looked(hook_ids, clock), within=LOOK_SECONDS)
    secrets = SecretBook(tuple(one.encode() for one in program_secrets), looker.submit)
    return wrap(inside, secrets=secrets, store=writer.submit, clock=clock, failed=_failed)


def _written(arrivals: Sequence[Arrival], clock: Clock) -> list[Verdict]:
    try:
        return _once(arrivals, clock)
    except (DatabaseError, InterfaceError):
        # A connection that died while nobody used it: not the sender's trouble.
        is_usable = connection.connection is not None and connection.is_usable()
        connection.close()
        if is_usable:
            raise
        return _once(arrivals, clock)


def _once(arrivals: Sequence[Arrival], clock: Clock) -> list[Verdict]:
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        connection.connection.execute(f"PRAGMA busy_timeout={_LOCK_MILLISECONDS}")
    return deliveries_accept(arrivals, now=clock.now())


def _looked(hook_ids: Sequence[int], clock: Clock) -> list[Own]:
    try:
        return [hook_secrets(hook_id, now=clock.now()) for hook_id in hook_ids]
    except (DatabaseError, InterfaceError):
        connection.close()
        raise


def _failed(error: Exception) -> None:
    _log.error("a delivery could not be stored", error=f"{type(error).__name__}: {error}"[:500])
