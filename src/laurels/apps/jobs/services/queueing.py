"""Put jobs in, and give dead ones another life."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Q

from laurels.apps import sql
from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.jobs import bells, registry
from laurels.apps.jobs.errors import NotRetryable
from laurels.apps.jobs.models import Job, JobState
from laurels.kit.canonical import canonical_bytes

_HEAD = (
    "INSERT INTO jobs_job (kind, arguments, dedupe_key, state, attempts, run_after, last_error,"
    " progress, result, created_at) VALUES"
)
_VALUES = "(%s, %s, %s, 'pending', 0, %s, '', '', '', %s)"
_CONFLICT = " ON CONFLICT DO NOTHING RETURNING id"
_INSERT = f"{_HEAD} {_VALUES}{_CONFLICT}"
_TOGETHER = 500
"""So many jobs go in with one statement; SQLite takes no more parameters than 32,766."""


@transaction.atomic
def enqueue(
    kind: str,
    arguments: Mapping[str, Any],
    *,
    dedupe_key: str | None = None,
    run_after: int = 0,
    now: int,
    acting: Actor,
) -> Job | None:
    """Add a job to the caller's transaction; the bell rings when that commits.

    Returns None where a job with the same `dedupe_key` is still pending or running. Mind that a
    running one may have looked already: what must not wait for a schedule takes no key.
    `arguments` hold ids and short words only, never secrets, names or logins. Raises UnknownKind.
    """
    registry.spec_for(kind)
    body = canonical_bytes(dict(arguments)).decode()
    found = sql.fetch(_INSERT, [kind, body, dedupe_key, run_after, now])
    if not found:
        return None
    job = Job(
        id=found[0][0],
        kind=kind,
        arguments=body,
        dedupe_key=dedupe_key,
        run_after=run_after,
        created_at=now,
    )
    job._state.adding = False
    _ring_on_commit(job, now)
    return job


class Queued(NamedTuple):
    """A job to be: its arguments, the key that only one open job may have, and when it is due."""

    arguments: Mapping[str, Any]
    dedupe_key: str
    run_after: int = 0


@transaction.atomic
def enqueue_many(kind: str, jobs: Iterable[Queued], *, now: int, acting: Actor) -> dict[str, int]:
    """Add many jobs of a kind (a statement for five hundred); return their ids by their keys.

    A key that an open job has already is left out. The bell rings once for all that are due.
    """
    registry.spec_for(kind)
    waiting = list(jobs)
    ids: dict[str, int] = {}
    for start in range(0, len(waiting), _TOGETHER):
        part = waiting[start : start + _TOGETHER]
        values = ", ".join([_VALUES] * len(part))
        parameters: list[Any] = []
        for one in part:
            body = canonical_bytes(dict(one.arguments)).decode()
            parameters += [kind, body, one.dedupe_key, one.run_after, now]
        found = sql.fetch(f"{_HEAD} {values}{_CONFLICT}, dedupe_key", parameters)
        ids |= {key: pk for pk, key in found}
    due = [ids[one.dedupe_key] for one in waiting if one.run_after <= now and one.dedupe_key in ids]
    if due:
        transaction.on_commit(lambda: bells.ring(due[0], kind), robust=True)
    return ids


@transaction.atomic
def job_retry(job_id: int, *, now: int, acting: Actor) -> Job:
    """Give a dead job its eight attempts again; raises NotRetryable where it is not dead."""
    try:
        with transaction.atomic():
            revived = Job.objects.filter(pk=job_id, state=JobState.DEAD).update(
                state=JobState.PENDING, attempts=0, run_after=now, finished_at=None
            )
    except IntegrityError:
        raise NotRetryable("another job with the same key is waiting or running") from None
    if not revived:
        raise NotRetryable("only a dead job can be tried again")
    job = Job.objects.get(pk=job_id)
    record(
        acting=acting,
        action="job:retry",
        subject=f"job:{job_id}",
        after={"kind": job.kind},
        now=now,
    )
    _ring_on_commit(job, now)
    return job


def texts_scrub(words: Iterable[str]) -> int:
    """Empty what jobs said in words wherever it holds one of these (an erased person's logins)."""
    scrubbed = 0
    for word in words:
        spoken = (
            Q(last_error__icontains=word) | Q(result__icontains=word) | Q(progress__icontains=word)
        )
        scrubbed += Job.objects.filter(spoken).update(last_error="", result="", progress="")
    return scrubbed


def _ring_on_commit(job: Job, now: int) -> None:
    if job.run_after <= now:
        transaction.on_commit(lambda: bells.ring(job.pk, job.kind), robust=True)
