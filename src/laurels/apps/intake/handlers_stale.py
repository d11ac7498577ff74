"""The daily look at pull requests that nobody moves."""

from __future__ import annotations

from dataclasses import asdict

from django.conf import settings

from laurels.apps.intake.services.sync.staleness import stale_watch
from laurels.apps.jobs.models import Job
from laurels.apps.jobs.registry import handler
from laurels.kit.times import DAY_SECONDS


@handler("pulls.stale", every=DAY_SECONDS)
def pulls_stale(job: Job, now: int) -> dict[str, int]:
    """Warn of idle pull requests, mark those whose grace is over, end what moved."""
    ours = settings.LAURELS
    watched = stale_watch(stale_days=ours.sync_stale_days, grace_days=ours.sync_grace_days, now=now)
    return asdict(watched)
