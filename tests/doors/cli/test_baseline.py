"""Baselines on the command line: loaded, refused with every fault, shown, pinned, asked."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from django.conf import LazySettings

from laurels.apps.metrics.models import LoadedThresholds
from laurels.domain.metric_names import DEFINITIONS, OPENED, TEN
from laurels.domain.percentiles import csv_lines
from tests.apps.metrics.populations import baseline
from tests.doors.cli.conftest import Laurels

PUBLISHED = "population/population_cdfs_2025-09-30_v1.csv"


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    """Return a file of a sound population."""
    path = tmp_path / "population.csv"
    path.write_text("".join(csv_lines(baseline())), encoding="utf-8")
    return path


def edited(csv: Path, old: str, new: str) -> Path:
    text = csv.read_text(encoding="utf-8")
    assert old in text
    other = csv.with_name("edited.csv")
    other.write_text(text.replace(old, new), encoding="utf-8")
    return other


def test_load_when_published_then_rows_checksum_and_known_mismatches(
    laurels: Laurels, shared_data: Path
) -> None:
    ran = laurels("baseline", "load", shared_data / PUBLISHED, "--id", "2025-09-30_v1", "--json")
    told = ran.json
    assert (ran.code, told["ok"], told["rows"], told["is_new"]) == (0, True, 10_010, True)
    assert (told["start"], told["end"]) == ("2022-10-01", "2025-09-30")
    assert told["checksum"].startswith("df9bfe9643728d22")
    assert (told["method"], told["population"]) == ("wave-metrics/1", None)
    assert "divides by all opened" in told["notes"]["pr_drop_rate"]
    again = laurels("baseline", "load", shared_data / PUBLISHED, "--id", "2025-09-30_v1")
    assert "Loaded the same again" in again.out
    assert "cut to whole hours" in again.out
    assert laurels("baseline", "verify", "2025-09-30_v1").code == 0


@pytest.mark.parametrize(
    ("metric", "value", "mode", "percentile"),
    [
        ("total_opened_prs", "2", "raw", 56.7),
        ("total_opened_prs", "5", "raw", 73.7),
        ("total_opened_prs", "10", "raw", 83.4),
        ("total_opened_prs", "20", "raw", 90.3),
        ("total_opened_prs", "50", "raw", 95.8),
        ("total_opened_prs", "100", "raw", 97.9),
        ("total_opened_prs", "408", "raw", 99.7),
        ("pr_merge_rate", "1.00", "raw", 99.9),
        ("pr_drop_rate", "0", "raw", 65.8),
        ("pr_drop_rate", "0", "inverted", 34.2),
        ("pr_drop_rate", "0", "fair", 67.1),
        ("oss_reviews", "0", "raw", 59.4),
    ],
)
def test_percentile_when_published_then_as_specified(
    laurels: Laurels, shared_data: Path, metric: str, value: str, mode: str, percentile: float
) -> None:
    laurels("baseline", "load", shared_data / PUBLISHED, "--id", "p")
    told = laurels("baseline", "percentile", metric, value, "--mode", mode, "--json").json
    assert (told["percentile"], told["mode"], told["baseline"]) == (percentile, mode, "p")
    assert told["low"] <= told["high"]
    assert told["lower_is_better"] is DEFINITIONS[metric].lower_is_better


def test_percentile_when_fair_then_ties_bin_and_people(laurels: Laurels, csv: Path) -> None:
    laurels("baseline", "load", csv, "--id", "own", "--population", "1000")
    told = laurels("baseline", "percentile", "total_opened_prs", "500", "--json").json
    assert told == {
        "metric": "total_opened_prs",
        "value": 500,
        "percentile": 50.0,
        "low": 49.9,
        "high": 50.0,
        "bin": "Medium",
        "lower_is_better": False,
        "mode": "fair",
        "baseline": "own",
        "n": 1000,
        "note": None,
    }
    out = laurels("baseline", "percentile", "pr_drop_rate", "0", "--id", "own").out
    assert out.splitlines() == [
        "Drop rate of 0: percentile 99.9, Exceptional",
        "Ties run from 100.0 to 100.0; fair mode, population own.",
    ]


@pytest.mark.parametrize(
    ("metric", "value", "reason"),
    [
        ("total_opened_pr", "1", "Did you mean total_opened_prs?"),
        ("x", "1", "There are: total_opened_prs"),
        ("total_opened_prs", "many", "'many' is no number"),
        ("total_opened_prs", "nan", "it is not finite"),
        ("total_opened_prs", "-1", "which is 0 or more"),
        ("pr_merge_rate", "1.01", "which is 0 to 1"),
        ("oss_composite", "101", "which is 0 to 100"),
    ],
)
def test_percentile_when_the_value_cannot_be_then_refused_before_entering(
    outside: Laurels, metric: str, value: str, reason: str
) -> None:
    ran = outside("baseline", "percentile", metric, value)
    assert (ran.code, ran.out) == (2, "")
    assert reason in ran.err


def test_percentile_when_nothing_is_loaded_then_refused(laurels: Laurels) -> None:
    ran = laurels("baseline", "percentile", "total_opened_prs", "1")
    assert (ran.code, ran.out) == (2, "")
    assert "No baseline is loaded" in ran.err


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("pr_drop_rate,0.0,0.0,", "pr_drop_rate,0.0,0.9,", "not-monotone"),
        ("pr_drop_rate,100.0,1.0,", "pr_drop_rate,100.0,1.2,", "rate-outside"),
        ("pr_drop_rate,50.0,0.5,2022-10-01,2025-09-30\n", "", "points-missing"),
        ("oss_pushes,", "oss_pulls,", "metric-unknown"),
        ("total_opened_prs,7.0,70,2022-10-01", "total_opened_prs,7.0,70,2022-10-02", "dates"),
        ("metric_name,", "metric,", "columns-missing"),
        ("total_opened_prs,7.0,70,", "total_opened_prs,7.0,x,", "not-a-number"),
    ],
)
def test_load_when_the_file_has_a_fault_then_named_and_nothing_is_replaced(
    laurels: Laurels, csv: Path, old: str, new: str, code: str
) -> None:
    laurels("baseline", "load", csv, "--id", "own")
    before = laurels("baseline", "list", "--json").json
    ran = laurels("baseline", "load", edited(csv, old, new), "--id", "own", "--json")
    assert ran.code == 2
    faults = ran.json["faults"]
    assert ran.json["ok"] is False
    assert any(fault["code"].startswith(code) for fault in faults)
    for fault in faults:
        assert f"  {fault['code']}: {fault['message']}" in ran.err.splitlines()
    assert laurels("baseline", "list", "--json").json == before
    assert laurels("baseline", "verify", "own").code == 0


def test_load_when_a_line_is_wrong_then_its_number_is_told(laurels: Laurels, csv: Path) -> None:
    old = "total_opened_prs,7.0,70,"
    line = next(
        number
        for number, text in enumerate(csv.read_text(encoding="utf-8").splitlines(), 1)
        if text.startswith(old)
    )
    ran = laurels("baseline", "load", edited(csv, old, "total_opened_prs,7.0,5,"), "--id", "o")
    assert (ran.code, ran.out) == (2, "")
    assert f"not-monotone: line {line}, total_opened_prs at 7.0: the threshold 5" in ran.err
    assert laurels("baseline", "list", "--json").json["total"] == 0


def test_load_when_a_metric_is_missing_then_named(laurels: Laurels, csv: Path) -> None:
    lines = csv.read_text(encoding="utf-8").splitlines(keepends=True)
    csv.write_text("".join(line for line in lines if "oss_issues_opened" not in line), "utf-8")
    ran = laurels("baseline", "load", csv, "--id", "own")
    assert ran.code == 2
    assert "metric-missing: oss_issues_opened: the metric is missing" in ran.err


def test_load_when_id_or_file_is_wrong_then_refused(
    laurels: Laurels, csv: Path, tmp_path: Path
) -> None:
    ran = laurels("baseline", "load", csv, "--id", "a b")
    assert (ran.code, ran.out) == (2, "")
    assert "id-wrong: 'a b' is no id" in ran.err
    ran = laurels("baseline", "load", tmp_path / "nothing.csv", "--id", "own")
    assert ran.code == 2
    assert "cannot be read: No such file" in ran.err


def test_load_when_a_method_is_told_then_kept(laurels: Laurels, csv: Path) -> None:
    assert laurels("baseline", "load", csv, "--id", "a", "--json").json["method"] == "csv"
    told = laurels("baseline", "load", csv, "--id", "a", "--method", "ours/1", "--json").json
    assert (told["method"], told["is_new"], told["is_changed"]) == ("ours/1", False, False)


def test_verify_when_a_row_was_changed_then_exit_one_and_doctor_fails(
    laurels: Laurels, csv: Path
) -> None:
    laurels("baseline", "load", csv, "--id", "own")
    row = LoadedThresholds.objects.get(metric=OPENED)
    row.texts = row.texts.replace(" 1000", " 1001")
    row.save()
    ran = laurels("baseline", "verify", "own", "--json")
    assert (ran.code, ran.json["ok"], ran.json["faults"][0]["code"]) == (
        1,
        False,
        "checksum-differs",
    )
    assert "own is NOT as it was loaded: checksum-differs" in ran.err
    found = doctor(laurels)
    assert (found["state"], "own" in found["hint"]) == ("failed", True)
    laurels("baseline", "load", csv, "--id", "own")
    assert doctor(laurels)["state"] == "ok"


def doctor(laurels: Laurels) -> dict[str, str]:
    return next(one for one in laurels("doctor", "--json").json["checks"] if one["id"] == "D23")


def test_doctor_when_the_pinned_one_is_missing_then_to_be_looked_at(
    laurels: Laurels, csv: Path, settings: LazySettings
) -> None:
    assert doctor(laurels)["detail"] == "none is loaded"
    laurels("baseline", "load", csv, "--id", "own")
    assert doctor(laurels)["detail"] == "1 baseline, percentiles are given in own"
    settings.LAURELS = settings.LAURELS.model_copy(update={"population_baseline_id": "gone"})
    assert doctor(laurels)["state"] == "warning"


def test_list_and_pin_then_which_one_is_used(
    laurels: Laurels, csv: Path, settings: LazySettings
) -> None:
    assert "No baseline is loaded yet" in laurels("baseline", "list").err
    laurels("baseline", "load", csv, "--id", "a")
    newer = edited(csv, "2025-09-30", "2026-09-30")
    laurels("baseline", "load", newer, "--id", "b", "--population", "7")
    rows = laurels("baseline", "list", "--json").json["rows"]
    assert [(row["id"], row["is_current"]) for row in rows] == [("b", True), ("a", False)]
    assert laurels("baseline", "pin", "a", "--json").json["current"] == "a"
    assert "yes, pinned" in laurels("baseline", "list").out
    assert laurels("baseline", "percentile", "oss_reviews", "3", "--json").json["baseline"] == "a"
    assert laurels("baseline", "unpin").out == (
        "a is no longer pinned. Percentiles are given in b.\n"
    )
    assert "None was pinned." in laurels("baseline", "unpin").out
    assert laurels("baseline", "pin", "c").code == 2
    settings.LAURELS = settings.LAURELS.model_copy(update={"population_baseline_id": "b"})
    ran = laurels("baseline", "pin", "a", "--json")
    assert (ran.json["current"], ran.json["setting"]) == ("b", "b")
    assert "goes before what is pinned here" in ran.err


def test_show_then_bars_or_figures_of_every_metric(laurels: Laurels, csv: Path) -> None:
    laurels("baseline", "load", csv, "--id", "own", "--population", "1000")
    out = laurels("baseline", "show").out
    assert out.startswith("Population own, 2022-10-01 to 2025-09-30, 1,000 people, method csv\n")
    for name in TEN:
        assert f"{DEFINITIONS[name].title} ({name}; " in out
    assert "  101 to 1,000  ████████████████████████████████████████   90.0 %" in out
    told = laurels("baseline", "show", "own", "--json").json
    opened = told["metrics"][OPENED]
    assert opened["thresholds"] == {
        "0": 0,
        "25": 250,
        "50": 500,
        "75": 750,
        "90": 900,
        "99": 990,
        "100": 1000,
    }
    assert sum(one["pct"] for one in opened["classes"]) == pytest.approx(100)
    assert told["svg"] is None


def test_show_when_svg_is_wanted_then_a_picture_that_says_what_it_shows(
    laurels: Laurels, csv: Path, tmp_path: Path
) -> None:
    laurels("baseline", "load", csv, "--id", "own", "--method", "a<b>&c")
    path = tmp_path / "own.svg"
    assert laurels("baseline", "show", "--svg", path).out == f"Drew own into {path}.\n"
    text = path.read_text(encoding="utf-8")
    root = ET.fromstring(text)
    space = {"s": "http://www.w3.org/2000/svg"}
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "title desc")
    assert root.findtext("s:title", namespaces=space) == (
        "Population own, 2022-10-01 to 2025-09-30"
    )
    desc = root.findtext("s:desc", namespaces=space) or ""
    words = [node.text for node in root.iterfind("s:text", space)]
    for name in TEN:
        assert f"{DEFINITIONS[name].title}: Half have at most" in desc
        assert DEFINITIONS[name].title in words
    assert "prefers-color-scheme: dark" in text
    assert not {"<script", "http://www.w3.org/1999", "url(", "@import"} & set(text.split())
    bars = [float(node.get("width") or 0) for node in root.iterfind("s:rect[@class='bar']", space)]
    assert len(bars) > 50
    assert max(bars) == 248
    again = tmp_path / "again.svg"
    laurels("baseline", "show", "own", "--svg", again, "--json")
    assert again.read_text(encoding="utf-8") == text
    ran = laurels("baseline", "show", "--svg", tmp_path / "no" / "own.svg")
    assert (ran.code, ran.out) == (2, "")
    assert "cannot be written" in ran.err
