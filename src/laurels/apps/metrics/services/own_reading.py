"""Somebody asks on a page to have their own work read, with the token that they gave us."""

from __future__ import annotations

from enum import Enum

from laurels.apps.audit.actors import Actor
from laurels.apps.metrics.selectors.jobs import own_reading_of
from laurels.apps.metrics.services.identity import Identity
from laurels.apps.metrics.services.person_jobs import Wish, person_job_ask
from laurels.apps.people.models import Contributor
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
    """Have somebody's own work read, and their metrics computed; not in a transaction.

    Of two clicks at once both may be queued: the second job finds the person being read, and is
    skipped.
    """
    held = token_for(person)
    if held is None or person.github_id is None:
        return Asked.NO_TOKEN
    reading = own_reading_of(person.pk)
    if reading.is_waiting:
        return Asked.WAITING
    if reading.read_at is not None and now < reading.read_at + AGAIN_SECONDS:
        return Asked.RECENT
    person_job_ask(
        Identity(person.ref, person.login, person, person.github_id),
        Wish(token=held.token, token_owner=person.pk, token_ends_at=held.expires_at),
        asked_by=person,
        now=now,
        acting=acting,
    )
    return Asked.QUEUED
