"""The queue's own repeating work."""

from __future__ import annotations

from laurels.apps.jobs.models import Job
from laurels.apps.jobs.registry import handler
from laurels.apps.jobs.requests import requests_purge
from laurels.apps.jobs.services import jobs_purge, waiting_end


@handler("jobs.purge", every=86_400)
def purge(job: Job, now: int) -> dict[str, int]:
    """Remove the rows of jobs that ended long ago, and requests that nobody waits for."""
    return {"removed": jobs_purge(now=now), "files": requests_purge(now=now)}


@handler("jobs.stale", every=600)
def stale(job: Job, now: int) -> dict[str, int] | None:
    """End what nobody took up in time."""
    ended = waiting_end(now=now)
    return {"ended": ended} if ended else None
