"""Syncs as jobs: enqueued, put off by limits, ended by refused tokens, never of reused names."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings

from laurels.adapters.github.client import Pool
from laurels.apps.audit.actors import SYSTEM
from laurels.apps.contributions.models import PullRequest
from laurels.apps.intake.models_sync import SyncRun, SyncSubject
from laurels.apps.intake.services.sync.jobs import FIRST, SUBJECT, refresh_enqueue
from laurels.apps.jobs.models import Job
from laurels.apps.jobs.services import claim, enqueue, run
from laurels.apps.projects.models import Repository
from laurels.apps.projects.register import Register
from tests.apps.intake.sync.conftest import DAY, Hall


@pytest.fixture(autouse=True)
def here(hall: Hall, settings: LazySettings) -> Hall:
    settings.LAURELS_CLOCK = hall
    settings.LAURELS_GITHUB = lambda: hall.github
    return hall


def work(hall: Hall, kind: str = SUBJECT, **arguments: Any) -> Job:
    """Do one job of a kind and return its row."""
    if arguments:
        enqueue(kind, arguments, now=hall.now(), acting=SYSTEM)
    job = claim(now=hall.now())
    assert job is not None and job.kind == kind
    run(job, clock=hall, chance=lambda: 0.5)
    return Job.objects.get(pk=job.pk)


def known(hall: Hall) -> SyncSubject:
    hall.sync("repo", "harbour/tide", register=Register.all())
    return SyncSubject.objects.get()


def test_subject_when_a_webhook_never_came_then_the_job_finds_it(hall: Hall) -> None:
    subject = known(hall)
    hall.town.clock.forward(3600)
    hall.pull(hall.town.repository, hall.town.contributor, hall.now() - 60)
    job = work(hall, subject=subject.pk)
    assert (job.state, PullRequest.objects.count()) == ("done", 1)
    assert '"pull_requests":1' in job.result


def test_subject_when_a_limit_is_met_then_put_off_until_its_end(hall: Hall) -> None:
    subject = known(hall)
    hall.town.hub.faults.add("secondary")
    job = work(hall, subject=subject.pk)
    assert (job.state, job.attempts) == ("pending", 0)
    assert hall.now() < job.run_after <= hall.now() + 600


def test_subject_when_github_is_away_then_put_off(hall: Hall) -> None:
    subject = known(hall)
    hall.town.hub.faults.add("503", 30)
    job = work(hall, subject=subject.pk)
    assert (job.state, job.attempts) == ("pending", 0)


def test_subject_when_the_token_is_refused_then_dead_with_the_word(hall: Hall) -> None:
    subject = known(hall)
    hall.town.hub.faults.add("unauthorized")
    job = work(hall, subject=subject.pk)
    assert (job.state, job.last_error.split(":")[0]) == ("dead", "token_invalid")


def test_subject_when_there_is_no_token_then_dead_with_the_word(
    hall: Hall, settings: LazySettings
) -> None:
    subject = known(hall)
    bare = type(hall.github)(hall.github.core, Pool((), hall.github.core.state))
    settings.LAURELS_GITHUB = lambda: bare
    job = work(hall, subject=subject.pk)
    assert (job.state, job.last_error.split(":")[0]) == ("dead", "missing_token")


def test_subject_when_renamed_meanwhile_then_followed_by_its_id(hall: Hall) -> None:
    subject = known(hall)
    hall.town.clock.forward(60)
    hall.town.hub.places.rename(hall.town.repository, hall.town.owner, "ebb")
    assert work(hall, subject=subject.pk).state == "done"
    assert SyncSubject.objects.get().name == "harbour/ebb"
    assert Repository.objects.get().full_name == "harbour/ebb"


def test_subject_when_its_name_was_taken_by_another_then_refreshed_no_more(hall: Hall) -> None:
    subject = known(hall)
    hall.town.hub.places.delete(hall.town.repository, hall.town.owner)
    hall.town.hub.places.repository(hall.town.group, "tide")
    job = work(hall, subject=subject.pk)
    assert (job.state, job.last_error.split(":")[0]) == ("dead", "subject_missing")
    assert SyncSubject.objects.get().is_refreshed is False
    assert refresh_enqueue(limit=10, now=hall.now(), acting=SYSTEM) == 0


def test_first_when_a_repository_was_connected_then_read_three_years_back(hall: Hall) -> None:
    known(hall)
    SyncSubject.objects.all().delete()
    hall.pull(hall.town.repository, hall.town.contributor, hall.now() - 1000 * DAY)
    job = work(hall, FIRST, repository=Repository.objects.get().pk)
    assert (job.state, PullRequest.objects.count()) == ("done", 1)
    assert SyncRun.objects.get().window_start == hall.now() - 1096 * DAY


def test_refresh_when_due_then_each_subject_once_and_never_more_than_the_cap(hall: Hall) -> None:
    known(hall)
    hall.town.hub.places.repository(hall.town.group, "ebb")
    hall.sync("repo", "harbour/ebb")
    hall.sync("org", "harbour")
    # People are read when their metrics are due.
    hall.sync("user", "carl")
    assert refresh_enqueue(limit=2, now=hall.now(), acting=SYSTEM) == 2
    assert refresh_enqueue(limit=5, now=hall.now(), acting=SYSTEM) == 1
    assert refresh_enqueue(limit=5, now=hall.now(), acting=SYSTEM) == 0
    assert Job.objects.filter(kind=SUBJECT).count() == 3


def test_refresh_when_scheduled_without_tokens_then_it_says_so(
    hall: Hall, settings: LazySettings
) -> None:
    bare = type(hall.github)(hall.github.core, Pool((), hall.github.core.state))
    settings.LAURELS_GITHUB = lambda: bare
    enqueue("sync.refresh", {}, now=hall.now(), acting=SYSTEM)
    assert work(hall, "sync.refresh").result == '{"skipped":"missing_token"}'
    settings.LAURELS_GITHUB = lambda: hall.github
    enqueue("sync.refresh", {}, now=hall.now(), acting=SYSTEM)
    assert work(hall, "sync.refresh").result == '{"enqueued":0}'
