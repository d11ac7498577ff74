"""People beside each other, and everybody in one table."""

from __future__ import annotations

import csv
import io
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from laurels.apps.audit.actors import operator
from laurels.apps.audit.models import AuditRow
from laurels.apps.metrics.selectors import export_columns, metrics_payload
from laurels.apps.metrics.services import baseline_load
from laurels.apps.people.models import Contributor
from laurels.apps.people.services import ban_start
from laurels.domain.metric_names import NINE
from laurels.domain.percentiles import Mode
from tests.apps import factories
from tests.apps.metrics.facts import NOW, covered, profiled, pulls, run_of
from tests.apps.metrics.populations import baseline
from tests.doors.cli.conftest import Laurels


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder."""
    made = tmp_path / "out"
    made.mkdir()
    return made


@pytest.fixture
def people(db: None) -> list[Contributor]:
    """Return two people with metrics; one of them is hardly read."""
    baseline_load(baseline(), now=NOW, acting=operator())
    made = [factories.contributor("ada", claimed_at=1), factories.contributor("bob")]
    covered(made[0])
    profiled(made[0], 30, 4)
    pulls(made[0], 25)
    covered(made[1], days=30)
    pulls(made[1], 2)
    for one in made:
        run_of(one)
    return made


def test_compare_when_json_then_the_payloads_in_the_order_asked_for(
    laurels: Laurels, people: list[Contributor]
) -> None:
    told = laurels("metrics", "compare", "BOB", "ada", "--mode", "raw", "--json").json
    runs = [one.metric_runs.get() for one in reversed(people)]
    assert told == {"mode": "raw", "people": [metrics_payload(run, Mode.RAW) for run in runs]}


def test_compare_when_read_by_people_then_side_by_side_with_what_is_not_alike(
    laurels: Laurels, people: list[Contributor]
) -> None:
    ran = laurels("metrics", "compare", "ada", "bob")
    opened = next(line for line in ran.out.splitlines() if line.startswith("Pull requests opened"))
    assert opened.split()[3:] == ["25", "(2.4)", "2", "(0.2)"]
    reviews = next(line for line in ran.out.splitlines() if line.startswith("Activity: reviews"))
    assert reviews.split()[-1] == "–"
    assert "bob: computed 2026-09-21, compared with first. Only 30 of 1,096 days" in ran.out
    assert "Not as many days" in ran.err
    Contributor.objects.get(login="bob").metric_runs.update(baseline_key="other")
    assert "different populations" in laurels("metrics", "compare", "ada", "bob").err


@pytest.mark.parametrize(
    ("logins", "words"),
    [
        (["ada", "nobody", "no_body"], "Not known here, or banned: nobody, no_body."),
        (["ada"], "Two to 5 people can be compared; these are 1."),
        (["ada", "ADA"], "these are 1."),
        (["ada", "bob", "p1", "p2", "p3", "p4"], "these are 6."),
        (["ada", "p1", "p2"], "No metrics computed yet of: p1, p2."),
    ],
)
def test_compare_when_it_cannot_be_then_refused_and_named(
    laurels: Laurels, people: list[Contributor], logins: list[str], words: str
) -> None:
    for at in range(1, 5):
        factories.contributor(f"p{at}")
    ran = laurels("metrics", "compare", *logins)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err


def test_compare_when_somebody_is_banned_then_not_shown(
    laurels: Laurels, people: list[Contributor]
) -> None:
    ban_start(people[1].pk, starts_at=1, reason="test", now=NOW, acting=operator())
    assert laurels("metrics", "compare", "ada", "bob").code == 2


def test_export_when_csv_then_a_row_a_person_with_unknown_empty(
    laurels: Laurels, people: list[Contributor]
) -> None:
    factories.contributor("never-computed")
    Contributor.objects.filter(login="bob").update(login="=cmd", login_key="=cmd")
    ran = laurels("metrics", "export")
    assert (ran.code, ran.err.strip()) == (0, "Wrote 2 people.")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert [name for name, _ in export_columns()] == list(rows[0])
    ada, bob = rows
    assert (ada["github_login"], ada["has_signed_in"]) == ("ada", "yes")
    assert (bob["github_login"], bob["has_signed_in"]) == ("'=cmd", "no")
    assert (ada["total_opened_prs"], ada["total_opened_prs_percentile"]) == ("25", "2.4")
    assert (bob["oss_reviews"], bob["oss_reviews_percentile"]) == ("", "")
    assert bob["oss_reviews_reason"] == "profile-unread"
    assert bob["coverage_days"] == "30"
    assert AuditRow.objects.filter(action="metrics:export").count() == 1


def test_export_when_to_a_file_then_whole_and_in_place_of_the_old(
    laurels: Laurels, people: list[Contributor], folder: Path
) -> None:
    file = folder / "metrics.csv"
    file.write_text("old")
    ran = laurels("metrics", "export", "-o", str(file), "--mode", "raw")
    assert (ran.code, ran.out) == (0, "")
    assert f"Wrote 2 people to {file}." in ran.err
    assert {row["mode"] for row in csv.DictReader(io.StringIO(file.read_text()))} == {"raw"}
    assert [one.name for one in folder.iterdir()] == ["metrics.csv"]


def test_export_when_a_person_is_banned_then_left_out(
    laurels: Laurels, people: list[Contributor]
) -> None:
    ban_start(people[0].pk, starts_at=1, reason="test", now=NOW, acting=operator())
    assert "Wrote 1 person." in laurels("metrics", "export").err


def test_export_when_it_fails_half_way_then_nothing_is_left(
    laurels: Laurels, people: list[Contributor], folder: Path
) -> None:
    file = folder / "metrics.csv"
    people[1].metric_runs.update(coverage="no JSON")
    with pytest.raises(ValueError, match="Expecting value"):
        laurels("metrics", "export", "-o", str(file))
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["--output", "/nowhere/at/all.csv"], "There is no folder '/nowhere/at'"),
        (["--format", "xlsx"], "xlsx"),
    ],
)
def test_export_when_asked_wrongly_then_refused_and_nothing_noted(
    laurels: Laurels, people: list[Contributor], asked: list[str], words: str
) -> None:
    ran = laurels("metrics", "export", *asked)
    assert ran.code == 2
    assert words in ran.err
    assert not AuditRow.objects.filter(action="metrics:export").exists()


def test_export_when_parquet_is_not_installed_then_says_what_to_install(
    laurels: Laurels, people: list[Contributor], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    ran = laurels("metrics", "export", "--format", "parquet", "-o", str(folder / "m.parquet"))
    assert (ran.code, list(folder.iterdir())) == (2, [])
    assert ran.err.strip() == (
        "Writing Parquet needs more than is installed: pip install 'laurels[archive]'"
    )


def test_export_when_parquet_then_typed_columns_and_nulls(
    laurels: Laurels, people: list[Contributor], folder: Path
) -> None:
    file = folder / "m.parquet"
    refused = laurels("metrics", "export", "--format", "parquet")
    assert (refused.code, refused.out) == (2, "")
    if find_spec("pyarrow") is None:  # the extra `archive` brings it
        assert "laurels[archive]" in refused.err
        return
    assert "--output FILE" in refused.err
    assert laurels("metrics", "export", "--format", "parquet", "-o", str(file)).code == 0
    table = import_module("pyarrow.parquet").read_table(file)
    kinds = {name: str(table.schema.field(name).type) for name, _ in export_columns()}
    assert kinds["total_opened_prs"] == "int64"
    assert kinds["pr_merge_rate_percentile"] == "double"
    assert kinds["has_signed_in"] == "bool"
    rows = table.to_pylist()
    assert [row["github_login"] for row in rows] == ["ada", "bob"]
    assert rows[1]["oss_reviews"] is None
    assert len(rows[0]) == 11 + 6 * len(NINE)
