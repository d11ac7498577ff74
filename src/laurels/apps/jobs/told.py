"""What a job's state is called outside: the one place where our words become the API's."""

from __future__ import annotations

from typing import Final

from laurels.apps.jobs.models import Job, JobState

STATUSES: Final = {
    JobState.PENDING: "PENDING",
    JobState.RUNNING: "RUNNING",
    JobState.DONE: "COMPLETED",
    JobState.DEAD: "FAILED",
    JobState.SKIPPED: "SKIPPED",
}


def status_of(job: Job) -> str:
    """Return the status of a job as it is told."""
    return STATUSES[JobState(job.state)]


def error_of(job: Job) -> str | None:
    """Return what ended a job, or what it was put off for; begins with a stable word and a colon.

    None where nothing went wrong.
    """
    return job.last_error or None
