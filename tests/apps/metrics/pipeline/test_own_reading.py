"""Somebody has their own work read: the job carries a reference, and outlives its worker."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.db import connection

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.intake.models_sync import SyncedPull
from laurels.apps.intake.selectors_sync import read_at_of
from laurels.apps.jobs.models import Job
from laurels.apps.jobs.services import claim, run
from laurels.apps.jobs.services.upkeep import sweep
from laurels.apps.metrics.models import MetricRun
from laurels.apps.metrics.selectors.jobs import OwnReading, own_reading_of
from laurels.apps.metrics.services.own_reading import AGAIN_SECONDS, Asked, own_reading_ask
from laurels.apps.people.models import Contributor, GitHubToken, TokenReference
from laurels.apps.people.services.github_tokens import (
    github_token_invalidate,
    github_token_keep,
)
from laurels.apps.people.services.references import PREFIX
from tests.apps import factories
from tests.apps.intake.sync.conftest import Hall


@pytest.fixture
def carl(hall: Hall, settings: LazySettings) -> Contributor:
    """Return somebody who gave us a token, with one pull request at GitHub."""
    settings.LAURELS_CLOCK = hall
    settings.LAURELS_GITHUB = lambda: hall.github
    account = hall.town.contributor
    hall.pull(hall.town.repository, account, hall.now() - 900)
    person = factories.contributor(account.login, github_id=account.id)
    keep(hall, person)
    return person


def keep(hall: Hall, person: Contributor, *, expires_at: int | None = None) -> str:
    token: str = hall.town.hub.world.token_for(hall.town.contributor)
    github_token_keep(
        person, token=token, refresh="", expires_at=expires_at, scopes="read:user",
        vault=settings.LAURELS_VAULT, now=hall.now(), acting=SYSTEM,
    )  # fmt: skip
    return token


def ask(hall: Hall, person: Contributor) -> Asked:
    return own_reading_ask(person, now=hall.now(), acting=SYSTEM)


def taken(hall: Hall) -> Job:
    job = claim(now=hall.now())
    assert job is not None
    return job


def work(hall: Hall) -> Job:
    job = taken(hall)
    run(job, clock=hall, chance=lambda: 0.5)
    return Job.objects.get(pk=job.pk)


def test_reading_when_asked_for_then_read_with_their_token_and_forgotten(
    hall: Hall, carl: Contributor
) -> None:
    token = keep(hall, carl)
    assert own_reading_of(carl.pk) == OwnReading()
    assert ask(hall, carl) is Asked.QUEUED
    arguments = json.loads(Job.objects.get().arguments)
    assert arguments["token_ref"].startswith(PREFIX)
    assert own_reading_of(carl.pk).is_waiting
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            assert token not in str(cursor.fetchall()), table
    assert work(hall).state == "done"
    asked = [one.login for one in hall.town.hub.faults.log if one.body]
    assert set(asked) == {"carl"}
    assert SyncedPull.objects.count() == 1
    assert MetricRun.objects.get().contributor == carl
    assert read_at_of(carl) == hall.now()
    assert not TokenReference.objects.exists()
    assert own_reading_of(carl.pk) == OwnReading(hall.now())


def test_reading_when_its_worker_died_then_another_takes_it_over(
    hall: Hall, carl: Contributor
) -> None:
    ask(hall, carl)
    first = taken(hall)
    ref = json.loads(first.arguments)["token_ref"]
    # The worker opens the reference, and is killed before it writes down how it went.
    from laurels.apps.people.services.references import token_reference_open

    token_reference_open(
        ref, holder=f"job:{first.pk}", vault=settings.LAURELS_REFERENCE_VAULT, now=hall.now()
    )
    assert first.lease_until is not None
    hall.town.clock.now = first.lease_until + 1
    sweep(now=hall.now())
    hall.town.clock.forward(60)
    second = work(hall)
    assert (second.pk, second.state, second.attempts) == (first.pk, "done", 2)


def test_reading_when_the_reference_ran_out_then_ends_with_the_word(
    hall: Hall, carl: Contributor
) -> None:
    ask(hall, carl)
    work(hall)
    read_at = hall.now()
    hall.town.clock.forward(AGAIN_SECONDS)
    ask(hall, carl)
    lasts = settings.LAURELS.token_ref_ttl_seconds_normal
    assert TokenReference.objects.get().expires_at == hall.now() + lasts
    hall.town.clock.forward(lasts)
    job = work(hall)
    assert (job.state, job.last_error.partition(":")[0]) == ("dead", "token_reference_refused")
    assert own_reading_of(carl.pk) == OwnReading(read_at, reason="token_reference_refused")
    # Asked again, it is read.
    assert ask(hall, carl) is Asked.QUEUED
    assert work(hall).state == "done"


def test_reading_when_it_is_the_first_then_the_reference_lasts_a_day_but_no_longer_than_the_token(
    hall: Hall, carl: Contributor
) -> None:
    ask(hall, carl)
    bulk = settings.LAURELS.token_ref_ttl_seconds_bulk
    assert TokenReference.objects.get().expires_at == hall.now() + bulk
    Job.objects.all().delete()
    TokenReference.objects.all().delete()
    keep(hall, carl, expires_at=hall.now() + 3600)
    ask(hall, carl)
    assert TokenReference.objects.get().expires_at == hall.now() + 3600


def test_reading_when_github_refuses_the_token_then_ends_and_the_owner_is_told(
    hall: Hall, carl: Contributor
) -> None:
    ask(hall, carl)
    hall.town.hub.faults.add("unauthorized")
    job = work(hall)
    assert (job.state, job.last_error.partition(":")[0]) == ("dead", "token_invalid")
    assert GitHubToken.objects.get().invalidated_reason == "token_invalid"
    assert not TokenReference.objects.exists()


def test_reading_when_they_gave_another_token_meanwhile_then_that_one_holds(
    hall: Hall, carl: Contributor
) -> None:
    ask(hall, carl)
    keep(hall, carl)
    hall.town.hub.faults.add("unauthorized")
    work(hall)
    assert GitHubToken.objects.filter(invalidated_at=None).count() == 1


def test_reading_when_they_took_the_token_back_then_the_reference_opens_no_more(
    hall: Hall, carl: Contributor
) -> None:
    ask(hall, carl)
    row = GitHubToken.objects.get()
    github_token_invalidate(row.pk, reason="revoked", now=hall.now(), acting=SYSTEM)
    assert work(hall).last_error.startswith("token_reference_refused")


def test_reading_when_a_limit_is_met_then_put_off_and_the_reference_kept(
    hall: Hall, carl: Contributor
) -> None:
    ask(hall, carl)
    hall.town.hub.faults.add("secondary")
    job = work(hall)
    assert (job.state, job.attempts) == ("pending", 0)
    hall.town.clock.now = job.run_after
    assert work(hall).state == "done"


def test_reading_when_asked_twice_or_too_soon_or_without_a_token_then_not_queued(
    hall: Hall, carl: Contributor
) -> None:
    assert [ask(hall, carl), ask(hall, carl)] == [Asked.QUEUED, Asked.WAITING]
    assert TokenReference.objects.count() == 1
    work(hall)
    hall.town.clock.forward(AGAIN_SECONDS - 1)
    assert ask(hall, carl) is Asked.RECENT
    hall.town.clock.forward(1)
    assert ask(hall, carl) is Asked.QUEUED
    stranger: Any = factories.contributor("stranger")
    assert ask(hall, stranger) is Asked.NO_TOKEN
