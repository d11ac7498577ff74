from __future__ import annotations

import json

import pytest
from django.db import connection

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.jobs import registry
from laurels.apps.jobs.backoff import MAX_ATTEMPTS
from laurels.apps.jobs.errors import LeaseLost, UnknownKind
from laurels.apps.jobs.models import Job
from laurels.apps.jobs.services import claim, enqueue, renew, run, sweep
from laurels.kit.clock import ManualClock
from tests.apps.jobs.conftest import NOW, leave_trace, traces

pytestmark = pytest.mark.django_db


def add(kind: str = "test.trace", run_after: int = 0) -> Job:
    job = enqueue(kind, {}, run_after=run_after, now=NOW, acting=SYSTEM)
    assert job is not None
    return job


def take(now: int = NOW) -> Job:
    job = claim(now=now)
    assert job is not None
    return job


def test_claim_when_one_is_due_then_it_is_leased_and_counted_before_any_work() -> None:
    add()
    job = take()
    stored = Job.objects.get()
    assert (stored.state, stored.attempts, stored.started_at) == ("running", 1, NOW)
    assert stored.lease_until == NOW + registry.LEASE_SECONDS
    assert stored.lease_token == job.lease_token
    assert len(stored.lease_token or "") == 32
    assert traces() == []
    assert claim(now=NOW) is None


def test_claim_when_several_are_due_then_the_one_due_longest_comes_first() -> None:
    late, early, future = add(run_after=20), add(run_after=10), add(run_after=NOW + 1)
    assert [take().pk, take().pk] == [early.pk, late.pk]
    assert claim(now=NOW) is None
    assert take(NOW + 1).pk == future.pk


def test_claim_when_one_is_named_then_only_that_one_is_taken() -> None:
    first, second = add(), add(run_after=NOW + 50)
    assert claim(now=NOW, job_id=second.pk) is None
    named = claim(now=NOW, job_id=second.pk, early=True)
    assert named is not None
    assert named.pk == second.pk
    assert take().pk == first.pk


def test_claim_when_the_kind_is_unknown_here_then_it_is_left_to_others() -> None:
    Job.objects.create(kind="of.a.newer.version", created_at=1)
    assert claim(now=NOW) is None
    assert Job.objects.get().state == "pending"


def test_claim_when_others_were_faster_then_the_next_is_taken() -> None:
    jobs = [add() for _ in range(12)]
    stolen: list[int] = []

    def interfere(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if sql.startswith("UPDATE") and len(stolen) < 11:
            stolen.append(1)
            with connection.cursor() as cursor:
                cursor.cursor.execute(
                    f"UPDATE jobs_job SET state = 'done' WHERE id = {jobs[len(stolen) - 1].pk}"
                )
        return execute(sql, params, many, context)

    with connection.execute_wrapper(interfere):
        assert take().pk == jobs[11].pk
    assert Job.objects.filter(state="done").count() == 11


def test_run_when_it_succeeds_then_work_and_done_are_written(clock: ManualClock) -> None:
    add()
    job = take()
    clock.advance(5)
    outcome = run(job, clock=clock)
    stored = Job.objects.get()
    assert (outcome.state, outcome.kind, outcome.error) == ("done", "test.trace", "")
    assert (stored.state, stored.result, stored.finished_at) == ("done", "left a trace", NOW + 5)
    assert (stored.lease_token, stored.lease_until) == (None, None)
    assert traces() == [f"trace-{job.pk}-1"]


def test_run_when_the_handler_answers_with_values_then_they_are_kept_as_json(
    clock: ManualClock,
) -> None:
    add("test.numbers")
    run(take(), clock=clock)
    assert json.loads(Job.objects.get().result) == {"seen": NOW}


def test_run_when_it_fails_then_effects_are_taken_back_and_it_waits(clock: ManualClock) -> None:
    add("test.break")
    outcome = run(take(), clock=clock, chance=lambda: 0.5)
    stored = Job.objects.get()
    assert outcome.state == stored.state == "pending"
    assert stored.last_error == outcome.error == "RuntimeError: no luck today"
    assert (stored.run_after, stored.attempts, stored.lease_token) == (NOW + 10, 1, None)
    assert traces() == []


def test_run_when_it_fails_eight_times_then_it_is_parked_and_others_go_on(
    clock: ManualClock,
) -> None:
    poison = add("test.break")
    for _ in range(MAX_ATTEMPTS):
        outcome = run(take(clock.now()), clock=clock)
        clock.advance(3_600 * 2)
    stored = Job.objects.get()
    assert outcome.state == stored.state == "dead"
    assert (stored.attempts, stored.finished_at) == (8, clock.now() - 7_200)
    assert claim(now=clock.now()) is None
    other = add()
    assert run(take(clock.now()), clock=clock).state == "done"
    assert traces() == [f"trace-{other.pk}-1"]
    assert poison.pk == stored.pk


def test_run_when_the_handler_wants_to_leave_then_that_is_a_failure_too(
    clock: ManualClock,
) -> None:
    add("test.quit")
    assert run(take(), clock=clock).error == "SystemExit: 3"


def test_run_when_it_failed_and_then_succeeds_then_the_error_is_gone(clock: ManualClock) -> None:
    add()
    Job.objects.update(last_error="before")
    run(take(), clock=clock)
    assert Job.objects.get().last_error == ""


def test_run_when_an_error_is_long_then_its_beginning_is_kept(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    @registry.handler("test.long")
    def long(job: Job, now: int) -> None:
        raise ValueError("x" * 9_000)

    add("test.long")
    run(take(), clock=clock)
    assert len(Job.objects.get().last_error) == 500


def test_run_when_the_lease_was_lost_then_effects_are_taken_back(clock: ManualClock) -> None:
    add()
    slow = take()
    clock.advance(registry.LEASE_SECONDS)
    sweep(now=clock.now())
    fast = take(clock.now())
    assert run(fast, clock=clock).state == "done"
    assert run(slow, clock=clock).state == "lost"
    assert traces() == [f"trace-{fast.pk}-2"]
    assert Job.objects.get().state == "done"


def test_run_when_it_fails_after_the_lease_was_lost_then_the_row_is_the_others(
    clock: ManualClock,
) -> None:
    add("test.break")
    slow = take()
    clock.advance(registry.LEASE_SECONDS)
    sweep(now=clock.now())
    take(clock.now())
    assert run(slow, clock=clock).state == "lost"
    assert (Job.objects.get().state, Job.objects.get().attempts) == ("running", 2)


def test_run_when_it_has_own_transactions_then_effects_stay_whatever_follows(
    clock: ManualClock,
) -> None:
    add("test.own")
    job = take()
    assert job.lease_until == NOW + 60
    Job.objects.update(lease_token="somebody else's")
    assert run(job, clock=clock).state == "lost"
    assert traces() == ["trace-own-1"]


def test_renew_when_the_lease_is_ours_then_it_is_longer_and_progress_is_told(
    clock: ManualClock,
) -> None:
    @registry.handler("test.long", own_transactions=True, lease_seconds=60)
    def long(job: Job, now: int) -> str:
        for part in range(3):
            clock.advance(40)
            renew(job, now=clock.now(), progress=f"{part + 1} of 3")
            assert sweep(now=clock.now()).revived == 0
        leave_trace("trace-long", now)
        return Job.objects.get().progress

    add("test.long")
    job = take()
    assert run(job, clock=clock).state == "done"
    assert (Job.objects.get().result, traces()) == ("3 of 3", ["trace-long"])
    assert job.lease_until == NOW + 180


def test_renew_when_the_lease_was_lost_then_it_says_so() -> None:
    add("test.own")
    job = take()
    sweep(now=NOW + 60)
    with pytest.raises(LeaseLost):
        renew(job, now=NOW + 61)
    assert Job.objects.get().lease_until is None


def test_registry_when_asked_then_kinds_and_schedules_are_known() -> None:
    registry.handler("test.often", every=60)(lambda job, now: None)
    assert "test.often" in registry.kinds()
    assert [spec.kind for spec in registry.scheduled()] == ["test.often"]
    with pytest.raises(UnknownKind):
        registry.spec_for("test.typo")


def test_run_when_what_repeats_did_nothing_then_it_says_so_only_to_who_debugs(
    caplog: pytest.LogCaptureFixture,
) -> None:
    @registry.handler("test.idle", every=60)
    def idle(job: Job, now: int) -> None:
        """Find nothing to do."""

    @registry.handler("test.busy", every=60)
    def busy(job: Job, now: int) -> str:
        return "something"

    caplog.set_level("DEBUG", "laurels")
    for kind in ("test.idle", "test.busy", "test.trace"):
        run(take_kind(kind), clock=ManualClock(NOW))
    done = [record.levelname for record in caplog.records if "job done" in str(record.msg)]
    assert done == ["DEBUG", "INFO", "INFO"]


def take_kind(kind: str) -> Job:
    job = claim(now=NOW, job_id=add(kind).pk)
    assert job is not None
    return job
