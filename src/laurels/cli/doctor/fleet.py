"""Looks at the distributed mode: Redis, the workers, beat, and clocks that must agree."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import connection

from laurels.adapters.fleet import FleetAway
from laurels.cli.doctor.findings import FAILED, OK, WARNING, Finding
from laurels.cli.words import count

MOST_APART_SECONDS = 30
"""Leases are written by one machine and read by another."""
_EMBEDDED = "one process serves and works"


def redis(here: Any) -> Iterator[Finding]:
    """Whether Redis answers."""
    fleet = settings.LAURELS_FLEET
    if fleet is None:
        yield Finding(OK, f"not needed: {_EMBEDDED}")
        return
    try:
        fleet.ping()
    except FleetAway as away:
        hint = "Start Redis, or mend LAURELS_REDIS_URL; until then work waits and GitHub is left."
        yield Finding(FAILED, f"does not answer: {away}", hint)
        return
    yield Finding(OK, "answers")


def workers(here: Any) -> Iterator[Finding]:
    """Whether somebody works each queue, and looks for what no hint told of."""
    fleet = settings.LAURELS_FLEET
    if fleet is None:
        yield Finding(OK, f"not needed: {_EMBEDDED}")
        return
    try:
        seen = fleet.look()
    except FleetAway:
        yield Finding(WARNING, "not known while Redis does not answer")
        return
    if seen.idle:
        hint = "Keep `laurels worker` running."
        yield Finding(WARNING, f"nobody works {', '.join(seen.idle)}", hint)
    if seen.is_late(here.now):
        hint = "Keep `laurels beat` running: schedules and second tries wait for it."
        yield Finding(WARNING, "nobody looks for what is due", hint)
    if not (seen.idle or seen.is_late(here.now)):
        yield Finding(OK, f"{count(len(seen.workers), 'worker')}, and beat")


def clocks(here: Any) -> Iterator[Finding]:
    """Whether the clock of this machine agrees with those of PostgreSQL and Redis."""
    ours, apart = time.time(), []
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXTRACT(EPOCH FROM clock_timestamp())::bigint")
            apart.append(("PostgreSQL", cursor.fetchone()[0] - ours))
    if settings.LAURELS_FLEET is not None:
        with suppress(FleetAway):  # its own check says so
            apart.append(("Redis", settings.LAURELS_FLEET.look().clock - ours))
    wrong = [(name, by) for name, by in apart if abs(by) > MOST_APART_SECONDS]
    for name, by in wrong:
        hint = "Keep the clocks of all machines set (NTP): leases are told by them."
        yield Finding(FAILED, f"{name}'s is {abs(by):.0f} seconds {_way(by)} ours", hint)
    if not wrong:
        yield Finding(OK, "agree" if apart else "there is only one")


def _way(by: float) -> str:
    return "ahead of" if by > 0 else "behind"
