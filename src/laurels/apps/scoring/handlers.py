"""Jobs of the scoring room: checkpoints of the ledger, told outside every hour."""

from __future__ import annotations

from django.conf import settings

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.jobs.models import Job
from laurels.apps.jobs.registry import handler
from laurels.apps.scoring.services import checkpoint_make, checkpoints_push

HOUR_SECONDS = 3_600


class NotTold(Exception):
    """A place outside did not take a checkpoint; the job is tried again."""


@handler("ledger.checkpoint", every=HOUR_SECONDS, own_transactions=True)
def ledger_checkpoint(job: Job, now: int) -> dict[str, int] | None:
    """Sign where the ledger ends, and tell the places that the operator named."""
    places = settings.LAURELS_CHECKPOINT_PLACES
    if not places:
        return None
    made = checkpoint_make(settings.LAURELS_CHECKPOINT_KEYS, now=now, acting=SYSTEM)
    pushed = checkpoints_push(places, now=now)
    if faults := [f"{one.place}: {one.fault}" for one in pushed if one.fault]:
        raise NotTold("; ".join(faults))
    return {"sequence": made.sequence, "told": sum(one.told for one in pushed)}
