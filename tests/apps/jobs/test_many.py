"""Jobs by hundreds, jobs that are skipped, and jobs that nobody takes up."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.jobs import registry
from laurels.apps.jobs.errors import Skipped, UnknownKind
from laurels.apps.jobs.models import Job, JobState
from laurels.apps.jobs.services import (
    Queued,
    claim,
    enqueue,
    enqueue_many,
    run,
    run_due,
    sweep,
    waiting_end,
)
from laurels.apps.jobs.told import STATUSES, error_of, status_of
from laurels.kit.clock import ManualClock
from tests.apps.jobs.conftest import NOW, RememberingBell, traces

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def more_kinds(kinds: None) -> None:
    @registry.handler("test.taken", waits_seconds=100)
    def taken(job: Job, now: int) -> None:
        raise Skipped("locked: somebody else does it")


def test_many_when_enqueued_then_in_one_statement_and_the_bell_rings_once(
    bell: RememberingBell, django_capture_on_commit_callbacks: object
) -> None:
    waiting = [Queued({"n": n}, f"key-{n}") for n in range(40)]
    on_commit = django_capture_on_commit_callbacks(execute=True)  # type: ignore[operator]
    with CaptureQueriesContext(connection) as asked, on_commit:
        ids = enqueue_many("test.trace", waiting, now=NOW, acting=SYSTEM)
    assert sum("INSERT" in one["sql"] for one in asked) == 1
    assert set(ids) == {f"key-{n}" for n in range(40)}
    assert bell.rung == [(ids["key-0"], "test.trace")]
    for key, pk in ids.items():
        job = Job.objects.get(pk=pk)
        assert (job.dedupe_key, job.arguments) == (key, f'{{"n":{key[4:]}}}')


def test_many_when_some_wait_already_then_these_are_left_out(bell: RememberingBell) -> None:
    enqueue("test.trace", {}, dedupe_key="b", now=NOW, acting=SYSTEM)
    waiting = [Queued({}, key, NOW + 60) for key in "abc"]
    assert set(enqueue_many("test.trace", waiting, now=NOW, acting=SYSTEM)) == {"a", "c"}
    assert enqueue_many("test.trace", waiting, now=NOW, acting=SYSTEM) == {}
    assert enqueue_many("test.trace", [], now=NOW, acting=SYSTEM) == {}
    assert bell.rung == []
    with pytest.raises(UnknownKind):
        enqueue_many("test.none", waiting, now=NOW, acting=SYSTEM)


def test_skipped_when_raised_then_the_job_is_closed_and_counts_as_no_failure(
    clock: ManualClock,
) -> None:
    enqueue("test.taken", {}, dedupe_key="a", now=NOW, acting=SYSTEM)
    enqueue("test.trace", {}, now=NOW, acting=SYSTEM)
    drained = run_due(clock=clock)
    assert (drained.done, drained.failed, drained.remaining) == (2, 0, 0)
    job = Job.objects.get(kind="test.taken")
    assert (job.state, job.finished_at, job.lease_token) == ("skipped", NOW, None)
    assert (status_of(job), error_of(job)) == ("SKIPPED", "locked: somebody else does it")
    assert len(traces()) == 1
    # Its key is free again.
    assert enqueue("test.taken", {}, dedupe_key="a", now=NOW, acting=SYSTEM) is not None


def test_skipped_when_the_lease_was_lost_then_lost(clock: ManualClock) -> None:
    enqueue("test.taken", {}, now=NOW, acting=SYSTEM)
    job = claim(now=NOW)
    assert job is not None and job.lease_until is not None
    sweep(now=job.lease_until)
    assert run(job, clock=clock).state == "lost"
    assert Job.objects.get().state == "pending"


def test_waiting_when_never_taken_up_then_ended_but_only_of_such_kinds() -> None:
    enqueue("test.taken", {}, now=NOW, acting=SYSTEM)
    enqueue("test.taken", {}, run_after=NOW + 50, now=NOW, acting=SYSTEM)
    enqueue("test.trace", {}, now=NOW, acting=SYSTEM)
    tried = enqueue("test.taken", {}, now=NOW, acting=SYSTEM)
    assert tried is not None
    Job.objects.filter(pk=tried.pk).update(started_at=NOW)
    assert waiting_end(now=NOW + 99) == 0
    assert waiting_end(now=NOW + 100) == 1
    assert waiting_end(now=NOW + 149) == 0
    assert waiting_end(now=NOW + 150) == 1
    ended = Job.objects.filter(state=JobState.DEAD)
    assert {job.last_error.partition(":")[0] for job in ended} == {"stale"}
    assert {job.kind for job in ended} == {"test.taken"}


def test_running_when_its_lease_ran_out_then_marked_stale(clock: ManualClock) -> None:
    enqueue("test.trace", {}, now=NOW, acting=SYSTEM)
    job = claim(now=NOW)
    assert job is not None and job.lease_until is not None
    assert sweep(now=job.lease_until - 1).revived == 0
    assert sweep(now=job.lease_until).revived == 1
    assert Job.objects.get().last_error.startswith("stale: ")
    clock.advance(job.lease_until - NOW)
    run_due(clock=clock)
    assert (Job.objects.get().state, Job.objects.get().last_error) == ("done", "")


def test_statuses_when_listed_then_each_state_has_its_own() -> None:
    assert set(STATUSES) == set(JobState)
    assert set(STATUSES.values()) == {"PENDING", "RUNNING", "COMPLETED", "FAILED", "SKIPPED"}
    assert error_of(Job()) is None
