"""Somebody asks on a page to have their own work read, with the token that they gave us.

The job carries a reference to it that lasts as long as the operator's settings say: a day where
the reading is the first one, a quarter of an hour else, and never longer than the token itself.
"""

from __future__ import annotations

from enum import Enum

from django.conf import settings
from django.db import transaction

from laurels.apps.audit.actors import Actor
from laurels.apps.intake.models_sync import SYNC_JOB, SubjectKind, SyncSubject
from laurels.apps.jobs.services import enqueue
from laurels.apps.people.models import Contributor
from laurels.apps.people.services.references import token_reference_end, token_reference_make
from laurels.apps.people.services.tokens import token_for

AGAIN_SECONDS = 900
"""How long after a reading one may ask for the next."""


class Asked(Enum):
    """What became of asking for a reading of one's own work."""

    QUEUED = "queued"
    WAITING = "waiting"
    RECENT = "recent"
    NO_TOKEN = "no_token"


def own_reading_ask(person: Contributor, *, now: int, acting: Actor) -> Asked:
    """Have somebody's own work read with the token they gave us; not in a transaction."""
    held = token_for(person)
    if held is None or person.github_id is None:
        return Asked.NO_TOKEN
    ours = settings.LAURELS
    with transaction.atomic():
        subject, _ = SyncSubject.objects.get_or_create(
            kind=SubjectKind.USER,
            github_id=person.github_id,
            defaults={"name": person.login, "created_at": now},
        )
        if subject.synced_at is not None and now < subject.synced_at + AGAIN_SECONDS:
            return Asked.RECENT
        # The first reading goes three years back, and may have to wait for GitHub's limits.
        is_long = subject.synced_at is None
        lasts = ours.token_ref_ttl_seconds_bulk if is_long else ours.token_ref_ttl_seconds_normal
        if held.expires_at is not None:
            lasts = min(lasts, held.expires_at - now)
        ref = token_reference_make(
            held.token,
            contributor_id=person.pk,
            lasts_seconds=lasts,
            vault=settings.LAURELS_REFERENCE_VAULT,
            now=now,
            acting=acting,
        )
        arguments = {"subject": subject.pk, "token_ref": ref}
        if enqueue(SYNC_JOB, arguments, dedupe_key=subject.job_key, now=now, acting=acting):
            return Asked.QUEUED
        token_reference_end(ref, acting=acting)
    return Asked.WAITING
