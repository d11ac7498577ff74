"""Jobs that read people, as they are told to whoever asked for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from laurels.apps.jobs.models import Job, JobState
from laurels.apps.jobs.told import error_of, status_of
from laurels.apps.metrics.models import PersonJob
from laurels.apps.people.models import LoginReservation
from laurels.kit.times import format_instant

_ID_MOST = 2**63 - 1


def person_job_get(job_id: int) -> PersonJob | None:
    """Return what a job that reads somebody was asked for, with its row; None where none is."""
    if not 0 < job_id <= _ID_MOST:
        return None
    rows = PersonJob.objects.select_related("job", "contributor")
    return rows.filter(job=job_id).first()


@dataclass(frozen=True, slots=True)
class OwnReading:
    """How the reading of somebody's work stands; `reason` is the word that ended it, if any."""

    read_at: int | None = None
    is_waiting: bool = False
    progress: str = ""
    reason: str = ""


def own_reading_of(contributor_id: int) -> OwnReading:
    """Return how the newest job that reads a person stands, and when one last came to its end."""
    of = PersonJob.objects.filter(contributor=contributor_id).order_by("-job")
    done = of.filter(job__state=JobState.DONE).values_list("job__finished_at", flat=True).first()
    last = of.exclude(job__state=JobState.SKIPPED).select_related("job").first()
    if last is None or last.job.state == JobState.DONE:
        return OwnReading(done)
    if last.job.state == JobState.DEAD:
        return OwnReading(done, reason=last.job.last_error.partition(":")[0])
    return OwnReading(done, True, last.job.progress)


def job_payload(job: Job, asked: PersonJob | None) -> dict[str, Any]:
    """Return a job as the API tells it; spec/metrics.md §4. A job about nobody has no person."""
    return {
        "job_id": job.pk,
        "status": status_of(job),
        "user_id": None if asked is None else str(UUID(asked.user_ref)),
        "github_login": None if asked is None else _login(asked),
        "created_at": format_instant(job.created_at),
        "started_at": _moment(job.started_at),
        "completed_at": _moment(job.finished_at),
        "error_message": error_of(job),
        "triggered_by": "" if asked is None else asked.triggered_by,
        "partition_key": "" if asked is None else asked.partition_key,
        "backfill_days": None if asked is None else asked.backfill_days,
        "sync_run": None if asked is None else asked.sync_run,
        "metric_run": None if asked is None else asked.metric_run_id,
    }


def _login(asked: PersonJob) -> str | None:
    if asked.contributor is not None:
        return asked.contributor.login or None
    kept = LoginReservation.objects.filter(ref=asked.user_ref).values_list("login", flat=True)
    return kept.first()


def _moment(instant: int | None) -> str | None:
    return None if instant is None else format_instant(instant)
