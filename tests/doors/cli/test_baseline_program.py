"""A program's own population on the command line: counted, loaded, asked for, not used unasked."""

from __future__ import annotations

from pathlib import Path

import pytest

from laurels.apps.contributions.models import PullRequest
from laurels.apps.metrics.selectors import baseline_get
from laurels.apps.people.models import Contributor
from laurels.apps.projects.models import Repository
from laurels.domain.metric_names import LATENCY, OSS_COMPOSITE, OSS_ISSUES, OSS_PUSHES, TEN
from laurels.domain.percentiles import csv_lines
from tests.apps.metrics.populations import baseline
from tests.doors.cli.conftest import Laurels
from tests.doors.cli.test_documented import documented
from tests.unit.adapters.gharchive.archive.windows import DAYS

BUILD = ("baseline", "build", "--of-program")
DAY = ("--start", "2023-11-14", "--end", "2023-11-14")


def test_build_when_facts_are_real_then_as_the_archive_of_them_is_counted(
    laurels: Laurels, shared_data: Path, tmp_path: Path
) -> None:
    file = shared_data / DAYS[0]
    window = ("--start", "2017-07-24", "--end", "2017-07-24")
    assert laurels("import", "gharchive", file).code == 0
    assert laurels(*BUILD, *window, "--id", "own").code == 0
    out = tmp_path / "archive.csv"
    archive = laurels("baseline", "build", file, *window, "--id", "x", "-o", out, "--load")
    assert archive.code == 0
    own, counted = baseline_get("own"), baseline_get("x")
    assert own.population == counted.population
    # Merge times are exact here, whole hours there; issues are by their creation, not its event.
    for name in {*TEN} - {OSS_PUSHES, LATENCY, OSS_ISSUES, OSS_COMPOSITE}:
        assert own.thresholds[name].numbers == counted.thresholds[name].numbers, name
    assert own.thresholds[LATENCY].population == counted.thresholds[LATENCY].population


def test_build_when_done_then_loaded_and_not_used_unasked(program: Laurels, tmp_path: Path) -> None:
    ran = program(*BUILD, *DAY, "--id", "own")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "Counted 2 people of 2023-11-14 to 2023-11-14, this program's own, and loaded them as own.",
        "Nothing here tells: oss_pushes.",
        "No population of all GitHub is loaded, so percentiles are given in none.",
        "Next: laurels baseline show own",
    ]
    assert program("baseline", "verify", "own").code == 0
    assert program("baseline", "show", "own").code == 0
    refused = program("baseline", "percentile", "total_opened_prs", "1")
    assert (refused.code, "No baseline is loaded" in refused.err) == (2, True)
    place = program("baseline", "percentile", "total_opened_prs", "1", "--id", "own", "--json").json
    assert (place["n"], place["low"], place["high"]) == (2, 0.0, 100.0)
    assert "this program's own people" in place["note"]
    older = tmp_path / "older.csv"
    older.write_text("".join(csv_lines(baseline(end=20220930, start=20220101))), encoding="utf-8")
    program("baseline", "load", older, "--id", "older")
    again = program(*BUILD, *DAY, "--id", "own").out
    assert "Percentiles are given in older, unless this one is asked for." in again
    program("baseline", "pin", "own")
    assert "It is pinned" in program(*BUILD, *DAY, "--id", "own").out


def test_build_keys_when_printed_then_the_page_names_them(program: Laurels) -> None:
    told = program(*BUILD, *DAY, "--id", "own", "--json").json
    row = documented("baseline build")
    assert {key for key in told if f"`{key}`" not in row} == set()
    assert (told["method"], told["population"]) == ("laurels-gharchive/1/program", 2)
    assert set(told["values"]) == {*TEN} - {OSS_PUSHES}
    assert (told["current"], told["values"][LATENCY]) == (None, 2)


def test_show_when_beside_then_places_in_both_populations(program: Laurels, tmp_path: Path) -> None:
    program(*BUILD, *DAY, "--id", "own")
    assert program("metrics", "compute", "bob").code == 0
    told = program("metrics", "show", "bob", "--population", "own", "--json").json
    row = documented("metrics show")
    assert all(f"`{key}`" in row for key in ("in_population", *told["in_population"]))
    assert told["in_population"]["id"] == "own"
    # Nothing was synced of bob: no value, no place.
    assert set(told["in_population"]["metrics"].values()) == {None}
    out = program("metrics", "show", "bob", "--population", "own").out
    assert "in own" in out
    assert program("metrics", "show", "bob", "--population", "none").code == 2


def test_build_when_people_or_places_do_not_count_then_left_out(program: Laurels) -> None:
    Contributor.objects.filter(login="bob").update(is_bot=True)
    assert program(*BUILD, *DAY, "--id", "own", "--json").json["population"] == 1
    PullRequest.objects.filter(author__login="alice").update(is_gone=True)
    gone = program(*BUILD, *DAY, "--id", "own")
    assert (gone.code, "Nobody here has a pull request" in gone.err) == (2, True)
    PullRequest.objects.update(is_gone=False)
    Repository.objects.update(is_private=True)
    assert program(*BUILD, *DAY, "--id", "own").code == 2


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("file.json", *DAY, "--id", "x"), "needs no files"),
        (("--facts", "facts", *DAY, "--id", "x"), "needs no files"),
        ((*DAY,), "every population has one"),
        (("--start", "2023-11-14", "--end", "2023-11-13", "--id", "x"), "not before the first"),
        (("--start", "2023-11-13", "--end", "2023-11-13", "--id", "x"), "Nobody here has"),
    ],
)
def test_build_when_it_cannot_be_then_one_error_and_nothing_loaded(
    program: Laurels, arguments: tuple[str, ...], reason: str
) -> None:
    ran = program(*BUILD, *arguments)
    assert (ran.code, ran.out, reason in " ".join(ran.err.split())) == (2, "", True)
    assert program("baseline", "list", "--json").json["rows"] == []
