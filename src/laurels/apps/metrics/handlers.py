"""Jobs of the metrics room: one person, and the schedules that find who is due."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.conf import settings

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.jobs.models import Job
from laurels.apps.jobs.registry import BULK, DEFAULT, handler
from laurels.apps.metrics.selectors.tracking import people_due, people_uncovered
from laurels.apps.metrics.services.person_jobs import KINDS, people_enqueue
from laurels.apps.metrics.services.working import person_job_work
from laurels.apps.metrics.triggers import Trigger
from laurels.domain.metrics import WINDOW_DAYS
from laurels.kit.times import DAY_SECONDS

NO_TOKENS = {"skipped": "missing_token"}
_LEASE_SECONDS: int = settings.LAURELS.running_job_stale_seconds
_WAITS_SECONDS: int = settings.LAURELS.pending_job_stale_seconds


@handler(
    KINDS[DEFAULT],
    own_transactions=True,
    lease_seconds=_LEASE_SECONDS,
    waits_seconds=_WAITS_SECONDS,
)
def person(job: Job, now: int) -> dict[str, int]:
    """Read a person and compute their metrics."""
    return person_job_work(job)


@handler(
    KINDS[BULK],
    own_transactions=True,
    lease_seconds=_LEASE_SECONDS,
    waits_seconds=_WAITS_SECONDS,
    queue=BULK,
)
def person_bulk(job: Job, now: int) -> dict[str, int]:
    """Do the same where many are read."""
    return person_job_work(job)


@handler("metrics.refresh", every=DAY_SECONDS)
def refresh(job: Job, now: int) -> dict[str, Any]:
    """Enqueue the day's people whose metrics are out of date."""
    if not settings.LAURELS_SOURCE.can_ask():
        return NO_TOKENS
    due = list(islice(people_due(now), settings.LAURELS.metrics_daily_most))
    return {"enqueued": people_enqueue(due, Trigger.DAILY, now=now, acting=SYSTEM)}


@handler("metrics.backfill", every=DAY_SECONDS)
def backfill(job: Job, now: int) -> dict[str, Any]:
    """Enqueue people of whom a part of the three years was never read."""
    if not settings.LAURELS_SOURCE.can_ask():
        return NO_TOKENS
    lacking = list(islice(people_uncovered(now), settings.LAURELS.metrics_backfill_most))
    enqueued = people_enqueue(
        lacking, Trigger.BACKFILL, backfill_days=WINDOW_DAYS, now=now, acting=SYSTEM
    )
    return {"enqueued": enqueued}
