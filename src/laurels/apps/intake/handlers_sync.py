"""Jobs that ask GitHub: syncs of subjects, and the schedules that find what was never sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.conf import settings

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.intake.services.sync.jobs import (
    FIRST,
    SUBJECT,
    has_tokens,
    limits_kept,
    refresh_enqueue,
    repository_subject,
    subject_sync,
)
from laurels.apps.intake.services.sync.reconciling import reconcile
from laurels.apps.intake.services.sync.redelivery import failed_deliveries_ask
from laurels.apps.jobs.models import Job
from laurels.apps.jobs.registry import BULK, handler
from laurels.apps.jobs.services import renew
from laurels.apps.people.services.tokens import token_for
from laurels.apps.projects.models import Registration

DAY_SECONDS = 86_400
LEASE_SECONDS = 1_800
REFRESH_MOST = 500
"""Most syncs that one day's refresh enqueues."""

NO_TOKENS = {"skipped": "missing_token"}


@handler(SUBJECT, own_transactions=True, lease_seconds=LEASE_SECONDS, queue=BULK)
def sync_subject(job: Job, now: int) -> dict[str, int]:
    """Sync somebody or something on from what is covered."""
    return _sync(job, json.loads(job.arguments)["subject"], settings.LAURELS_GITHUB())


@handler(FIRST, own_transactions=True, lease_seconds=LEASE_SECONDS, queue=BULK)
def sync_first(job: Job, now: int) -> dict[str, int]:
    """Read a newly connected repository; without tokens of our own, with its registrar's."""
    arguments = json.loads(job.arguments)
    subject = repository_subject(arguments["repository"], now=now)
    github = settings.LAURELS_GITHUB()
    if not has_tokens(github):
        registration = Registration.objects.filter(pk=arguments.get("registration")).first()
        person = None if registration is None else registration.registrar
        token = None if person is None else token_for(person)
        if person is not None and token is not None:
            github = github.using(token.token, owner=person.ref)
    return _sync(job, subject.pk, github)


@handler("sync.refresh", every=DAY_SECONDS)
def sync_refresh(job: Job, now: int) -> dict[str, Any]:
    """Enqueue the day's syncs of repositories and organisations."""
    if not has_tokens(settings.LAURELS_GITHUB()):
        return NO_TOKENS
    return {"enqueued": refresh_enqueue(limit=REFRESH_MOST, now=now, acting=SYSTEM)}


@handler(
    "sync.reconcile", every=DAY_SECONDS // 4, own_transactions=True, lease_seconds=7_200, queue=BULK
)
def sync_reconcile(job: Job, now: int) -> dict[str, Any]:
    """Find the merges and changes whose webhooks never came, and mend them."""
    github = settings.LAURELS_GITHUB()
    if not has_tokens(github):
        return NO_TOKENS
    done = limits_kept(
        lambda: reconcile(
            github=github,
            clock=settings.LAURELS_CLOCK,
            acting=SYSTEM,
            bot_logins=settings.LAURELS.bot_logins,
        ),
        now=now,
    )
    # Names have no place in a job's result: numbers only.
    return {
        "repositories": done.repositories,
        "examined": done.examined,
        "differences": len(done.differences),
        "merges_missed": done.merges_missed,
        "unread": done.unread,
        "requests": done.requests,
    }


@handler(
    "deliveries.redeliver",
    every=3_600,
    own_transactions=True,
    lease_seconds=LEASE_SECONDS,
    queue=BULK,
)
def redeliver(job: Job, now: int) -> dict[str, Any]:
    """Ask GitHub to deliver again what failed in the last three days."""
    done = limits_kept(
        lambda: failed_deliveries_ask(
            github=settings.LAURELS_GITHUB(), clock=settings.LAURELS_CLOCK
        ),
        now=now,
    )
    return asdict(done)


def _sync(job: Job, subject: int, github: Any) -> dict[str, int]:
    return subject_sync(
        subject,
        github=github,
        clock=settings.LAURELS_CLOCK,
        bot_logins=settings.LAURELS.bot_logins,
        acting=SYSTEM,
        progress=_renewing(job),
    )


def _renewing(job: Job) -> Callable[[int], None]:
    """Keep the job's lease while pages come in, and tell how many rows there are."""
    return lambda rows: renew(job, now=settings.LAURELS_CLOCK.now(), progress=f"{rows} read")
