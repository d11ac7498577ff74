"""Jobs that read a person: asked for, locked, retried, refused, swept, and what stays of them."""

from __future__ import annotations

import json

import pytest
from django.conf import settings
from django.db import connection

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.audit.models import AuditRow
from laurels.apps.intake.models_sync import SyncRun, SyncSubject
from laurels.apps.jobs.models import Job
from laurels.apps.jobs.registry import BULK, queue_of
from laurels.apps.jobs.services import claim, sweep, waiting_end
from laurels.apps.jobs.told import status_of
from laurels.apps.metrics.models import MetricRun, PersonJob
from laurels.apps.metrics.selectors.jobs import job_payload, person_job_get
from laurels.apps.people.models import Contributor, TokenReference
from laurels.apps.people.services.tokens import token_for
from laurels.apps.recognition.services import person_erase
from tests.apps.intake.sync.conftest import DAY, Hall
from tests.apps.metrics.pipeline.conftest import ask, carl, code_of, keep, without_tokens, work


def told(job: Job) -> dict[str, object]:
    return job_payload(job, person_job_get(job.pk))


def test_job_when_done_then_its_runs_are_linked_and_it_is_told(hall: Hall) -> None:
    hall.pull(hall.town.repository, hall.town.contributor, hall.now() - DAY)
    asked = ask(hall, backfill_days=30, partition_key="2026-09")
    waiting = told(asked.job)
    assert (waiting["status"], waiting["github_login"]) == ("PENDING", "carl")
    assert (waiting["started_at"], waiting["completed_at"]) == (None, None)
    job = work(hall)
    person, run, read = Contributor.objects.get(), MetricRun.objects.get(), SyncRun.objects.get()
    row = PersonJob.objects.get()
    assert (row.contributor, row.metric_run, row.sync_run) == (person, run, read.pk)
    assert json.loads(job.result) == {
        "pull_requests": 1, "requests": 2, "sync_run": read.pk, "metric_run": run.pk,
    }  # fmt: skip
    done = told(job)
    assert (done["status"], done["error_message"]) == ("COMPLETED", None)
    assert (done["user_id"], done["github_login"]) == (waiting["user_id"], "carl")
    assert (done["triggered_by"], done["partition_key"], done["backfill_days"]) == (
        "api", "2026-09", 30,
    )  # fmt: skip
    assert done["completed_at"] is not None and run.triggered_by == "api"


def test_job_when_asked_for_then_who_looked_is_on_record_and_nothing_names_them(hall: Hall) -> None:
    asked = ask(hall, queue=BULK)
    assert queue_of(asked.job.kind) == "bulk"
    assert asked.triggered_by == "api.bulk"
    row = AuditRow.objects.get(action="person:sync")
    assert (row.actor, row.subject) == ("system", f"contributor:{asked.user_ref}")
    assert asked.job.arguments == "{}"


def test_job_when_the_person_is_being_read_then_skipped(hall: Hall) -> None:
    ask(hall)
    assert status_of(work(hall)) == "COMPLETED"
    SyncRun.objects.update(state="running", locked_until=hall.now() + 900)
    ask(hall)
    job = work(hall)
    assert (status_of(job), code_of(job)) == ("SKIPPED", "locked")
    assert told(job)["completed_at"] is not None


def test_job_when_its_worker_died_then_lock_and_lease_run_out_and_another_does_it(
    hall: Hall,
) -> None:
    ask(hall)
    first = claim(now=hall.now())
    assert first is not None and first.lease_until is not None
    # Killed in the middle of a page: the run is held and nobody lets go of it.
    subject = SyncSubject.objects.create(
        kind="user", github_id=hall.town.contributor.id, name="carl", created_at=1
    )
    SyncRun.objects.create(
        subject=subject, window_start=hall.now() - 9 * DAY, window_end=hall.now(),
        checkpoint=json.dumps({"pending": [[hall.now() - 9 * DAY, hall.now()]]}),
        lock="dead", locked_until=first.lease_until + 30, started_at=hall.now(),
    )  # fmt: skip
    hall.town.clock.now = first.lease_until
    assert sweep(now=hall.now()).revived == 1
    assert Job.objects.get().last_error.startswith("stale: ")
    # Its own lock is no reason to be skipped.
    job = work(hall)
    assert (job.state, job.last_error, job.attempts) == ("pending", "locked", 1)
    hall.town.clock.now = job.run_after
    assert status_of(work(hall)) == "COMPLETED"


def test_job_when_no_worker_ever_took_it_up_then_the_sweep_ends_it(hall: Hall) -> None:
    ask(hall)
    hall.town.clock.forward(settings.LAURELS.pending_job_stale_seconds - 1)
    assert waiting_end(now=hall.now()) == 0
    hall.town.clock.forward(1)
    assert waiting_end(now=hall.now()) == 1
    job = Job.objects.get()
    assert (status_of(job), code_of(job)) == ("FAILED", "stale")
    assert claim(now=hall.now()) is None


def test_job_when_a_token_is_given_then_only_a_reference_and_gone_when_done(hall: Hall) -> None:
    person = carl(hall)
    token = keep(hall, person)
    ask(hall, token=token, token_owner=person.pk)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            assert token not in str(cursor.fetchall()), table
    assert status_of(work(hall)) == "COMPLETED"
    assert {one.login for one in hall.town.hub.faults.log} == {"carl"}
    assert not TokenReference.objects.exists()


@pytest.mark.parametrize("queue", ["default", "bulk"])
def test_reference_when_it_is_the_first_reading_or_bulk_then_a_day(hall: Hall, queue: str) -> None:
    ask(hall, token="t", queue=queue)
    ours = settings.LAURELS
    assert TokenReference.objects.get().expires_at == hall.now() + ours.token_ref_ttl_seconds_bulk
    Job.objects.all().delete()
    TokenReference.objects.all().delete()
    ask(hall)
    work(hall)
    ask(hall, token="t", queue=queue, token_ends_at=None)
    lasts = {
        "default": ours.token_ref_ttl_seconds_normal,
        "bulk": ours.token_ref_ttl_seconds_bulk,
    }
    assert TokenReference.objects.get().expires_at == hall.now() + lasts[queue]
    ask(hall, token="t", token_ends_at=hall.now() + 60)
    assert TokenReference.objects.latest("pk").expires_at == hall.now() + 60


def test_job_when_its_reference_ran_out_then_failed_with_the_word(hall: Hall) -> None:
    carl(hall)
    ask(hall, token="t")
    hall.town.clock.forward(settings.LAURELS.token_ref_ttl_seconds_bulk)
    assert code_of(work(hall)) == "token_reference_refused"


def test_job_when_github_refuses_the_token_then_failed_marked_and_the_runs_stay(hall: Hall) -> None:
    person = carl(hall, token=True)
    held = token_for(person)
    assert held is not None
    hall.pull(hall.town.repository, hall.town.contributor, hall.now() - DAY)
    hall.town.hub.faults.add("unauthorized", after=1)
    ask(hall, token=held.token, token_owner=person.pk)
    job = work(hall)
    assert (status_of(job), code_of(job)) == ("FAILED", "token_invalid")
    assert token_for(person) is None
    row = PersonJob.objects.get()
    assert row.sync_run == SyncRun.objects.get().pk
    job.delete()
    assert SyncRun.objects.exists()


def test_job_when_there_is_no_token_then_failed_missing_token(hall: Hall) -> None:
    without_tokens(hall)
    ask(hall)
    job = work(hall)
    assert (status_of(job), code_of(job)) == ("FAILED", "missing_token")


def test_job_when_nobody_has_the_login_then_failed_and_the_error_does_not_name_it(
    hall: Hall,
) -> None:
    ask(hall, "nobody-at-all")
    job = work(hall)
    assert (status_of(job), code_of(job)) == ("FAILED", "subject_missing")
    assert "nobody-at-all" not in job.last_error
    assert told(job)["github_login"] == "nobody-at-all"


def test_job_when_the_reservation_ran_out_then_failed_with_the_word(hall: Hall) -> None:
    ask(hall)
    hall.town.clock.forward(settings.LAURELS.github_login_reservation_ttl_seconds)
    assert code_of(work(hall)) == "reservation_expired"


@pytest.mark.parametrize("kind", ["secondary", "503"])
def test_job_when_github_has_to_wait_then_put_off_without_an_attempt(hall: Hall, kind: str) -> None:
    ask(hall)
    hall.town.hub.faults.add(kind, 3)
    job = work(hall)
    assert (status_of(job), job.attempts) == ("PENDING", 0)
    assert job.run_after > hall.now()
    hall.town.hub.faults.clear()
    hall.town.clock.now = job.run_after
    assert status_of(work(hall)) == "COMPLETED"


def test_job_when_its_person_is_erased_then_what_was_asked_is_gone_and_it_ends(hall: Hall) -> None:
    person = carl(hall)
    ask(hall)
    person_erase(person.pk, reason="asked", now=hall.now(), acting=SYSTEM)
    assert not PersonJob.objects.exists()
    job = work(hall)
    assert (status_of(job), code_of(job)) == ("FAILED", "person_gone")
    assert told(job)["user_id"] is None
