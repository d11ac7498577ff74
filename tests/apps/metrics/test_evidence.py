"""The pull requests behind a number, page by page."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from laurels.apps.audit.actors import operator
from laurels.apps.intake.models_sync import RepositoryLanguages
from laurels.apps.metrics.models import MetricRun
from laurels.apps.metrics.selectors import (
    MetricUnknown,
    evidence_payload,
    history_payload,
    metric_evidence,
)
from laurels.apps.metrics.services import baseline_load
from laurels.apps.people.models import Contributor
from laurels.domain.metrics import Role
from laurels.domain.percentiles import Mode
from laurels.kit import cursors
from tests.apps import factories
from tests.apps.metrics.facts import DAY, NOW, covered, pulls, run_of
from tests.apps.metrics.populations import baseline

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Contributor:
    return factories.contributor("ada")


def named(github_id: int, name: str, **values: Any) -> None:
    values.setdefault("is_private", False)
    RepositoryLanguages.objects.create(
        github_id=github_id, full_name=name, total_bytes=1, read_at=NOW, **values
    )


def shown(run: MetricRun, metric: str, **how: Any) -> list[dict[str, Any]]:
    told = evidence_payload(metric_evidence(run, metric, **how))
    rows: list[dict[str, Any]] = told["rows"]
    return rows


def test_evidence_when_listed_then_each_says_what_it_is_to_the_number(ada: Contributor) -> None:
    named(7, "kube/api")
    pulls(ada, 1)
    pulls(ada, 1, state="closed", merged_at=None)
    pulls(ada, 1, is_draft=True, state="open", merged_at=None)
    pulls(ada, 1, is_attended=False)
    pulls(ada, 1, is_attended=None)
    pulls(ada, 1, created_at=NOW - 2_000 * DAY)
    run = run_of(ada)
    rate = {row["number"]: row for row in shown(run, "pr_merge_rate")}
    assert [rate[number]["role"] for number in range(5)] == [
        "counted",
        "of",
        "of",
        "ineligible",
        "counted",
    ]
    assert 5 not in rate
    assert rate[4]["is_assumed"] is True
    assert "anybody's comment is taken" in rate[4]["message"]
    assert rate[3]["message"] == "Nobody else who is no robot commented on it or reviewed it."
    assert rate[0]["url"] == "https://github.com/kube/api/pull/0"
    drops = {row["number"]: row["role"] for row in shown(run, "pr_drop_rate")}
    assert drops == {0: "of", 1: "counted", 2: "not-of", 3: "ineligible", 4: "of"}
    times = {row["number"]: row["role"] for row in shown(run, "avg_merge_latency_hours")}
    assert times == {0: "counted", 1: "not-of", 2: "not-of", 3: "ineligible", 4: "counted"}
    raw = {row["number"]: row["role"] for row in shown(run, "total_opened_prs", mode=Mode.RAW)}
    assert set(raw.values()) == {"counted"}


def test_evidence_when_counted_then_as_many_as_the_number(ada: Contributor) -> None:
    covered(ada)
    pulls(ada, 4)
    pulls(ada, 3, state="closed", merged_at=None)
    pulls(ada, 2, state="open", merged_at=None, is_draft=True)
    pulls(ada, 2, is_attended=False)
    run = run_of(ada)
    for mode in (Mode.FAIR, Mode.RAW):
        for name in ("total_opened_prs", "total_merged_prs", "pr_merge_rate", "pr_drop_rate"):
            roles = [row.standing.role for row in metric_evidence(run, name, mode=mode).rows]
            rule = "by_others" if mode is Mode.FAIR else "by_anybody"
            record = run.records.get(metric=name, eligibility=rule)
            assert roles.count(Role.COUNTED) == record.numerator
            if record.denominator != 1:
                assert roles.count(Role.COUNTED) + roles.count(Role.OF) == record.denominator


def test_evidence_when_private_or_unnamed_then_without_title_number_or_address(
    ada: Contributor,
) -> None:
    named(7, "kube/secret", is_private=True)
    named(8, "kube/unsaid", is_private=None)
    named(10, "kube/was-open")
    ours = factories.repository("kube/was-open", github_id=10, is_private=True)
    ours.pullrequest_set.create(number=3, fold=b"", is_shown=True, title="Hidden", author=ada)
    for place in (7, 8, 9, 10):
        pulls(ada, 1, repository_github_id=place)
    rows = shown(run_of(ada), "total_opened_prs")
    assert len(rows) == 4
    for row in rows:
        assert row["is_public"] is False
        assert [row[key] for key in ("repository", "number", "title", "url")] == [None] * 4


def test_evidence_when_ours_and_renamed_then_the_present_name_and_the_title(
    ada: Contributor,
) -> None:
    named(7, "kube/old")
    ours = factories.repository("kube/new", github_id=7)
    ours.pullrequest_set.create(number=0, fold=b"", is_shown=True, title="Mend it", author=ada)
    pulls(ada, 2)
    rows = {row["number"]: row for row in shown(run_of(ada), "total_opened_prs")}
    assert (rows[0]["repository"], rows[0]["title"]) == ("kube/new", "Mend it")
    assert (rows[1]["url"], rows[1]["title"]) == ("https://github.com/kube/new/pull/1", None)


def test_evidence_when_paged_then_every_one_once_in_one_statement_each(ada: Contributor) -> None:
    pulls(ada, 5)
    pulls(ada, 4, created_at=NOW - 20 * DAY)
    pulls(factories.contributor("bob"), 3)
    run = run_of(ada)
    after, seen = "", []
    for _ in range(3):
        with CaptureQueriesContext(connection) as asked:
            page = metric_evidence(run, "total_opened_prs", after=after, limit=3)
        assert len(asked) == 1
        seen += [row.seen.number for row in page.rows]
        after = page.next
    assert (sorted(seen), after) == (list(range(9)), "")
    assert seen[5:] == [8, 7, 6, 5]


@pytest.mark.parametrize("after", ["x", "W10", cursors.encode((1,)), cursors.encode(("a", 2))])
def test_evidence_when_the_cursor_is_none_of_ours_then_refused(
    ada: Contributor, after: str
) -> None:
    with pytest.raises(cursors.InvalidCursor):
        metric_evidence(run_of(ada), "total_opened_prs", after=after)


def test_evidence_when_the_profile_counts_then_says_that_no_list_stands_behind(
    ada: Contributor,
) -> None:
    pulls(ada, 2)
    run = run_of(ada)
    for name in ("oss_reviews", "oss_issues_opened"):
        page = metric_evidence(run, name)
        assert (page.rows, page.next) == ((), "")
        assert "not which" in page.message
    assert len(metric_evidence(run, "oss_composite").rows) == 2


@pytest.mark.parametrize("name", ["oss_pushes", "stars", ""])
def test_evidence_when_the_metric_is_unknown_then_refused(ada: Contributor, name: str) -> None:
    with pytest.raises(MetricUnknown, match="there are: total_opened_prs"):
        metric_evidence(run_of(ada), name)


def test_history_then_the_latest_first_in_two_statements_with_the_inputs_hash(
    ada: Contributor,
) -> None:
    baseline_load(baseline(), now=NOW, acting=operator())
    covered(ada)
    runs = [run_of(ada)]
    for step in (1, 2):
        pulls(ada, 1)
        runs.append(run_of(ada, now=NOW + step))
    with CaptureQueriesContext(connection) as asked:
        told = history_payload(ada.pk)
    assert len(asked) == 2
    assert [one["inputs_hash"] for one in told["rows"]] == [run.inputs_hash for run in runs[::-1]]
    assert [one["metrics"]["total_opened_prs"]["value"] for one in told["rows"]] == [2, 1, 0]
    assert told["rows"][0]["metrics_baseline_id"] == "first"
    assert told["next"] is None
    after, paged = "", []
    for _ in range(3):
        page = history_payload(ada.pk, after=after, limit=1)
        paged += page["rows"]
        after = page["next"] or ""
    assert (paged, after) == (told["rows"], "")
    with pytest.raises(cursors.InvalidCursor):
        history_payload(ada.pk, after=cursors.encode((1, 2)))
