"""What keeps the queue going: leases that ran out, schedules that are due, rows too old to keep."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.jobs import bells, registry
from laurels.apps.jobs.backoff import MAX_ATTEMPTS
from laurels.apps.jobs.models import Job, JobState, Schedule
from laurels.apps.jobs.services.queueing import enqueue

DAY_SECONDS = 86_400
KEEP_DONE_DAYS = 14
KEEP_DEAD_DAYS = 90
STALE = "stale"
"""What the error of a job begins with that the sweep marked."""

_RAN_OUT = f"{STALE}: the worker was gone or hung when the lease ran out"
_NEVER = f"{STALE}: no worker took it up in time"


@dataclass(frozen=True, slots=True)
class Swept:
    """How many abandoned jobs wait again, and how many are parked for good."""

    revived: int
    dead: int


def sweep(*, now: int) -> Swept:
    """Put jobs whose lease ran out back into the queue; after eight attempts park them.

    Compare-and-set on the very lease that was seen: a lease renewed meanwhile stays. Any number
    of processes may sweep at once.
    """
    revived = dead = 0
    for job in Job.objects.filter(state=JobState.RUNNING, lease_until__lte=now).order_by("id"):
        is_dead = job.attempts >= MAX_ATTEMPTS
        changed = Job.objects.filter(
            pk=job.pk,
            state=JobState.RUNNING,
            lease_token=job.lease_token,
            lease_until=job.lease_until,
        ).update(
            state=JobState.DEAD if is_dead else JobState.PENDING,
            run_after=now,
            last_error=_RAN_OUT,
            lease_token=None,
            lease_until=None,
            finished_at=now if is_dead else None,
        )
        if changed and not is_dead:
            bells.ring(job.pk, job.kind)
        revived += changed and not is_dead
        dead += changed and is_dead
    return Swept(revived, dead)


def waiting_end(*, now: int) -> int:
    """End jobs that no worker ever took up, of the kinds that say how long one may wait.

    What they would have asked with has run out by then, and whoever asked is told. Returns how
    many. One statement a kind; a job taken up meanwhile stays.
    """
    ended = 0
    for spec in registry.waiting():
        before = now - (spec.waits_seconds or 0)
        never = Job.objects.filter(state=JobState.PENDING, kind=spec.kind, started_at=None)
        ended += never.filter(created_at__lte=before, run_after__lte=before).update(
            state=JobState.DEAD, last_error=_NEVER, finished_at=now
        )
    return ended


def schedules_tick(*, now: int) -> int:
    """Enqueue each repeating kind that is due, once whatever processes tick; return how many.

    A new schedule is due at once; then at multiples of its period since 1970 UTC, so that a daily
    one comes at midnight. Times that were missed are made up for by one job, not by many.
    """
    rows = {row.name: row for row in Schedule.objects.all()}
    enqueued = 0
    for spec in registry.scheduled():
        every = spec.every or 0
        row = rows.get(spec.kind) or _schedule_make(spec.kind, every, now)
        if row.every_seconds != every:
            row = _schedule_change(row, every, now)
        if row.next_at <= now:
            enqueued += _schedule_fire(row, now)
    return enqueued


def hints_renew(*, now: int, limit: int = 200) -> int:
    """Ring again for the jobs that are due longest; return for how many.

    What a lost hint costs is the time to the next call. A hint that was not lost is then there
    twice, which changes nothing: one of the two finds the job taken.
    """
    due = Job.objects.filter(state=JobState.PENDING, run_after__lte=now)
    rows = list(due.order_by("run_after", "id").values_list("id", "kind")[:limit])
    for job_id, kind in rows:
        bells.ring(job_id, kind)
    return len(rows)


def jobs_purge(*, now: int) -> int:
    """Remove jobs done a fortnight ago or dead for ninety days; return how many."""
    removed = 0
    for states, days in (
        ([JobState.DONE, JobState.SKIPPED], KEEP_DONE_DAYS),
        ([JobState.DEAD], KEEP_DEAD_DAYS),
    ):
        old = Job.objects.filter(state__in=states, finished_at__lt=now - days * DAY_SECONDS)
        removed += old.delete()[0]
    return removed


def _schedule_make(name: str, every: int, now: int) -> Schedule:
    Schedule.objects.bulk_create(
        [Schedule(name=name, every_seconds=every, next_at=now)], ignore_conflicts=True
    )
    return Schedule.objects.get(name=name)


def _schedule_change(row: Schedule, every: int, now: int) -> Schedule:
    next_at = min(row.next_at, _after(now, every))
    Schedule.objects.filter(pk=row.pk, next_at=row.next_at).update(
        every_seconds=every, next_at=next_at
    )
    return Schedule.objects.get(pk=row.pk)


@transaction.atomic
def _schedule_fire(row: Schedule, now: int) -> bool:
    moved = Schedule.objects.filter(pk=row.pk, next_at=row.next_at).update(
        next_at=_after(now, row.every_seconds)
    )
    if not moved:
        return False
    key = f"schedule:{row.name}"
    return enqueue(row.name, {}, dedupe_key=key, run_after=now, now=now, acting=SYSTEM) is not None


def _after(now: int, every: int) -> int:
    return (now // every + 1) * every
