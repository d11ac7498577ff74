"""Jobs of the recognition room: what settles by the clock, certificates, the day's snapshot."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.db import transaction

from laurels.apps.audit.actors import SYSTEM, operator
from laurels.apps.contributions.services import contributions_rehome, contributions_touch
from laurels.apps.jobs.models import Job
from laurels.apps.jobs.registry import BULK, handler
from laurels.apps.jobs.requests import Progress, attend
from laurels.apps.jobs.services import renew
from laurels.apps.people.services.signing_in import CHANGED
from laurels.apps.projects.services.judging import JUDGE
from laurels.apps.recognition.providers import provider_get
from laurels.apps.recognition.services import (
    certificates_issue_pending,
    ranks_refresh,
    recalculate,
    settle_dirty,
)
from laurels.apps.recognition.services.staircase import ISSUE
from laurels.apps.scoring.selectors import dirty_count
from laurels.apps.scoring.services import dirty_mark, dirty_mark_due
from laurels.apps.standings.services import snapshot_take
from laurels.kit.times import day_of

DAY_SECONDS = 86_400
PASSES = 5
"""How many claims of certificates one job makes; the schedule goes on with the rest."""


@handler("settle.due", every=60, own_transactions=True, lease_seconds=3_600)
def settle_due(job: Job, now: int) -> dict[str, Any] | None:
    """Post what has come to settle, and whatever an import left marked when it was killed."""
    dirty_mark_due(now)
    ranks_refresh(now=now)
    if not dirty_count():
        return None
    done = settle_dirty(
        acting=SYSTEM,
        source=f"job:{job.pk}",
        now=now,
        progress=lambda at, of: renew(job, now=now, progress=f"{at}/{of}"),
    )
    return asdict(done) | {"failed": len(done.failed)}


@handler("score.asked", own_transactions=True, lease_seconds=3_600, queue=BULK)
def recalculate_asked(job: Job, now: int) -> dict[str, int] | None:
    """Recalculate whom a command names, or everybody."""

    def work(asked: dict[str, Any], progress: Progress) -> dict[str, Any]:
        done = recalculate(
            contributor_ids=asked["people"],
            since=asked["since"],
            is_dry_run=asked["is_dry_run"],
            now=now,
            acting=operator(),
            progress=lambda at, of: progress("computing points of people", at, of),
        )
        return asdict(done)

    return attend(job, work)


@handler(ISSUE, every=60, own_transactions=True)
def issue(job: Job, now: int) -> dict[str, Any] | None:
    """Make the certificates that wait."""
    provider = provider_get(settings.LAURELS.certificate_provider)
    done = certificates_issue_pending(
        now=now, limit=PASSES * provider.claim_size, provider=provider, acting=SYSTEM
    )
    return asdict(done) if any(asdict(done).values()) else None


@handler("snapshot.daily", every=DAY_SECONDS, lease_seconds=3_600)
def snapshot_daily(job: Job, now: int) -> dict[str, int]:
    """Write today's snapshot of every board."""
    return {"rows": snapshot_take(day_of(now))}


@handler(JUDGE, own_transactions=True, lease_seconds=3_600, queue=BULK)
def work_judge(job: Job, now: int) -> dict[str, int]:
    """Judge a repository's or a project's work again, and settle the people concerned."""
    arguments = json.loads(job.arguments)
    ids = {name: [arguments[name]] for name in arguments}
    with transaction.atomic():
        people = contributions_touch(
            acting=SYSTEM, repositories=ids.get("repository"), projects=ids.get("project")
        )
        if "repository" in ids:
            people |= contributions_rehome(ids["repository"], acting=SYSTEM)
        dirty_mark(people)
    done = settle_dirty(acting=SYSTEM, source=f"job:{job.pk}", now=now)
    return {"people": len(people), "entries_posted": done.entries_posted}


@handler(CHANGED, own_transactions=True, lease_seconds=3_600)
def person_changed(job: Job, now: int) -> dict[str, int]:
    """Settle somebody of whom something was learned at sign-in, or who was banned or let back."""
    person = json.loads(job.arguments)["contributor"]
    with transaction.atomic():
        dirty_mark({person} | contributions_touch(acting=SYSTEM, contributors=[person]))
    done = settle_dirty(acting=SYSTEM, source=f"job:{job.pk}", now=now)
    return {"entries_posted": done.entries_posted}
