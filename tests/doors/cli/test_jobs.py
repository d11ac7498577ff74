"""Jobs by hand: listed, run, retried, drained."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.jobs import registry
from laurels.apps.jobs.models import Job, JobState
from laurels.apps.jobs.services import enqueue
from laurels.cli import lock
from tests.doors.cli.conftest import NOW, Laurels


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    """Register one kind that works and one that does not."""
    before = dict(registry._HANDLERS)
    registry.handler("test.fine")(lambda job, now: "fine")

    @registry.handler("test.broken")
    def broken(job: Job, now: int) -> None:
        raise ValueError("it broke")

    yield
    registry._HANDLERS.clear()
    registry._HANDLERS.update(before)


def put(kind: str, run_after: int = 0) -> int:
    job = enqueue(kind, {}, run_after=run_after, now=NOW, acting=SYSTEM)
    assert job is not None
    return int(job.pk)


def test_list_when_there_are_none_then_said(laurels: Laurels) -> None:
    assert laurels("jobs", "list").out == "There are no such jobs.\n"
    assert laurels("jobs", "list", "--json").json == {"rows": [], "total": 0}


def test_list_when_filtered_and_limited_then_the_total_counts_all(laurels: Laurels) -> None:
    fine = [put("test.fine") for _ in range(3)]
    put("test.broken")
    told = laurels("jobs", "list", "--kind", "test.fine", "--limit", 2, "--json").json
    assert ([row["id"] for row in told["rows"]], told["total"]) == (fine[:0:-1], 3)
    assert laurels("jobs", "list", "--state", "dead", "--json").json["total"] == 0
    out = laurels("jobs", "list", "--limit", 1).out
    assert "at once" in out
    assert "1 of 4 jobs; --limit shows more." in out


def test_run_when_a_job_waits_for_later_then_done_now(laurels: Laurels) -> None:
    job = put("test.fine", NOW + 9_999)
    assert laurels("jobs", "run", job).out == f"Job {job} (test.fine) is done.\n"
    ran = laurels("jobs", "run", job)
    assert (ran.code, ran.out) == (2, "")
    assert f"Job {job} is not waiting: it is done." in ran.err


def test_run_when_there_is_no_such_job_then_refused(laurels: Laurels) -> None:
    ran = laurels("jobs", "run", 404)
    assert ran.code == 2
    assert "there is none of this number" in ran.err


def test_run_when_it_fails_then_exit_code_1_and_why(laurels: Laurels) -> None:
    ran = laurels("jobs", "run", put("test.broken"))
    assert (ran.code, ran.out) == (1, "")
    assert "failed and is pending: ValueError: it broke" in ran.err
    ran = laurels("jobs", "run", put("test.broken"), "--json")
    assert (ran.code, ran.json["state"]) == (1, "pending")


def test_retry_when_dead_then_waits_again_else_refused(laurels: Laurels) -> None:
    job = put("test.fine")
    ran = laurels("jobs", "retry", job)
    assert (ran.code, ran.err) == (2, "Only a dead job can be tried again.\n")
    Job.objects.filter(pk=job).update(state=JobState.DEAD, attempts=8, finished_at=NOW)
    assert laurels("jobs", "retry", job, "--json").json["state"] == "pending"
    Job.objects.filter(pk=job).update(state=JobState.DEAD)
    assert laurels("jobs", "retry", job).out == f"Job {job} (test.fine) waits again.\n"


def test_drain_when_nobody_serves_then_done_here(program: Laurels) -> None:
    job = put("test.fine")
    told = program("jobs", "drain", "--json").json
    assert told["done"] >= 2
    assert (told["failed"], told["dead"], told["served"]) == (0, 0, False)
    assert Job.objects.get(pk=job).state == JobState.DONE
    assert program("certificate", "list", "--json").json["total"] == 2
    assert program("jobs", "drain").out.startswith("Did 0 jobs; ")


def test_drain_when_a_job_fails_then_exit_code_1(laurels: Laurels) -> None:
    put("test.broken")
    ran = laurels("jobs", "drain", "--timeout", 0, "--json")
    assert (ran.code, ran.json["failed"], ran.json["done"]) == (1, 1, 0)
    # What repeats by itself was put in, and there was no time for it.
    assert ran.json["due"] == ran.json["remaining"] - 1 > 0
    assert "still due when the time was over" in ran.err


def test_drain_when_a_server_runs_then_waits_for_it(program: Laurels, data_dir: Path) -> None:
    job = put("test.fine")
    with lock.held(data_dir):
        told = program("jobs", "drain", "--timeout", 0, "--json").json
        assert (told["done"], told["due"], told["served"]) == (0, 2, True)
        assert "The running server has" in program("jobs", "drain", "--timeout", 0).out
    assert Job.objects.get(pk=job).state == JobState.PENDING
