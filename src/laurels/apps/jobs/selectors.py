"""Reads about jobs."""

from __future__ import annotations

from django.db.models import Count

from laurels.apps.jobs.models import Job, JobState


def jobs_list(
    *, state: str | None = None, kind: str | None = None, limit: int | None = 100
) -> list[Job]:
    """Return jobs, the newest first."""
    jobs = Job.objects.order_by("-id")
    if state:
        jobs = jobs.filter(state=state)
    if kind:
        jobs = jobs.filter(kind=kind)
    return list(jobs if limit is None else jobs[:limit])


def job_get(job_id: int) -> Job | None:
    """Return one job, or None."""
    return Job.objects.filter(pk=job_id).first()


def jobs_counts() -> dict[str, int]:
    """Return how many jobs there are in each state, zeros included."""
    counted = dict(Job.objects.values_list("state").annotate(Count("id")).order_by())
    return {state: counted.get(state, 0) for state in JobState.values}
