"""Adjustments: points that a named person gives or takes, with a reason."""

from __future__ import annotations

from django.db import transaction

from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.people.models import Contributor
from laurels.apps.scoring.models import LedgerEntry, Season
from laurels.apps.scoring.services.dirty import dirty_mark
from laurels.apps.scoring.services.post import PROGRAM, chain_entries, lock_chain
from laurels.domain.ledger import Component, Entry, EntryKind


class AdjustmentRefused(Exception):
    """This adjustment may not be posted; the message says why."""

    status_code = 422
    code = "adjustment_refused"


@transaction.atomic
def adjustment_post(
    contributor: Contributor,
    points: int,
    *,
    reason: str,
    key: str,
    now: int,
    acting: Actor,
    season: Season | None = None,
) -> LedgerEntry:
    """Post whole points with a reason; the same `key` again returns the entry that is there.

    The caller settles the contributor afterwards.
    """
    if not reason.strip():
        raise AdjustmentRefused("An adjustment needs a reason.")
    if points == 0:
        raise AdjustmentRefused("An adjustment of zero points changes nothing.")
    if contributor.erased_at is not None:
        raise AdjustmentRefused("This person was erased; their entries are frozen.")
    there = LedgerEntry.objects.filter(idempotency_key=key).first()
    if there is not None:
        if (there.contributor_id, there.points) != (contributor.pk, points):
            raise AdjustmentRefused(f"The key {key!r} was used for another adjustment.")
        return there
    # The audit chain is always locked before the ledger's: two writers never wait crosswise.
    row = record(
        acting=acting,
        action="ledger:adjust",
        subject=f"contributor:{contributor.ref}",
        after={"points": points},
        reason=reason,
        now=now,
    )
    head = lock_chain()
    season = season or Season.objects.get(key="all")
    entry = Entry(
        sequence=head.sequence + 1,
        contributor_ref=contributor.ref,
        contribution_ref="",
        scope=PROGRAM,
        season=season.key,
        project_ref="",
        component=Component.ADJUSTMENT,
        kind=EntryKind.ADJUSTMENT,
        points=points,
        occurred_at=now,
        posted_at=now,
        ruleset_hash="",
        generation=1,
        reverses=None,
        source=f"audit:{row.pk}",
        explanation_digest="",
    )
    chain_entries([entry], [(contributor.pk, None, key)], head)
    dirty_mark([contributor.pk])
    return LedgerEntry.objects.get(pk=entry.sequence)
