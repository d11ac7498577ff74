"""All that changes jobs. The row is the truth, the bell a hint; `running` states the guarantees."""

from __future__ import annotations

from laurels.apps.jobs.services.draining import Drained, drain, run_due, work_once
from laurels.apps.jobs.services.queueing import (
    Queued,
    enqueue,
    enqueue_many,
    job_retry,
    texts_scrub,
)
from laurels.apps.jobs.services.running import Outcome, claim, renew, run
from laurels.apps.jobs.services.upkeep import (
    Swept,
    hints_renew,
    jobs_purge,
    schedules_tick,
    sweep,
    waiting_end,
)

__all__ = [
    "Drained",
    "Outcome",
    "Queued",
    "Swept",
    "claim",
    "drain",
    "enqueue",
    "enqueue_many",
    "hints_renew",
    "job_retry",
    "jobs_purge",
    "renew",
    "run",
    "run_due",
    "schedules_tick",
    "sweep",
    "texts_scrub",
    "waiting_end",
    "work_once",
]
