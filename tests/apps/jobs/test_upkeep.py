from __future__ import annotations

import pytest
from django.db import connection

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.jobs import registry
from laurels.apps.jobs.handlers import purge
from laurels.apps.jobs.models import Job, Schedule
from laurels.apps.jobs.services import (
    Drained,
    Swept,
    claim,
    drain,
    enqueue,
    jobs_purge,
    run,
    run_due,
    schedules_tick,
    sweep,
    work_once,
)
from laurels.kit.clock import ManualClock
from tests.apps.jobs.conftest import NOW, RememberingBell, traces

pytestmark = pytest.mark.django_db
LEASE = registry.LEASE_SECONDS
DAY = 86_400


def add(kind: str = "test.trace", run_after: int = 0) -> Job:
    job = enqueue(kind, {}, run_after=run_after, now=NOW, acting=SYSTEM)
    assert job is not None
    return job


def often(every: int = 60) -> None:
    registry.handler("test.often", every=every)(lambda job, now: "ticked")


def half() -> float:
    return 0.5


def test_sweep_when_the_worker_is_gone_then_the_job_waits_again(bell: RememberingBell) -> None:
    job = add()
    claim(now=NOW)
    assert sweep(now=NOW + LEASE - 1) == Swept(0, 0)
    assert sweep(now=NOW + LEASE) == Swept(1, 0)
    stored = Job.objects.get()
    assert (stored.state, stored.attempts, stored.run_after) == ("pending", 1, NOW + LEASE)
    assert "gone or hung" in stored.last_error
    assert bell.rung == [(job.pk, "test.trace")]


def test_sweep_when_a_job_kills_its_worker_every_time_then_it_is_parked() -> None:
    add()
    now = NOW
    for attempt in range(1, 9):
        job = claim(now=now)
        assert job is not None
        assert job.attempts == attempt
        now += LEASE
        assert sweep(now=now) == (Swept(1, 0) if attempt < 8 else Swept(0, 1))
    assert (Job.objects.get().state, Job.objects.get().finished_at) == ("dead", now)
    assert claim(now=now) is None
    add()
    assert claim(now=now) is not None


def test_sweep_when_the_lease_is_renewed_meanwhile_then_it_stays() -> None:
    add()
    claim(now=NOW)

    def interfere(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if sql.startswith("UPDATE"):
            with connection.cursor() as cursor:
                cursor.cursor.execute("UPDATE jobs_job SET lease_until = lease_until + 60")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(interfere):
        assert sweep(now=NOW + LEASE) == Swept(0, 0)
    assert Job.objects.get().state == "running"


def test_tick_when_a_schedule_is_new_then_it_is_due_at_once() -> None:
    often()
    assert schedules_tick(now=NOW) == 1
    row = Schedule.objects.get()
    assert (row.name, row.every_seconds, str(row)) == ("test.often", 60, "test.often")
    assert row.next_at == (NOW // 60 + 1) * 60
    job = Job.objects.get()
    assert (job.kind, job.dedupe_key) == ("test.often", "schedule:test.often")


def test_tick_when_it_is_not_due_then_nothing_happens() -> None:
    often()
    schedules_tick(now=NOW)
    Job.objects.all().delete()
    due = Schedule.objects.get().next_at
    assert schedules_tick(now=due - 1) == 0
    assert schedules_tick(now=due) == 1
    assert schedules_tick(now=due) == 0


def test_tick_when_times_were_missed_then_one_job_makes_up_for_them() -> None:
    often()
    schedules_tick(now=NOW)
    Job.objects.all().delete()
    assert schedules_tick(now=NOW + 10 * DAY) == 1
    assert Schedule.objects.get().next_at == ((NOW + 10 * DAY) // 60 + 1) * 60


def test_tick_when_the_last_job_still_runs_then_there_is_no_second() -> None:
    often()
    schedules_tick(now=NOW)
    claim(now=NOW)
    assert schedules_tick(now=NOW + 60) == 0
    assert Job.objects.count() == 1


def test_tick_when_another_process_was_first_then_the_job_is_there_once() -> None:
    often()
    schedules_tick(now=NOW)
    Job.objects.all().delete()
    done: list[int] = []

    def interfere(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if sql.startswith("UPDATE") and not done:
            done.append(1)
            done.append(schedules_tick(now=NOW + 60))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(interfere):
        assert schedules_tick(now=NOW + 60) == 0
    assert done == [1, 1]
    assert Job.objects.count() == 1


def test_tick_when_the_period_changed_then_the_next_time_does_too() -> None:
    often(DAY)
    schedules_tick(now=NOW)
    assert Schedule.objects.get().next_at == (NOW // DAY + 1) * DAY
    often(60)
    schedules_tick(now=NOW)
    row = Schedule.objects.get()
    assert (row.every_seconds, row.next_at) == (60, (NOW // 60 + 1) * 60)


def test_tick_when_nothing_repeats_then_nothing_is_written() -> None:
    assert schedules_tick(now=NOW) == 0
    assert not Schedule.objects.exists()


def test_purge_when_jobs_ended_long_ago_then_their_rows_go() -> None:
    for state, days in (("done", 15), ("done", 13), ("skipped", 15), ("dead", 91), ("dead", 89)):
        Job.objects.create(kind="x", created_at=1, state=state, finished_at=NOW - days * DAY)
    Job.objects.create(kind="x", created_at=1)
    assert jobs_purge(now=NOW) == 3
    left = Job.objects.order_by("id").values_list("state", flat=True)
    assert list(left) == ["done", "dead", "pending"]
    assert purge(Job(), NOW) == {"removed": 0, "files": 0}


def test_work_once_when_called_then_schedules_leases_and_jobs_are_seen_to(
    clock: ManualClock,
) -> None:
    often()
    claimed: list[str] = []
    outcome = work_once(clock=clock, claimed=lambda job: claimed.append(job.kind))
    assert outcome is not None
    assert (outcome.kind, outcome.state) == ("test.often", "done")
    assert claimed == ["test.often"]
    assert work_once(clock=clock) is None
    add()
    claim(now=clock.now())
    clock.advance(LEASE)
    assert {work_once(clock=clock).kind for _ in range(2)} == {"test.often", "test.trace"}  # type: ignore[union-attr]


def test_run_due_when_there_is_a_limit_then_it_stops_there(clock: ManualClock) -> None:
    for _ in range(3):
        add()
    assert run_due(clock=clock, limit=2) == Drained(done=2, remaining=1)
    assert run_due(clock=clock) == Drained(done=1)


def test_run_due_when_time_is_over_then_it_stops_after_one(clock: ManualClock) -> None:
    add(), add()
    assert run_due(clock=clock, until=NOW) == Drained(done=1, remaining=1)


def test_drain_when_all_succeeds_then_nothing_is_left(clock: ManualClock) -> None:
    often()
    add(), add()
    assert drain(clock=clock, timeout=60, wait=clock.advance) == Drained(done=3)
    assert len(traces()) == 2


def test_drain_when_jobs_fail_then_they_are_waited_for_and_parked(clock: ManualClock) -> None:
    add("test.break"), add()
    drained = drain(clock=clock, timeout=7_200, wait=lambda _: clock.advance(10), chance=half)
    assert drained == Drained(done=1, failed=8, dead=1)
    assert clock.now() == NOW + sum(10 << n for n in range(7))


def test_drain_when_what_is_left_comes_later_then_it_does_not_wait(clock: ManualClock) -> None:
    add(run_after=NOW + 61)
    assert drain(clock=clock, timeout=60, wait=clock.advance) == Drained(remaining=1)
    assert clock.now() == NOW


def test_drain_when_time_is_over_then_it_says_what_is_left(clock: ManualClock) -> None:
    add("test.break")
    drained = drain(clock=clock, timeout=15, wait=clock.advance, chance=half)
    assert drained == Drained(failed=2, remaining=1)


def test_drain_when_another_process_works_then_it_only_waits(clock: ManualClock) -> None:
    add()
    job = claim(now=NOW)
    assert job is not None

    def elsewhere(seconds: float) -> None:
        clock.advance(int(seconds))
        if clock.now() == NOW + 3:
            run(job, clock=clock)

    assert drain(clock=clock, timeout=60, wait=elsewhere, work=False) == Drained()
    assert clock.now() == NOW + 3
    add()
    assert drain(clock=clock, timeout=2, wait=elsewhere, work=False) == Drained(remaining=1)
