"""Populations, health and version over the API: everybody may read them."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from django.test import Client

from laurels.api import schemas_metrics as schemas
from laurels.apps.audit.actors import operator
from laurels.apps.metrics.services import baseline_load, baseline_pin
from tests.apps.metrics.populations import baseline
from tests.doors.api.conftest import NOW, V1, refusal


def test_baselines_when_listed_then_the_current_one_is_marked(db: None) -> None:
    assert Client().get(f"{V1}/baselines").json() == {"rows": []}
    for name, end in (("first", 20250930), ("second", 20260331)):
        baseline_load(baseline(name, end=end), now=NOW, acting=operator())
    baseline_pin("first", now=NOW, acting=operator())
    answer = Client().get(f"{V1}/baselines")
    rows = schemas.Baselines.model_validate(answer.json()).rows
    assert [(one.id, one.is_pinned, one.is_current) for one in rows] == [
        ("second", False, False),
        ("first", True, True),
    ]
    assert (rows[1].start, rows[1].end, rows[1].population) == ("2022-10-01", "2025-09-30", 1_000)
    assert answer["Cache-Control"] == "public, max-age=60"
    again = Client().get(f"{V1}/baselines", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_baseline_when_asked_for_then_with_figures_and_known_differences(db: None) -> None:
    baseline_load(baseline(method="wave-metrics/1"), now=NOW, acting=operator())
    told = Client().get(f"{V1}/baselines/first").json()
    shown = schemas.BaselineFigures.model_validate(told)
    assert shown.metrics["pr_merge_rate"].thresholds["50"] == 0.5
    assert shown.metrics["total_opened_prs"].thresholds["99"] == 990
    assert "divides by all opened" in (shown.metrics["pr_drop_rate"].note or "")
    assert len(shown.metrics) == 10


def test_baseline_when_unknown_then_not_found(db: None) -> None:
    told = refusal(Client().get(f"{V1}/baselines/none"), 404, "baseline-unknown")
    assert "'none'" in told["detail"]


def test_health_when_all_is_there_then_fine_and_else_what_is_wrong(db: None, settings: Any) -> None:
    told = Client().get(f"{V1}/health").json()
    assert (told["status"], told["parts"]["database"]) == ("ok", "ok")
    settings.LAURELS_HEALTH = lambda: {"database": "ok", "redis": "does not answer"}
    fault = refusal(Client().get(f"{V1}/health"), 503, "unavailable")
    assert fault["errors"] == [{"field": "redis", "fault": "does not answer"}]


def test_version_then_of_the_program_and_of_the_api() -> None:
    assert Client().get(f"{V1}/version").json() == {"version": version("laurels"), "api": "1"}
