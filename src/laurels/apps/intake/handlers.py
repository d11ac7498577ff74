"""Repeating work of the intake room."""

from __future__ import annotations

from django.conf import settings

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.intake import handlers_sync
from laurels.apps.intake.services.deliveries_keep import deliveries_purge
from laurels.apps.jobs.models import Job
from laurels.apps.jobs.registry import handler

__all__ = ["handlers_sync", "purge_bodies"]


@handler("deliveries.purge", every=86_400, own_transactions=True, lease_seconds=3_600)
def purge_bodies(job: Job, now: int) -> dict[str, int]:
    """Remove the bodies of deliveries that ended long ago."""
    days = settings.LAURELS.delivery_body_days
    return {"removed": deliveries_purge(days=days, now=now, acting=SYSTEM)}
