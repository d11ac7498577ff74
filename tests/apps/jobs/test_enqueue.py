from __future__ import annotations

import json

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks

from laurels.apps.audit.actors import SYSTEM, operator
from laurels.apps.audit.models import AuditRow
from laurels.apps.jobs import bells
from laurels.apps.jobs.errors import NotRetryable, UnknownKind
from laurels.apps.jobs.models import Job, JobState
from laurels.apps.jobs.selectors import job_get, jobs_counts, jobs_list
from laurels.apps.jobs.services import enqueue, job_retry, texts_scrub
from laurels.kit.canonical import NotCanonical
from tests.apps.jobs.conftest import NOW, RememberingBell

pytestmark = pytest.mark.django_db


def add(kind: str = "test.trace", **more: object) -> Job | None:
    fields = {"arguments": {}, "now": NOW, "acting": SYSTEM, **more}
    return enqueue(kind, **fields)  # type: ignore[arg-type]


def test_enqueue_when_called_then_the_row_waits() -> None:
    job = add(arguments={"b": 2, "a": [1, "x"]}, run_after=NOW + 5)
    assert job is not None
    stored = Job.objects.get()
    assert stored == job
    for name in ("kind", "arguments", "state", "attempts", "run_after", "created_at"):
        assert getattr(stored, name) == getattr(job, name)
    assert stored.arguments == '{"a":[1,"x"],"b":2}'
    assert (stored.state, stored.attempts, str(stored)) == ("pending", 0, f"test.trace #{job.pk}")


def test_enqueue_when_committed_then_the_bell_rings(
    bell: RememberingBell, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = add()
        assert bell.rung == []
    assert job is not None
    assert bell.rung == [(job.pk, "test.trace")]


def test_enqueue_when_rolled_back_then_there_is_neither_row_nor_ring(
    bell: RememberingBell, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with (
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(RuntimeError),
        transaction.atomic(),
    ):
        add()
        raise RuntimeError
    assert bell.rung == []
    assert not Job.objects.exists()


def test_enqueue_when_it_is_for_later_then_the_bell_stays_silent(
    bell: RememberingBell, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        add(run_after=NOW + 1)
        add(run_after=NOW)
    assert len(bell.rung) == 1


def test_enqueue_when_no_bell_is_installed_then_nothing_is_missed(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    bells.install(bells.NoBell())
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        assert add() is not None
    assert len(callbacks) == 1


@pytest.mark.parametrize("state", ["pending", "running"])
def test_enqueue_when_one_with_the_key_is_open_then_there_is_no_second(state: str) -> None:
    add(dedupe_key="k")
    Job.objects.update(state=state)
    assert add(dedupe_key="k") is None
    assert add(dedupe_key="other") is not None
    assert Job.objects.count() == 2


@pytest.mark.parametrize("state", ["done", "dead", "skipped"])
def test_enqueue_when_one_with_the_key_has_ended_then_there_is_another(state: str) -> None:
    add(dedupe_key="k")
    Job.objects.update(state=state)
    assert add(dedupe_key="k") is not None


def test_enqueue_when_there_is_no_key_then_any_number_waits() -> None:
    assert len({add().pk for _ in range(3)}) == 3  # type: ignore[union-attr]


def test_enqueue_when_nobody_knows_the_kind_then_it_is_refused() -> None:
    with pytest.raises(UnknownKind, match="typo"):
        add("test.typo")
    assert not Job.objects.exists()


def test_enqueue_when_arguments_have_no_exact_form_then_it_is_refused() -> None:
    with pytest.raises(NotCanonical):
        add(arguments={"share": 0.5})
    assert not Job.objects.exists()


def test_enqueue_when_called_then_one_statement_is_enough() -> None:
    with CaptureQueriesContext(connection) as queries:
        add(dedupe_key="k")
    assert len([query for query in queries if "SAVEPOINT" not in query["sql"]]) == 1


def test_retry_when_dead_then_it_has_its_attempts_again(bell: RememberingBell) -> None:
    job = add()
    assert job is not None
    Job.objects.update(state="dead", attempts=8, last_error="x", finished_at=NOW)
    revived = job_retry(job.pk, now=NOW + 9, acting=operator())
    assert (revived.state, revived.attempts, revived.run_after) == (JobState.PENDING, 0, NOW + 9)
    assert revived.finished_at is None
    row = AuditRow.objects.get()
    assert (row.action, row.subject) == ("job:retry", f"job:{job.pk}")
    assert json.loads(row.after) == {"kind": "test.trace"}


@pytest.mark.parametrize("state", ["pending", "running", "done"])
def test_retry_when_not_dead_then_it_is_refused(state: str) -> None:
    job = add()
    assert job is not None
    Job.objects.update(state=state)
    with pytest.raises(NotRetryable):
        job_retry(job.pk, now=NOW, acting=operator())
    assert not AuditRow.objects.exists()


def test_retry_when_another_with_the_key_is_open_then_it_is_refused() -> None:
    job = add(dedupe_key="k")
    assert job is not None
    Job.objects.update(state="dead")
    add(dedupe_key="k")
    with pytest.raises(NotRetryable, match="same key"):
        job_retry(job.pk, now=NOW, acting=operator())


def test_scrub_when_a_word_occurs_then_the_words_of_that_job_go() -> None:
    Job.objects.create(kind="a", created_at=1, last_error="No Ada here", result="r", progress="p")
    Job.objects.create(kind="b", created_at=1, progress="at ADA's")
    Job.objects.create(kind="c", created_at=1, result="fine")
    assert texts_scrub(["ada"]) == 2
    texts = Job.objects.order_by("kind").values_list("last_error", "progress", "result")
    assert list(texts) == [("", "", ""), ("", "", ""), ("", "", "fine")]


def test_list_when_filtered_then_the_newest_come_first() -> None:
    first, second, third = add(), add("test.own"), add()
    Job.objects.filter(pk=third.pk).update(state="done")  # type: ignore[union-attr]
    assert jobs_list() == [third, second, first]
    assert jobs_list(limit=None, state="pending") == [second, first]
    assert jobs_list(kind="test.own") == [second]
    assert jobs_list(limit=1) == [third]
    assert job_get(first.pk) == first  # type: ignore[union-attr]
    assert job_get(0) is None
    assert jobs_counts() == {"pending": 2, "running": 0, "done": 1, "dead": 0, "skipped": 0}
