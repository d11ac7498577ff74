"""Metrics on the command line."""

from __future__ import annotations

import pytest

from laurels.domain.metric_names import DEFINITIONS, NINE
from tests.apps import factories
from tests.doors.cli.conftest import Laurels

KEYS = {
    "user_id",
    "github_login",
    "github_created_at",
    "metrics_window_start",
    "metrics_window_end",
    "metrics_baseline_dates",
    "metrics",
    "lifetime_language_profile",
    "computed_at",
    "coverage",
}


@pytest.mark.parametrize("login", ["nobody", "no_body", "-", ""])
def test_metrics_when_the_login_is_unknown_then_refused(laurels: Laurels, login: str) -> None:
    for verb in ("compute", "show"):
        ran = laurels("metrics", verb, "--json", "--", login)
        assert (ran.code, ran.out) == (2, "")
        assert "No contributor has this login" in ran.err


def test_show_when_never_computed_then_refused(laurels: Laurels) -> None:
    factories.contributor("ada")
    ran = laurels("metrics", "show", "ada")
    assert (ran.code, ran.out) == (2, "")
    assert "No metrics of this person have been computed yet" in ran.err


def test_compute_then_shown_again_with_the_keys_of_the_service(laurels: Laurels) -> None:
    factories.contributor("ada")
    told = laurels("metrics", "compute", "ADA", "--json").json
    assert told.keys() >= KEYS
    assert list(told["metrics"]) == list(NINE)
    assert told["github_login"] == "ada"
    assert laurels("metrics", "show", "ada", "--json").json == told
    for name, metric in told["metrics"].items():
        assert metric["percentile"] is None and metric["bin"] is None
        assert metric["lower_is_better"] is DEFINITIONS[name].lower_is_better


def test_show_when_read_by_people_then_reasons_in_words(laurels: Laurels) -> None:
    factories.contributor("ada")
    laurels("metrics", "compute", "ada", "--mode", "raw")
    out = laurels("metrics", "show", "ada").out
    assert "Only 0 of 1,096 days of the window have been read" in out
    assert "Compared with no population, fair mode." in out
    assert out.count("Nothing of the window has been read from GitHub yet.") == 9
