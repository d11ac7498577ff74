"""Who is read again by itself: due, uncovered, capped, in batches, once each."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.intake.models_sync import SyncCoverage, SyncSubject
from laurels.apps.jobs.models import Job
from laurels.apps.jobs.services import enqueue
from laurels.apps.metrics.models import MetricRun, PersonJob
from laurels.apps.metrics.selectors.tracking import people_due, people_uncovered, tracked_all
from laurels.apps.metrics.services.person_jobs import KINDS, people_enqueue
from laurels.apps.metrics.services.pipeline import ingest_and_compute_user
from laurels.apps.metrics.triggers import Trigger
from laurels.apps.people.models import Contributor
from tests.apps import factories
from tests.apps.intake.sync.conftest import DAY, Hall
from tests.apps.metrics.pipeline.conftest import without_tokens, work


def crowd(hall: Hall, count: int) -> list[Contributor]:
    """Make people who were read over three years just now, and never computed."""
    people = factories.crowd(count)
    for person in people:
        subject = SyncSubject.objects.create(
            kind="user", github_id=person.github_id, name=person.login, created_at=1,
            synced_at=hall.now(),
        )  # fmt: skip
        SyncCoverage.objects.create(
            subject=subject, starts_at=hall.now() - 1096 * DAY, ends_at=hall.now()
        )
    return people


def scheduled(hall: Hall, kind: str) -> Any:
    enqueue(kind, {}, now=hall.now(), acting=SYSTEM)
    job = work(hall)
    assert job.kind == kind
    return json.loads(job.result)


def ours(settings: LazySettings, **values: Any) -> None:
    settings.LAURELS = settings.LAURELS.model_copy(update=values)


def test_due_when_computed_today_and_nothing_moved_then_nobody(hall: Hall) -> None:
    ingest_and_compute_user(github_login="carl")
    assert list(people_due(hall.now())) == []
    hall.town.clock.forward(DAY - 1)
    assert list(people_due(hall.now())) == []
    hall.town.clock.forward(1)
    assert [one.contributor for one in people_due(hall.now())] == [Contributor.objects.get().pk]


def test_due_when_never_computed_then_theirs_first(hall: Hall) -> None:
    first, second = crowd(hall, 2)
    SyncSubject.objects.filter(github_id=second.github_id).update(synced_at=None)
    assert [one.contributor for one in people_due(hall.now())] == [second.pk, first.pk]
    SyncSubject.objects.update(is_refreshed=False)
    assert list(people_due(hall.now())) == []
    assert len(tracked_all(hall.now(), [first.pk])) == 1


def test_uncovered_when_a_day_or_more_of_the_window_lacks_then_given(hall: Hall) -> None:
    whole, part = crowd(hall, 2)
    subject = SyncSubject.objects.get(github_id=part.github_id)
    SyncCoverage.objects.filter(subject=subject).update(starts_at=hall.now() - 1095 * DAY)
    assert [one.contributor for one in people_uncovered(hall.now())] == [part.pk]
    # That the window moves on is no gap.
    hall.town.clock.forward(9 * DAY)
    SyncCoverage.objects.filter(subject=subject).delete()
    assert [one.contributor for one in people_uncovered(hall.now())] == [part.pk]
    assert whole.pk not in {one.contributor for one in people_uncovered(hall.now())}


def test_refresh_when_scheduled_then_no_more_than_the_cap_and_each_once(
    hall: Hall, settings: LazySettings
) -> None:
    crowd(hall, 5)
    ours(settings, metrics_daily_most=3)
    assert scheduled(hall, "metrics.refresh") == {"enqueued": 3}
    assert scheduled(hall, "metrics.refresh") == {"enqueued": 0}
    rows = PersonJob.objects.filter(triggered_by="scheduler.daily")
    assert rows.count() == 3
    assert {row.job.kind for row in rows} == {KINDS["bulk"]}
    ours(settings, metrics_daily_most=0)
    Job.objects.all().delete()
    assert scheduled(hall, "metrics.refresh") == {"enqueued": 0}


def test_refresh_when_its_job_is_done_then_metrics_are_of_today(hall: Hall) -> None:
    ingest_and_compute_user(github_login="carl")
    hall.town.clock.forward(DAY)
    scheduled(hall, "metrics.refresh")
    assert work(hall).state == "done"
    assert list(people_due(hall.now())) == []
    assert MetricRun.objects.latest("pk").triggered_by == "scheduler.daily"


def test_backfill_when_scheduled_then_three_years_are_read(
    hall: Hall, settings: LazySettings
) -> None:
    ingest_and_compute_user(github_login="carl", backfill_days=30)
    ours(settings, metrics_backfill_most=1)
    assert scheduled(hall, "metrics.backfill") == {"enqueued": 1}
    assert PersonJob.objects.get().backfill_days == 1096
    assert work(hall).state == "done"
    assert list(people_uncovered(hall.now())) == []
    assert json.loads(MetricRun.objects.latest("pk").coverage)["days"] == 1096


@pytest.mark.parametrize("kind", ["metrics.refresh", "metrics.backfill"])
def test_schedule_when_there_are_no_tokens_then_it_says_so(hall: Hall, kind: str) -> None:
    crowd(hall, 1)
    without_tokens(hall)
    assert scheduled(hall, kind) == {"skipped": "missing_token"}


def test_many_when_enqueued_then_in_batches_with_pauses_in_few_statements(
    hall: Hall, settings: LazySettings
) -> None:
    crowd(hall, 7)
    ours(settings, metrics_batch=3, metrics_pause_seconds=60)
    people = tracked_all(hall.now())
    with CaptureQueriesContext(
        connection,
    ) as asked:
        count = people_enqueue(people, Trigger.MANUAL, now=hall.now(), acting=SYSTEM)
    assert count == 7
    assert sum("INSERT" in one["sql"] for one in asked) <= 2 + 7 * (connection.vendor == "sqlite")
    due = Job.objects.order_by("pk").values_list("run_after", flat=True)
    assert [at - hall.now() for at in due] == [0, 0, 0, 60, 60, 60, 120]
    assert people_enqueue(people, Trigger.MANUAL, now=hall.now(), acting=SYSTEM) == 0
