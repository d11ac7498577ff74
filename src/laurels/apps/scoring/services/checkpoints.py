"""Checkpoints of the ledger: made, and told at once to places outside.

Guarantee: nothing is signed that contradicts what was signed before. A place takes each checkpoint
at least once, those it missed in their order; that it took one is written after it did, so a crash
between the two has it told again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from laurels.apps import sql
from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.scoring.models import CheckpointTold, LedgerCheckpoint
from laurels.apps.scoring.selectors.checkpoints import checkpoints_waiting
from laurels.domain.ledger import Head
from laurels.domain.ledger.checkpoints import held_against, line, parse

if TYPE_CHECKING:
    from laurels.adapters.checkpoint_places import Place
    from laurels.adapters.signing.checkpoints import CheckpointKeys

_MOST_TOLD = 100
"""Checkpoints a place is told in one go; the rest follow with the next."""


class LedgerDiffers(Exception):
    """The ledger is not what an earlier checkpoint says; none is made of it."""

    status_code = 409
    code = "ledger_differs"


@dataclass(frozen=True, slots=True)
class Pushed:
    """What came of telling one place: how many it took, and why no more ("" where all)."""

    place: str
    told: int
    fault: str = ""


@transaction.atomic
def checkpoint_make(keys: CheckpointKeys, *, now: int, acting: Actor) -> LedgerCheckpoint:
    """Sign where the ledger ends; the newest one is given back where nothing was posted since.

    Raises LedgerDiffers, and signs nothing, where the ledger is not what the newest one says.
    """
    head = Head(*sql.fetch("SELECT sequence, hash FROM scoring_chainhead WHERE id = 1")[0])
    before = LedgerCheckpoint.objects.order_by("-id").first()
    if before is not None:
        kept = parse(before.line)
        hashes = dict(
            sql.fetch("SELECT id, hash FROM scoring_ledgerentry WHERE id = %s", [kept.sequence])
        )
        if found := held_against([kept], head.sequence, hashes):
            raise LedgerDiffers(
                f"The ledger is not what it was: {found.detail}. No checkpoint is made of it."
                " Restore a backup, and find out who changed it."
            )
        if kept.head == head:
            return before
    made = LedgerCheckpoint.objects.create(
        sequence=head.sequence, line=line(keys.sign(head, at=now)), made_at=now
    )
    if acting.is_person:
        record(
            acting=acting,
            action="ledger:checkpoint",
            subject="ledger",
            after={"sequence": head.sequence, "hash": head.hash},
            now=now,
        )
    return made


def checkpoints_push(places: Sequence[Place], *, now: int) -> list[Pushed]:
    """Tell each place what it has not been told yet; no transaction is open meanwhile."""
    return [_push(place, now) for place in places]


def _push(place: Place, now: int) -> Pushed:
    told = 0
    for row in checkpoints_waiting(place.name)[:_MOST_TOLD]:
        try:
            place.keep(row.line, f"Ledger checkpoint: entry {row.sequence}")
        except Exception as fault:  # whatever fails there must not keep the others from being told
            return Pushed(place.name, told, str(fault) or type(fault).__name__)
        # Two processes may tell the same one at once: a place may hear it twice.
        CheckpointTold.objects.bulk_create(
            [CheckpointTold(checkpoint=row, place=place.name, told_at=now)], ignore_conflicts=True
        )
        told += 1
    return Pushed(place.name, told)
