"""Long work while a server runs on the embedded database: the server does it, as a job.

Two processes that write one SQLite file wait for each other; so the process that serves the data
folder is the one that writes much (spec: one writer). Short writes of commands wait their turn.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from laurels.cli.house import House
from laurels.cli.lock import Served, served_by
from laurels.cli.progress import Progress

_LOOK_SECONDS = 0.2
_START_SECONDS = 30


class ErrandFailed(Exception):
    """The server could not do what was asked; `status_code` says as in HTTP whose fault it was."""

    code = "errand_failed"

    def __init__(self, text: str, status_code: int = 500) -> None:
        super().__init__(text)
        self.status_code = status_code


def is_for_server(here: House) -> bool:
    """Tell whether a server that does jobs has this embedded database."""
    if not here.settings.is_embedded:
        return False
    served = served_by(here.settings.data_dir)
    for _ in range(int(_START_SECONDS / _LOOK_SECONDS)):
        if served is None or served.is_ready:
            break
        time.sleep(_LOOK_SECONDS)  # it prepares the database, or settles what was left
        served = served_by(here.settings.data_dir)
    return isinstance(served, Served) and served.workers > 0


def run_there(
    here: House, kind: str, asked: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    """Ask the server for a job and wait for its end; return what it tells.

    Raises ErrandFailed with the message that the work ended with, or where the server ended first.
    """
    from laurels.apps.jobs.requests import answer_of, request_make, request_remove
    from laurels.apps.jobs.services import enqueue

    token = request_make(asked)
    job = enqueue(kind, {"request": token}, now=here.now, acting=here.acting)
    assert job is not None  # it has no key that another could have
    _wait(here, int(job.pk), progress)
    answer = answer_of(token)
    request_remove(token)
    if "error" in answer:
        raise ErrandFailed(answer["error"], answer["status"])
    done: dict[str, Any] = answer["done"]
    return done


def _wait(here: House, job_id: int, progress: Progress) -> None:
    from laurels.apps.jobs.models import JobState
    from laurels.apps.jobs.selectors import job_get

    while True:
        # Looked at before the job: it may have ended together with the server.
        is_served = served_by(here.settings.data_dir) is not None
        job = job_get(job_id)
        if job is not None and job.state == JobState.DONE:
            return
        if job is None or job.state == JobState.DEAD:
            why = f": {job.last_error}" if job else ""
            raise ErrandFailed(f"The running server gave job {job_id} up{why}")
        if not is_served:
            raise ErrandFailed(
                f"The server ended before job {job_id} did; it goes on with `laurels serve` or"
                " `laurels jobs drain`, or ask again."
            )
        what, _, numbers = job.progress.rpartition(" ")
        done, _, total = numbers.partition("/")
        if done.isdigit() and total.isdigit():
            progress(what, int(done), int(total))
        time.sleep(_LOOK_SECONDS)
