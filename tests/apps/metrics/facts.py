"""What syncs read of people, as rows, for tests of metrics."""

from __future__ import annotations

from typing import Any

from laurels.apps.intake.models_sync import (
    PersonProfile,
    SyncCoverage,
    SyncedPull,
    SyncSubject,
)
from laurels.apps.intake.selectors_metrics import person_known
from laurels.apps.metrics.models import MetricRun
from laurels.apps.metrics.services import metrics_compute
from laurels.apps.people.models import Contributor
from laurels.domain.metrics import year_spans

NOW = 1_790_000_000
DAY = 86_400


def covered(person: Contributor, days: int = 1_096) -> None:
    """Say that a person's last days have been read."""
    subject = SyncSubject.objects.create(
        kind="user", github_id=person.github_id, name=person.login, created_at=NOW
    )
    SyncCoverage.objects.create(subject=subject, starts_at=NOW - days * DAY, ends_at=NOW)


def profiled(person: Contributor, reviews: int | None, issues: int | None) -> None:
    """Say what the profile tells; None where it is private."""
    spans = year_spans(NOW)
    PersonProfile.objects.create(
        contributor=person,
        joined_at=1_500_000_000,
        window_start=spans[0].start,
        window_end=spans[-1].end,
        reviews=reviews,
        issues=issues,
        read_at=NOW,
    )


def pulls(person: Contributor, count: int, **values: Any) -> list[SyncedPull]:
    """Make merged pull requests that others commented on; numbered on from the last."""
    first = SyncedPull.objects.count()
    return SyncedPull.objects.bulk_create(
        SyncedPull(
            **{
                "node_id": f"PR_{first + at}",
                "author": person,
                "repository_github_id": 7,
                "number": first + at,
                "state": "merged",
                "is_draft": False,
                "created_at": NOW - 10 * DAY,
                "updated_at": NOW - 9 * DAY,
                "merged_at": NOW - 10 * DAY + 7_200,
                "additions": 10,
                "deletions": 0,
                "changed_files": 1,
                "comments": 2,
                "reviews": 1,
                "is_attended": True,
                **values,
            }
        )
        for at in range(count)
    )


def run_of(person: Contributor, *, now: int = NOW) -> MetricRun:
    """Compute a person's metrics from these rows."""
    return metrics_compute(person, person_known(person.pk), now=now)
