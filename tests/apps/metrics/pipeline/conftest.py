"""The stand-in GitHub and its town, for the pipeline; everything here asks it by real HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings, settings

from laurels.adapters.github.client import Pool
from laurels.apps.audit.actors import SYSTEM
from laurels.apps.jobs.models import Job
from laurels.apps.jobs.services import claim, run
from laurels.apps.metrics.models import PersonJob
from laurels.apps.metrics.services.identity import identity_find
from laurels.apps.metrics.services.person_jobs import Wish, person_job_ask
from laurels.apps.people.models import Contributor
from laurels.apps.people.services.github_tokens import github_token_keep
from tests.apps import factories
from tests.apps.intake.sync.conftest import Hall, hall

__all__ = ["hall"]


@pytest.fixture(autouse=True)
def here(hall: Hall, settings: LazySettings) -> Hall:
    """Let this process go by the town's clock and ask its GitHub."""
    settings.LAURELS_CLOCK = hall
    settings.LAURELS_GITHUB = lambda: hall.github
    return hall


def without_tokens(hall: Hall) -> None:
    """Let the installation have no token of its own."""
    bare = type(hall.github)(
        hall.github.core, Pool((), hall.github.core.state), hall.github.api_url
    )
    settings.LAURELS_GITHUB = lambda: bare


def carl(hall: Hall, *, token: bool = False) -> Contributor:
    """Return the town's contributor as a person here, who gave us a token where wanted."""
    account = hall.town.contributor
    person = factories.contributor(account.login, github_id=account.id)
    if token:
        keep(hall, person)
    return person


def keep(hall: Hall, person: Contributor) -> str:
    """Give us a token of carl's for a person."""
    token: str = hall.town.hub.world.token_for(hall.town.contributor)
    github_token_keep(
        person, token=token, refresh="", expires_at=None, scopes="read:user",
        vault=settings.LAURELS_VAULT, now=hall.now(), acting=SYSTEM,
    )  # fmt: skip
    return token


def ask(
    hall: Hall, login: str = "carl", asked_by: Contributor | None = None, **wish: Any
) -> PersonJob:
    """Ask for a job that reads somebody."""
    identity = identity_find(None, login, now=hall.now())
    return person_job_ask(identity, Wish(**wish), asked_by=asked_by, now=hall.now(), acting=SYSTEM)


def work(hall: Hall) -> Job:
    """Do one job and return its row."""
    job = claim(now=hall.now())
    assert job is not None
    run(job, clock=hall, chance=lambda: 0.5)
    return Job.objects.get(pk=job.pk)


def code_of(job: Job) -> str:
    """Return the stable word that a job's error begins with."""
    return job.last_error.partition(":")[0]
