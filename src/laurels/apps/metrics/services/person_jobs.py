"""Jobs that read a person and compute their metrics: asked for, and refreshed in numbers.

Guarantee: the job, what it is about, the reserved login, the sealed token and the audit row are
committed together or not at all; the queue is the job's row, so nothing can be asked for and not
be queued. A job carries a reference to a token, never the token.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction

from laurels.apps import sql
from laurels.apps.audit.actors import Actor
from laurels.apps.jobs.registry import BULK, DEFAULT
from laurels.apps.jobs.services import Queued, enqueue, enqueue_many
from laurels.apps.metrics.models import MetricRun, PersonJob
from laurels.apps.metrics.port import TrackedPerson
from laurels.apps.metrics.services.identity import Identity, identity_keep, looked_up
from laurels.apps.metrics.triggers import Trigger
from laurels.apps.people.models import Contributor
from laurels.apps.people.services.references import token_reference_make

KINDS = {DEFAULT: "metrics.person", BULK: "metrics.person.bulk"}
"""The kind of job that reads a person, by its queue."""

_FIELDS = ("job", "user_ref", "contributor", "triggered_by", "partition_key", "backfill_days")


@dataclass(frozen=True, slots=True)
class Wish:
    """How somebody wants a person read; `token` is GitHub's, `token_owner` (a row) gave it to us.

    `token_ends_at` is when the token itself runs out, where that is known.
    """

    queue: str = DEFAULT
    backfill_days: int | None = None
    partition_key: str = ""
    token: str = field(default="", repr=False)
    token_owner: int | None = None
    token_ends_at: int | None = None


@transaction.atomic
def person_job_ask(
    identity: Identity,
    wish: Wish,
    *,
    asked_by: Contributor | None,
    now: int,
    acting: Actor,
) -> PersonJob:
    """Queue the reading of a person; who asked for it is on record.

    Raises LoginTaken and IdentityWithheld. A token's reference lasts a day on the queue `bulk` and
    for somebody never computed (the first reading may have to wait for GitHub's limits), else a
    quarter of an hour, and never longer than the token.
    """
    kept = identity_keep(identity, now=now, acting=acting)
    arguments = {} if not wish.token else {"token_ref": _reference(kept, wish, now, acting)}
    # Without a key there is always a job.
    job = enqueue(KINDS[wish.queue], arguments, now=now, acting=acting)
    assert job is not None
    looked_up(kept, "person:sync", now=now, acting=acting)
    return PersonJob.objects.create(
        job=job,
        user_ref=kept.ref,
        contributor=kept.contributor,
        asked_by=asked_by,
        triggered_by=Trigger.API_BULK if wish.queue == BULK else Trigger.API,
        partition_key=wish.partition_key,
        backfill_days=wish.backfill_days,
    )


@transaction.atomic
def people_enqueue(
    people: Sequence[TrackedPerson],
    trigger: Trigger,
    *,
    backfill_days: int | None = None,
    now: int,
    acting: Actor,
) -> int:
    """Queue the reading of many people on `bulk`, in batches with pauses between; return how many.

    Whoever waits already is left out. Statements: two for each five hundred.
    """
    ours = settings.LAURELS
    jobs = {
        f"metrics.person:{one.contributor}": (
            one,
            now + place // ours.metrics_batch * ours.metrics_pause_seconds,
        )
        for place, one in enumerate(people)
    }
    queued = (Queued({}, key, due) for key, (_, due) in jobs.items())
    ids = enqueue_many(KINDS[BULK], queued, now=now, acting=acting)
    rows = [
        (pk, jobs[key][0].ref, jobs[key][0].contributor, trigger.value, "", backfill_days)
        for key, pk in ids.items()
    ]
    sql.insert(PersonJob, _FIELDS, rows)
    return len(rows)


@transaction.atomic
def person_job_link(
    job_id: int,
    *,
    sync_run: int | None = None,
    metric_run: MetricRun | None = None,
    contributor: Contributor | None = None,
) -> None:
    """Note which runs a job began, and whom its login turned out to belong to."""
    told = {"sync_run": sync_run, "metric_run": metric_run, "contributor": contributor}
    known = {name: value for name, value in told.items() if value is not None}
    PersonJob.objects.filter(job=job_id).update(**known)


def _reference(identity: Identity, wish: Wish, now: int, acting: Actor) -> str:
    ours, person = settings.LAURELS, identity.contributor
    is_first = person is None or not person.metric_runs.exists()
    is_long = wish.queue == BULK or is_first
    lasts = ours.token_ref_ttl_seconds_bulk if is_long else ours.token_ref_ttl_seconds_normal
    if wish.token_ends_at is not None:
        lasts = min(lasts, wish.token_ends_at - now)
    return token_reference_make(
        wish.token,
        contributor_id=wish.token_owner,
        lasts_seconds=lasts,
        vault=settings.LAURELS_REFERENCE_VAULT,
        now=now,
        acting=acting,
    )
