"""Work of the intake room: what repeats, and the imports that a command asked the server for."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.conf import settings

from laurels.adapters.github.bodies import BodyKind
from laurels.apps.audit.actors import SYSTEM, operator
from laurels.apps.intake import handlers_asking, handlers_stale, handlers_sync
from laurels.apps.intake.services import Filters, import_gharchive, import_rest
from laurels.apps.intake.services.deliveries_keep import deliveries_purge
from laurels.apps.jobs.models import Job
from laurels.apps.jobs.registry import BULK, handler
from laurels.apps.jobs.requests import Progress, attend
from laurels.apps.projects.register import Register

__all__ = ["handlers_asking", "handlers_stale", "handlers_sync", "import_asked", "purge_bodies"]


@handler("deliveries.purge", every=86_400, own_transactions=True, lease_seconds=3_600, queue=BULK)
def purge_bodies(job: Job, now: int) -> dict[str, int]:
    """Remove the bodies of deliveries that ended long ago."""
    days = settings.LAURELS.delivery_body_days
    return {"removed": deliveries_purge(days=days, now=now, acting=SYSTEM)}


@handler("import.asked", own_transactions=True, lease_seconds=3_600, queue=BULK)
def import_asked(job: Job, now: int) -> dict[str, int] | None:
    """Import the files that a command names."""
    return attend(job, _import)


def _import(asked: dict[str, Any], progress: Progress) -> dict[str, Any]:
    common: dict[str, Any] = {
        "register": Register.parse(asked["register"]),
        "clock": settings.LAURELS_CLOCK,
        "acting": operator(),
        "bot_logins": settings.LAURELS.bot_logins,
        "progress": progress,
    }
    if asked["door"] == "rest":
        return asdict(import_rest(BodyKind(asked["kind"]), asked["files"], **common))
    filters = Filters(
        repositories=frozenset(asked["repositories"]),
        owners=frozenset(asked["owners"]),
        since=asked["since"],
        until=asked["until"],
    )
    return asdict(import_gharchive(asked["files"], filters=filters, **common))
