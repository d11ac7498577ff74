"""Claim a job, do it, and say how it went.

Guarantee: a committed job is done at least once and, where its handler runs inside our transaction
(the default), its effects happen exactly once: "done" is written by compare-and-set on the lease's
random token in the same transaction, so whoever lost the lease takes their effects back. Attempts
are counted when a job is claimed, before any work, so a job that kills its worker is parked (dead)
after eight attempts like one that raises.
Not guaranteed: order between jobs; that a handler with `own_transactions` runs only once (it must
be idempotent); that a job killed half-way is taken up before its lease has run out.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F

from laurels.apps.jobs import registry
from laurels.apps.jobs.backoff import MAX_ATTEMPTS, delay_seconds
from laurels.apps.jobs.errors import Ended, LeaseLost, PutOff, Skipped
from laurels.apps.jobs.models import Job, JobState
from laurels.kit.canonical import canonical_bytes
from laurels.kit.clock import Clock

_CANDIDATES = 8
_LONGEST_ERROR = 500
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt ended: `state` is done, skipped, pending (tried again), dead or lost."""

    job_id: int
    kind: str
    state: str
    error: str = ""


def claim(*, now: int, job_id: int | None = None, early: bool = False) -> Job | None:
    """Take the job that is due longest (or this one) for this worker; None where there is none.

    Kinds without a handler here are left to processes that know them. `early` takes the job even
    before its time.
    """
    due = Job.objects.filter(state=JobState.PENDING, kind__in=registry.kinds())
    if not early:
        due = due.filter(run_after__lte=now)
    if job_id is not None:
        due = due.filter(pk=job_id)
    while candidates := list(due.order_by("run_after", "id")[:_CANDIDATES]):
        for job in candidates:
            if _take(job, now):
                return job
    return None


def _take(job: Job, now: int) -> bool:
    token = secrets.token_hex(16)
    lease_until = now + registry.spec_for(job.kind).lease_seconds
    taken = Job.objects.filter(
        pk=job.pk, state=JobState.PENDING, attempts=job.attempts, run_after=job.run_after
    ).update(
        state=JobState.RUNNING,
        attempts=F("attempts") + 1,
        lease_token=token,
        lease_until=lease_until,
        started_at=now,
    )
    if taken:
        job.state, job.attempts, job.started_at = JobState.RUNNING, job.attempts + 1, now
        job.lease_token, job.lease_until = token, lease_until
    return bool(taken)


def renew(job: Job, *, now: int, progress: str | None = None) -> None:
    """Keep the lease and, where given, tell how far the job is; raises LeaseLost when too late.

    For handlers with `own_transactions`: inside a transaction nobody else sees it before the end.
    """
    changes: dict[str, Any] = {"lease_until": now + registry.spec_for(job.kind).lease_seconds}
    if progress is not None:
        changes["progress"] = progress
    if not _mine(job).update(**changes):
        raise LeaseLost(f"job {job.pk} is no longer ours")
    job.lease_until = changes["lease_until"]


def run(job: Job, *, clock: Clock, chance: Callable[[], float] = random.random) -> Outcome:
    """Do a claimed job and write down how it went; a handler's error is kept, never raised.

    Errors of the database while writing that down are raised: the lease then runs out by itself.
    """
    spec = registry.spec_for(job.kind)
    log = _log.bind(job_id=job.pk, job_kind=job.kind, attempt=job.attempts)
    try:
        if spec.own_transactions:
            _finish(job, spec.function(job, clock.now()), clock.now())
        else:
            with transaction.atomic():
                _finish(job, spec.function(job, clock.now()), clock.now())
    except LeaseLost:
        log.warning("job lost its lease")
        return Outcome(job.pk, job.kind, "lost", "the lease ran out")
    except PutOff as put_off:
        log.info("job put off", until=put_off.until, reason=str(put_off))
        return _put_off(job, put_off)
    except Skipped as skipped:
        log.info("job skipped", reason=str(skipped))
        return _skip(job, skipped, clock.now())
    except Ended as ended:
        log.warning("job ended", reason=str(ended))
        return _fail(job, ended, clock.now(), 0.0)
    except (Exception, SystemExit) as error:
        log.exception("job failed")
        return _fail(job, error, clock.now(), chance())
    # What repeats every minute says so only where it did something.
    (log.debug if spec.every and not job.result else log.info)("job done")
    return Outcome(job.pk, job.kind, job.state)


def _mine(job: Job) -> Any:
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING, lease_token=job.lease_token)


def _finish(job: Job, result: Any, now: int) -> None:
    """Write "done"; in the handler's transaction this is what makes its effects count once."""
    text = result if isinstance(result, str) else _json(result)
    closed = _mine(job).update(
        state=JobState.DONE,
        result=text,
        last_error="",
        lease_token=None,
        lease_until=None,
        finished_at=now,
    )
    if not closed:
        raise LeaseLost(f"job {job.pk} is no longer ours")
    job.state, job.result, job.finished_at = JobState.DONE, text, now


def _json(result: Any) -> str:
    return "" if result is None else canonical_bytes(result).decode()


def _put_off(job: Job, put_off: PutOff) -> Outcome:
    """Give the lease and the attempt back; the job waits until its time."""
    text = str(put_off)[:_LONGEST_ERROR].replace("\0", "")
    changed = _mine(job).update(
        state=JobState.PENDING,
        attempts=F("attempts") - 1,
        run_after=put_off.until,
        last_error=text,
        lease_token=None,
        lease_until=None,
    )
    job.state = JobState.PENDING
    return Outcome(job.pk, job.kind, JobState.PENDING if changed else "lost", text)


def _skip(job: Job, skipped: Skipped, now: int) -> Outcome:
    """Close a job whose work somebody else does at this moment."""
    text = str(skipped)[:_LONGEST_ERROR].replace("\0", "")
    changed = _mine(job).update(
        state=JobState.SKIPPED,
        last_error=text,
        lease_token=None,
        lease_until=None,
        finished_at=now,
    )
    job.state = JobState.SKIPPED
    return Outcome(job.pk, job.kind, JobState.SKIPPED if changed else "lost", text)


def _fail(job: Job, error: BaseException, now: int, chance: float) -> Outcome:
    is_ended = isinstance(error, Ended)
    words = str(error) if is_ended else f"{type(error).__name__}: {error}"
    text = words[:_LONGEST_ERROR].replace("\0", "")
    is_dead = is_ended or job.attempts >= MAX_ATTEMPTS
    changed = _mine(job).update(
        state=JobState.DEAD if is_dead else JobState.PENDING,
        run_after=now if is_dead else now + delay_seconds(job.attempts, chance),
        last_error=text,
        lease_token=None,
        lease_until=None,
        finished_at=now if is_dead else None,
    )
    if not changed:
        return Outcome(job.pk, job.kind, "lost", text)
    job.state = JobState.DEAD if is_dead else JobState.PENDING
    return Outcome(job.pk, job.kind, job.state, text)
