"""Kinds of job for tests that kill workers: their effect is an audit row, counted afterwards.

Imported by worker processes; the instant comes from a file, so that a test moves the time of all
processes at once.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path

from django.db import connection

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.audit.models import AuditRow
from laurels.apps.audit.services import record, verify
from laurels.apps.jobs import registry
from laurels.apps.jobs.models import Job
from laurels.apps.jobs.services import enqueue

for _kind in registry.kinds():  # the house's own schedules would come between
    del registry._HANDLERS[_kind]
START = 1_700_000_000
LEASE_SECONDS = registry.LEASE_SECONDS


class FileClock:
    """Reads the instant from the file named by PROBE_CLOCK."""

    def now(self) -> int:
        """Return what the test has written."""
        path = Path(os.environ["PROBE_CLOCK"])
        return int(path.read_text(encoding="ascii"))


def say(word: str) -> None:
    """Tell the test how far we are."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def effect(job: Job, now: int) -> None:
    """Leave the mark that must be there once."""
    record(acting=SYSTEM, action="probe:effect", subject=f"job:{job.pk}", now=now)


@registry.handler("probe.effect")
def effect_only(job: Job, now: int) -> None:
    """Do the work."""
    effect(job, now)


@registry.handler("probe.hang")
def effect_and_hang(job: Job, now: int) -> None:
    """Do the work and, in the process that is to be killed, never come back."""
    effect(job, now)
    if os.environ.get("PROBE_HANG"):
        say("working")
        sys.stdin.read()


RELEASE = threading.Event()
CLAIMED: list[int] = []


@registry.handler("probe.stuck")
def effect_and_wait(job: Job, now: int) -> None:
    """Do the work, wait for the test with the transaction open, and touch the database again."""
    effect(job, now)
    CLAIMED.append(job.attempts)
    RELEASE.wait()
    Job.objects.count()


def add(kind: str, count: int = 1) -> list[int]:
    """Enqueue so many jobs of a kind."""
    jobs = [enqueue(kind, {}, now=START, acting=SYSTEM) for _ in range(count)]
    return [job.pk for job in jobs if job is not None]


def report() -> None:
    """Print what the test asks about, as JSON."""
    verdict = verify()
    say(
        json.dumps(
            {
                "engine": connection.vendor,
                "states": dict(Job.objects.order_by("id").values_list("id", "state")),
                "attempts": dict(Job.objects.order_by("id").values_list("id", "attempts")),
                "effects": list(
                    AuditRow.objects.filter(action="probe:effect")
                    .order_by("subject")
                    .values_list("subject", flat=True)
                ),
                "audit_ok": verdict.ok,
            }
        )
    )
