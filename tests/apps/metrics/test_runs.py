"""Metrics of people, computed from what syncs read and kept as history."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from laurels.apps.audit.actors import operator
from laurels.apps.intake.models_sync import RepositoryLanguages, SyncedPull
from laurels.apps.intake.selectors_metrics import person_known
from laurels.apps.metrics.errors import MetricsMissing
from laurels.apps.metrics.models import MetricRecord, MetricRun
from laurels.apps.metrics.selectors import metrics_history, metrics_latest, metrics_payload
from laurels.apps.metrics.services import baseline_load, metrics_compute
from laurels.apps.people.models import Contributor
from laurels.apps.recognition.services import person_erase
from laurels.domain.metric_names import NINE
from laurels.domain.metrics import PullRequest, metrics_window
from laurels.domain.percentiles import Mode
from tests.apps import factories
from tests.apps.metrics.facts import DAY, NOW, covered, profiled, pulls
from tests.apps.metrics.populations import baseline

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Contributor:
    return factories.contributor("ada")


def computed(person: Contributor, mode: Mode = Mode.FAIR, now: int = NOW) -> dict[str, Any]:
    return metrics_payload(metrics_compute(person, person_known(person.pk), now=now), mode)


def test_compute_when_all_is_known_then_values_places_and_languages(person: Contributor) -> None:
    baseline_load(baseline(method="wave-metrics/1"), now=NOW, acting=operator())
    covered(person)
    profiled(person, 100, 50)
    pulls(person, 20)
    pulls(person, 5, state="closed", merged_at=None, repository_github_id=8, additions=50)
    pulls(person, 3, repository_github_id=9)
    RepositoryLanguages.objects.create(
        github_id=7, total_bytes=4, languages='{"Python": 3, "C": 1}', read_at=NOW
    )
    RepositoryLanguages.objects.create(
        github_id=8, total_bytes=9, languages='{"Python": 9}', read_at=NOW
    )
    told = computed(person)
    metrics = told["metrics"]
    assert list(metrics) == list(NINE)
    assert metrics["total_opened_prs"]["value"] == 28
    assert metrics["total_opened_prs"]["percentile"] == 2.8
    assert metrics["total_opened_prs"]["bin"] == "Very Low"
    assert metrics["total_opened_prs"]["n"] == 1_000
    assert metrics["pr_merge_rate"]["value"] == 23 / 28
    assert metrics["avg_merge_latency_hours"]["value"] == 2.0
    assert metrics["avg_merge_latency_hours"]["percentile"] == 99.8
    assert metrics["oss_reviews"]["value"] == 100
    # 0.40 · 10.0 + 0.35 · 2.8 + 0.25 · 5.0, raw.
    assert metrics["oss_composite"]["value"] == 6.23
    assert "divides by all opened" in metrics["pr_drop_rate"]["note"]
    assert all(one["reason"] is None for one in metrics.values())
    # Weights 200 and 250: Python 0.75 · 200 + 250 of 450; a repository without languages is out.
    assert told["lifetime_language_profile"] == [
        {"language": "Python", "pct": 88.89},
        {"language": "C", "pct": 11.11},
    ]
    assert person_known(person.pk).languages.without_languages == 3
    assert told["metrics_baseline_dates"] == {"start": "2022-10-01", "end": "2025-09-30"}
    assert told["github_created_at"] == "2017-07-14T02:40:00Z"
    assert told["coverage"]["days"] == 1_096
    assert len(told["user_id"]) == 36


def test_compute_when_private_then_all_that_is_not_known_says_so(person: Contributor) -> None:
    baseline_load(baseline(), now=NOW, acting=operator())
    covered(person)
    profiled(person, None, None)
    pulls(person, 25)
    metrics = computed(person)["metrics"]
    assert metrics["total_opened_prs"]["percentile"] is not None
    for name in ("oss_reviews", "oss_issues_opened", "oss_composite"):
        assert (metrics[name]["value"], metrics[name]["percentile"], metrics[name]["bin"]) == (
            None,
            None,
            None,
        )
        assert metrics[name]["reason"]["code"] == "profile-unread"


def test_compute_when_no_pull_request_counts_then_nine_nulls_and_values(
    person: Contributor,
) -> None:
    baseline_load(baseline(), now=NOW, acting=operator())
    covered(person)
    profiled(person, 100, 100)
    metrics = computed(person)["metrics"]
    assert [one["percentile"] for one in metrics.values()] == [None] * 9
    assert {one["reason"]["code"] for one in metrics.values()} == {"no-eligible-pull-request"}
    assert metrics["oss_reviews"]["value"] == 100
    assert metrics["total_opened_prs"]["value"] == 0


def test_compute_when_ten_are_merged_then_counts_are_ranked_and_rates_not(
    person: Contributor,
) -> None:
    baseline_load(baseline(), now=NOW, acting=operator())
    covered(person)
    profiled(person, 0, 0)
    pulls(person, 10)
    metrics = computed(person)["metrics"]
    unranked = [name for name, one in metrics.items() if one["percentile"] is None]
    assert unranked == ["pr_merge_rate", "pr_drop_rate", "avg_merge_latency_hours"]
    assert metrics["pr_merge_rate"]["reason"]["code"] == "too-few-opened"
    assert metrics["pr_merge_rate"]["value"] == 1.0


def test_compute_when_a_month_was_read_then_thirty_days_and_not_three_years(
    person: Contributor,
) -> None:
    covered(person, days=30)
    pulls(person, 2)
    told = computed(person)
    assert (told["coverage"]["days"], told["coverage"]["window_days"]) == (30, 1_096)
    assert "Only 30 of 1,096 days" in told["coverage"]["sentence"]
    assert told["coverage"]["gaps"] == [
        {"start": told["metrics_window_start"], "end": "2026-08-22T14:13:20Z"}
    ]
    opened = told["metrics"]["total_opened_prs"]
    assert (opened["value"], opened["reason"]["code"]) == (2, "no-baseline")
    assert told["metrics_baseline_dates"] is None


def test_compute_when_nothing_was_read_then_unknown_and_never_zero(person: Contributor) -> None:
    told = computed(person)
    assert {one["value"] for one in told["metrics"].values()} == {None}
    assert {one["reason"]["code"] for one in told["metrics"].values()} == {"window-uncovered"}
    assert told["coverage"]["days"] == 0
    assert told["lifetime_language_profile"] == []


def test_modes_when_shown_then_their_own_rule_and_scale_from_one_run(person: Contributor) -> None:
    baseline_load(baseline(), now=NOW, acting=operator())
    covered(person)
    profiled(person, 0, 0)
    pulls(person, 30)
    pulls(person, 4, is_attended=False)
    pulls(person, 2, is_attended=None)
    run = metrics_compute(person, person_known(person.pk), now=NOW)
    fair = metrics_payload(run)["metrics"]
    inverted = metrics_payload(run, Mode.INVERTED)["metrics"]
    raw = metrics_payload(run, Mode.RAW)["metrics"]
    assert fair["total_opened_prs"]["value"] == 32
    assert raw["total_opened_prs"]["value"] == inverted["total_opened_prs"]["value"] == 36
    drops = [one["pr_drop_rate"] for one in (raw, inverted, fair)]
    assert [one["percentile"] for one in drops] == [0.0, 99.9, 99.9]
    assert (drops[0]["low"], drops[2]["low"]) == (0.0, 100.0)
    assert [one["mode"] for one in drops] == ["raw", "inverted", "fair"]


def test_history_then_the_latest_first_and_never_changed(person: Contributor) -> None:
    other = factories.contributor("bob")
    with pytest.raises(MetricsMissing):
        metrics_latest(person.pk)
    first = computed(person)
    same = computed(person)
    pulls(person, 1)
    later = computed(person, now=NOW + 1)
    metrics_compute(other, person_known(other.pk), now=NOW + 2)
    runs = metrics_history(person.pk)
    assert [run.inputs_hash for run in runs] == [
        later["inputs_hash"],
        same["inputs_hash"],
        first["inputs_hash"],
    ]
    assert first["inputs_hash"] == same["inputs_hash"] != later["inputs_hash"]
    assert metrics_latest(person.pk) == runs[0]
    assert metrics_payload(runs[2]) == first


def test_places_when_the_population_is_replaced_then_those_of_then_stay(
    person: Contributor,
) -> None:
    baseline_load(baseline(), now=NOW, acting=operator())
    covered(person)
    pulls(person, 25)
    run = metrics_compute(person, person_known(person.pk), now=NOW)
    before = metrics_payload(run)
    baseline_load(baseline(step=9), now=NOW, acting=operator())
    assert metrics_payload(metrics_latest(person.pk)) == before
    assert computed(person)["metrics"] != before["metrics"]


def test_statements_then_as_many_for_thousands_as_for_one(person: Contributor) -> None:
    baseline_load(baseline(), now=NOW, acting=operator())
    covered(person)
    profiled(person, 5, 5)
    pulls(person, 1)
    computed(person)
    with CaptureQueriesContext(connection) as few:
        person_known(person.pk)
    pulls(person, 2_000)
    pulls(factories.contributor("bob"), 500)
    with CaptureQueriesContext(connection) as many:
        known = person_known(person.pk)
    assert len(few) == len(many) == 4
    assert len(known.pull_requests) == 2_001
    with CaptureQueriesContext(connection) as compute:
        run = metrics_compute(person, known, now=NOW)
    with CaptureQueriesContext(connection) as show:
        metrics_payload(run)
    asked = [one["sql"] for one in compute]
    assert sum("INSERT INTO" in one for one in asked) == 2
    assert sum(one.startswith("SELECT") for one in asked) == 1
    assert len(show) == 1
    assert MetricRecord.objects.filter(run=run).count() == 18


@pytest.mark.parametrize(
    ("additions", "deletions", "files", "weight"),
    [(3, 4, 9, 7), (0, 0, 5, 5), (0, 0, 0, 1), (None, 4, 1, 4), (None, None, 6, 6)],
)
def test_weight_in_the_database_then_that_of_the_domain(
    person: Contributor, additions: int | None, deletions: int | None, files: int, weight: int
) -> None:
    pulls(person, 1, additions=additions, deletions=deletions, changed_files=files)
    pulls(person, 1, repository_github_id=8, additions=weight, deletions=0)
    for place, name in ((7, "A"), (8, "B")):
        RepositoryLanguages.objects.create(
            github_id=place, total_bytes=1, languages=json.dumps({name: 1}), read_at=NOW
        )
    found = person_known(person.pk).languages
    assert [(one.language, one.pct) for one in found.shares] == [("A", 50.0), ("B", 50.0)]
    assert found.unsized == (additions is None and deletions is None)


def test_statements_when_many_others_are_there_then_only_by_index(person: Contributor) -> None:
    with CaptureQueriesContext(connection) as asked:
        person_known(person.pk)
    if connection.vendor == "postgresql":
        assert len(asked) == 4  # its plans for empty tables say nothing
        return
    for one in asked:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {one['sql']}")
            steps = [row[3] for row in cursor.fetchall()]
        assert not [step for step in steps if "SCAN intake_" in step or "SCAN people_" in step]


def test_erasure_then_no_run_of_the_person_is_left(person: Contributor) -> None:
    other = factories.contributor("bob")
    pulls(person, 3)
    computed(person)
    computed(other)
    person_erase(person.pk, reason="asked", now=NOW, acting=operator())
    assert list(MetricRun.objects.values_list("contributor_id", flat=True)) == [other.pk]
    assert MetricRecord.objects.exclude(run__contributor=other).count() == 0


def test_window_then_stored_with_the_run(person: Contributor) -> None:
    run = metrics_compute(person, person_known(person.pk), now=NOW, triggered_by="api")
    assert (run.window_start, run.window_end) == tuple(metrics_window(NOW))
    assert (run.computed_at, run.triggered_by) == (NOW, "api")
    assert json.loads(run.coverage)["gaps"] == [[run.window_start, run.window_end]]


@pytest.mark.parametrize("is_attended", [None, False, True])
@pytest.mark.parametrize(("comments", "reviews"), [(0, 0), (3, 0), (0, 2)])
@pytest.mark.parametrize(("state", "is_draft"), [("open", True), ("closed", False), ("merged", 0)])
def test_pull_request_in_the_database_then_that_of_the_domain(
    person: Contributor,
    state: str,
    is_draft: bool,
    comments: int,
    reviews: int,
    is_attended: bool | None,
) -> None:
    merged_at = NOW - DAY if state == "merged" else None
    pulls(
        person,
        1,
        state=state,
        is_draft=bool(is_draft),
        comments=comments,
        reviews=reviews,
        is_attended=is_attended,
        merged_at=merged_at,
    )
    row = SyncedPull.objects.get()
    assert list(person_known(person.pk).pull_requests) == [
        PullRequest(
            id=row.pk,
            created_at=row.created_at,
            state=state,
            merged_at=merged_at,
            is_draft=bool(is_draft),
            comments=min(comments, 1),
            reviews=min(reviews, 1),
            others_comments=None if is_attended is None else int(is_attended),
            others_reviews=None if is_attended is None else 0,
        )
    ]
