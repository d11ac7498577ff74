"""Do a job that reads a person; tell its end in the words of the queue.

A job that finds its person being read is skipped, but for one that is taken up again after its
worker died: the lock it finds may be its own, so it waits until that has freed itself.
"""

from __future__ import annotations

import json

from django.conf import settings

from laurels.adapters.github.client import Postponed, Unavailable
from laurels.apps.audit.actors import SYSTEM
from laurels.apps.jobs.errors import Ended, PutOff, Skipped
from laurels.apps.jobs.models import Job
from laurels.apps.jobs.services import renew
from laurels.apps.metrics.cache import payload_forget
from laurels.apps.metrics.models import PersonJob
from laurels.apps.metrics.port import Span
from laurels.apps.metrics.services.identity import Identity
from laurels.apps.metrics.services.person_jobs import person_job_link
from laurels.apps.metrics.services.persons import (
    Access,
    Brought,
    Status,
    access_of,
    person_bring_up,
)
from laurels.apps.metrics.triggers import Trigger
from laurels.apps.people.selectors import person_by_ref, reservation_open
from laurels.apps.people.services.lending import lent

AWAY_SECONDS = 120
LOCKED_SECONDS = 60


def person_job_work(job: Job) -> dict[str, int]:
    """Read and compute the person of a job; raises PutOff, Skipped and Ended."""
    asked = PersonJob.objects.filter(job=job.pk).first()
    if asked is None:
        raise Ended("person_gone: this person was erased")
    identity = _identity(asked)
    arguments, clock = json.loads(job.arguments), settings.LAURELS_CLOCK
    if "token_ref" in arguments:
        ref, github = arguments["token_ref"], settings.LAURELS_GITHUB()
        with lent(job, ref, github=github, clock=clock) as theirs:
            return _ended(job, _work(job, asked, identity, Access(theirs)))
    return _ended(job, _work(job, asked, identity, access_of(identity.contributor)))


def _work(job: Job, asked: PersonJob, identity: Identity, access: Access) -> Brought:
    clock = settings.LAURELS_CLOCK

    def progress(rows: int) -> None:
        renew(job, now=clock.now(), progress=f"{rows} read")

    try:
        return person_bring_up(
            identity,
            access,
            Span(asked.since, asked.until, asked.backfill_days),
            Trigger(asked.triggered_by),
            acting=SYSTEM,
            progress=progress,
            begun=lambda run: person_job_link(job.pk, sync_run=run),
        )
    except Postponed as put_off:
        raise PutOff(put_off.until, put_off.reason) from put_off
    except Unavailable as away:
        raise PutOff(clock.now() + AWAY_SECONDS, away.reason) from away


def _ended(job: Job, brought: Brought) -> dict[str, int]:
    if brought.status is Status.LOCKED:
        if job.attempts > 1:
            raise PutOff(settings.LAURELS_CLOCK.now() + LOCKED_SECONDS, "locked")
        raise Skipped(brought.error)
    ingested, run, person = brought.ingested, brought.run, brought.person
    if ingested is None or run is None or person is None:
        raise Ended(brought.error)
    person_job_link(job.pk, metric_run=run, contributor=person)
    payload_forget(person.pk)
    return {
        "pull_requests": ingested.pull_requests,
        "requests": ingested.requests,
        "sync_run": ingested.run,
        "metric_run": run.pk,
    }


def _identity(asked: PersonJob) -> Identity:
    """Return whom a job is about, as it is by now; raises Ended where nobody is left."""
    person = person_by_ref(asked.user_ref)
    if person is not None:
        return Identity(person.ref, person.login, person, person.github_id)
    kept = reservation_open(ref=asked.user_ref, now=settings.LAURELS_CLOCK.now())
    if kept is None:
        raise Ended("reservation_expired: the login is kept for this person no more")
    return Identity(kept.ref, kept.login)
