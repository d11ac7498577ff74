"""Work the queue in this process, one job after another."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from laurels.apps.jobs.models import Job, JobState
from laurels.apps.jobs.services.running import Outcome, claim, run
from laurels.apps.jobs.services.upkeep import schedules_tick, sweep
from laurels.kit.clock import Clock

_OPEN = (JobState.PENDING, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class Drained:
    """Attempts that succeeded (or were skipped), failed and parked their job; open jobs left."""

    done: int = 0
    failed: int = 0
    dead: int = 0
    remaining: int = 0


def work_once(
    *,
    clock: Clock,
    chance: Callable[[], float] = random.random,
    claimed: Callable[[Job], None] = lambda job: None,
) -> Outcome | None:
    """Tick, sweep, and do one job; None where none is due. `claimed` learns of it before."""
    now = clock.now()
    schedules_tick(now=now)
    sweep(now=now)
    job = claim(now=now)
    if job is None:
        return None
    claimed(job)
    return run(job, clock=clock, chance=chance)


def run_due(
    *,
    clock: Clock,
    limit: int | None = None,
    until: int | None = None,
    chance: Callable[[], float] = random.random,
) -> Drained:
    """Do what is due, at most `limit` jobs and not beyond the instant `until`."""
    sweep(now=clock.now())
    ends: list[str] = []
    while limit is None or len(ends) < limit:
        if until is not None and ends and clock.now() >= until:
            break
        job = claim(now=clock.now())
        if job is None:
            break
        ends.append(run(job, clock=clock, chance=chance).state)
    done = ends.count(JobState.DONE) + ends.count(JobState.SKIPPED)
    return Drained(
        done=done,
        failed=len(ends) - done,
        dead=ends.count(JobState.DEAD),
        remaining=Job.objects.filter(state__in=_OPEN).count(),
    )


def drain(
    *,
    clock: Clock,
    timeout: int,
    wait: Callable[[float], object] = time.sleep,
    work: bool = True,
    chance: Callable[[], float] = random.random,
) -> Drained:
    """Work until no job is open, or `timeout` seconds are over, or all that is left comes later.

    Failed jobs are waited for and tried again. With `work` false only wait: another process is
    serving and does the jobs.
    """
    ends = clock.now() + timeout
    total = Drained()
    if work:
        schedules_tick(now=clock.now())
    while True:
        if work:
            round_ = run_due(clock=clock, until=ends, chance=chance)
            total = Drained(
                total.done + round_.done, total.failed + round_.failed, total.dead + round_.dead
            )
        left = list(Job.objects.filter(state__in=_OPEN).values_list("state", "run_after"))
        can_come = any(state == JobState.RUNNING or after <= ends for state, after in left)
        if not can_come or clock.now() >= ends:
            return Drained(total.done, total.failed, total.dead, len(left))
        wait(1)
