"""Baselines built on the command line: counted, written, told, loaded, refused, stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from laurels.apps.metrics.selectors import baseline_get
from laurels.domain.metric_names import LOWER_IS_BETTER
from laurels.domain.percentiles import Mode
from tests.doors.cli.conftest import Laurels
from tests.doors.cli.test_documented import documented, keys_of
from tests.fakes.archive import (
    BOB,
    NOON,
    pull_request,
    pull_request_event,
    review_comment_event,
    trim,
    write_events,
)
from tests.meta.files import ROOT
from tests.unit.adapters.gharchive.archive.windows import DAYS, HOUR, NAMES, brute_days

DAY = ("--start", "2023-11-14", "--end", "2023-11-14")
MERGED = review_comment_event(pull_request(merged_at=NOON + 9_000))
UNDATED = trim(review_comment_event(pull_request(2, BOB)))
UNATTRIBUTED = [
    trim(pull_request_event("opened", pull_request(3), {"id": 10137, "login": "ghost"})),
    trim(review_comment_event(pull_request(3))),
]
OURS = ("kubernetes-2017", DAYS, "2017-07-24", "2017-07-26")
EVERYBODY = ("an-hour", HOUR, "2015-01-01", "2015-01-01")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that the commands run in."""
    place = tmp_path / "work"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


@pytest.fixture
def events(tmp_path: Path) -> Path:
    """Return a file of one person's merge."""
    return write_events(tmp_path / "2023-11-14-22.json", [MERGED])


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_build_when_done_then_csv_report_and_the_next_command(
    outside: Laurels, folder: Path, events: Path
) -> None:
    ran = outside("baseline", "build", events, *DAY, "--id", "mine")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == "Counted 1 person of 2023-11-14 to 2023-11-14 (1 day)."
    assert lines[1].startswith("They opened 1 of the 1 pull requests")
    assert "Of 24 hours 1 are there whole, 0 in part, 23 are missing." in lines
    assert "Wrote mine.csv (10,010 thresholds) and a report on it, mine.json." in lines
    assert lines[-1] == "Next: laurels baseline load mine.csv --id mine"
    assert names_in(folder) == ["mine.csv", "mine.json"]


def test_build_when_its_next_command_is_run_then_method_and_people_are_known(
    laurels: Laurels, folder: Path, events: Path
) -> None:
    told = laurels("baseline", "build", events, *DAY, "--id", "mine", "--json").json
    loaded = laurels(*told["next"].split()[1:], "--json").json
    assert loaded["checksum"] == told["checksum"]
    assert (loaded["method"], loaded["population"]) == ("laurels-gharchive/1", 1)
    assert "cut to whole hours" in loaded["notes"]["avg_merge_latency_hours"]
    place = laurels("baseline", "percentile", "oss_reviews", "0", "--json").json
    assert (place["baseline"], place["n"]) == ("mine", 1)


def test_load_when_the_report_is_of_another_file_or_none_then_not_believed(
    laurels: Laurels, folder: Path, events: Path
) -> None:
    laurels("baseline", "build", events, *DAY, "--id", "mine")
    report = json.loads((folder / "mine.json").read_text())
    for text in (json.dumps(report | {"checksum": "0" * 64}), "{", json.dumps({"checksum": 1})):
        (folder / "mine.json").write_text(text)
        loaded = laurels("baseline", "load", "mine.csv", "--id", "mine", "--json").json
        assert (loaded["method"], loaded["population"]) == ("csv", None)


def test_build_when_loading_then_loaded_and_shown_next(
    laurels: Laurels, folder: Path, events: Path
) -> None:
    ran = laurels("baseline", "build", events, *DAY, "--id", "mine", "-o", "a b.csv", "--load")
    assert (ran.code, names_in(folder)) == (0, ["a b.csv", "a b.json"])
    assert ran.out.splitlines()[-2:] == ["Loaded as mine.", "Next: laurels baseline show mine"]
    assert laurels("baseline", "verify", "mine").code == 0
    assert baseline_get("mine").thresholds["oss_pushes"].population == 1


def test_build_keys_when_printed_then_the_page_names_them(
    outside: Laurels, folder: Path, events: Path
) -> None:
    told = outside("baseline", "build", events, *DAY, "--id", "mine", "--json").json
    row = documented("baseline build")
    keys = set(told) | set(keys_of([told[name] for name in ("files", "hours", "pull_requests")]))
    assert {key for key in keys if f"`{key}`" not in row} == set()
    assert (told["is_loaded"], told["population"]) == (False, 1)
    assert told["peak_mb"] > 10


def test_build_when_lines_and_files_are_lost_then_exit_code_3_and_the_places(
    outside: Laurels, folder: Path, events: Path
) -> None:
    events.write_bytes(events.read_bytes() + b'{"broken": \n')
    cut = write_events(events.with_name("2023-11-14-23.json.gz"), [MERGED] * 9)
    cut.write_bytes(cut.read_bytes()[:-8])
    ran = outside("baseline", "build", events, cut, *DAY, "--id", "mine")
    assert ran.code == 3
    told = ran.err.splitlines()
    assert told[0] == (
        "1 line could not be read and 1 file ends too early; "
        "the population is counted from the rest:"
    )
    assert told[1].startswith("  2023-11-14-22.json, line 2: ")
    assert names_in(folder) == ["mine.csv", "mine.json"]


def test_build_when_payloads_are_trimmed_then_what_nothing_tells_is_said(
    outside: Laurels, folder: Path, tmp_path: Path
) -> None:
    path = write_events(tmp_path / "trimmed.json", [MERGED, UNDATED, *UNATTRIBUTED])
    out = outside("baseline", "build", path, *DAY, "--id", "mine").out
    assert "They opened 1 of the 3 pull requests" in out
    assert "Left out: 1 nothing says when they were opened, 1 nothing says who opened them." in out
    assert "since October 2025 do not repeat a pull request's author and day" in out
    assert "do not say which hours they are of" in out


def test_build_when_facts_are_kept_then_a_day_more_reads_only_that_day(
    outside: Laurels, folder: Path, shared_data: Path
) -> None:
    files = [shared_data / name for name in DAYS]
    window = ("--start", "2017-07-24", "--end", "2017-07-26", "--json")
    build = ("baseline", "build", *window)
    at_once = outside(*build, *files, "--id", "whole").json
    outside(*build, *files[:2], "--id", "two", "--facts", "facts")
    more = outside(*build, files[2], "--id", "three", "--facts", "facts").json
    again = outside(*build, "--id", "again", "--facts", "facts").json
    assert more["checksum"] == again["checksum"] == at_once["checksum"]
    assert [file["name"] for file in more["files"]] == [path.name for path in files]


@pytest.mark.parametrize("case", [OURS, EVERYBODY], ids=lambda case: case[0])
def test_build_when_its_people_are_placed_in_it_then_uniform_within_a_step_ties_aside(
    laurels: Laurels, folder: Path, shared_data: Path, case: tuple[str, Any, str, str]
) -> None:
    name, names, first, last = case
    files = [shared_data / one for one in names]
    window = ("--start", first, "--end", last, "--id", name)
    assert laurels("baseline", "build", *files, *window).code == 0
    assert laurels("baseline", "load", f"{name}.csv", "--id", name).code == 0
    baseline, people = baseline_get(name), brute_days(files, first, last)
    for figure, metrics in NAMES.items():
        values = Counter(one[figure] for one in people.values() if one[figure] is not None)
        everybody, below, shown = sum(values.values()), 0, Fraction()
        for value in sorted(values):
            place = baseline.place_number(metrics[0], float(value), Mode.FAIR)
            assert place is not None
            ends = (place.low, place.high)
            low, high = (100 - ends[1], 100 - ends[0]) if metrics[0] in LOWER_IS_BETTER else ends
            assert abs(low - 100 * below / everybody) <= 0.1 + 1e-9
            below += values[value]
            assert abs(high - 100 * below / everybody) <= 0.1 + 1e-9
            shown += values[value] * Fraction(place.percentile)
        assert float(shown / everybody) == pytest.approx(50, abs=0.15), figure


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((*DAY,), "every population has one"),
        ((*DAY, "--id", "a b"), "'a b' is no id"),
        ((*DAY, "--id", "x", "-o", "x.json"), "x.json does not end in .csv"),
        ((*DAY, "--id", "x", "-o", "none/x.csv"), "none is no folder"),
        ((*DAY, "--id", "x", "--scratch", "none"), "none is no folder"),
        (("--start", "2023-11-14", "--end", "2023-11-13", "--id", "x"), "not before the first"),
        (("--start", "2023-11-14", "--end", "soon", "--id", "x"), "neither a day"),
        (("--start", "2023-11-13", "--end", "2023-11-13", "--id", "x"), "2023-11-14T22"),
    ],
    ids=("no-id", "id", "suffix", "folder", "scratch", "reversed", "day", "nobody"),
)
def test_build_when_it_cannot_be_then_one_error_and_nothing_written(
    outside: Laurels, folder: Path, events: Path, arguments: tuple[str, ...], reason: str
) -> None:
    ran = outside("baseline", "build", events, *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert reason in " ".join(ran.err.split())
    assert names_in(folder) == []


def test_build_when_files_are_missing_then_refused(outside: Laurels, folder: Path) -> None:
    assert "no files given" in outside("baseline", "build", *DAY, "--id", "x").err
    ran = outside("baseline", "build", "none.json", *DAY, "--id", "x")
    assert (ran.code, "none.json: no such file" in ran.err) == (2, True)
    assert names_in(folder) == []


def test_build_when_the_extra_is_missing_then_the_line_that_installs_it(
    outside: Laurels, folder: Path, events: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [one for one in sys.modules if one.startswith("laurels.adapters.gharchive.arch")]:
        monkeypatch.delitem(sys.modules, name)
    import laurels.adapters.gharchive as room

    monkeypatch.delattr(room, "archive", raising=False)
    monkeypatch.setitem(sys.modules, "ibis", None)
    ran = outside("baseline", "build", events, *DAY, "--id", "x")
    assert (ran.code, ran.out) == (2, "")
    assert 'pip install "laurels[archive]"' in ran.err
    assert names_in(folder) == []


def test_build_when_the_csv_cannot_be_put_then_refused(
    outside: Laurels, folder: Path, events: Path
) -> None:
    (folder / "x.csv").mkdir()
    ran = outside("baseline", "build", events, *DAY, "--id", "x")
    assert (ran.code, "x.csv cannot be written" in ran.err) == (2, True)
    assert names_in(folder) == ["x.csv"]


def test_explain_when_asked_then_sql_and_no_file_is_touched(outside: Laurels, folder: Path) -> None:
    ran = outside("baseline", "build", "none.json", *DAY, "--explain", "bigquery")
    assert ran.code == 0
    assert ran.out.startswith("WITH ")
    assert "githubarchive" in ran.out
    told = outside("baseline", "build", *DAY, "--explain", "duckdb", "--json").json
    assert (set(told), told["dialect"]) == ({"dialect", "sql"}, "duckdb")
    assert names_in(folder) == []


STOPPED = """
import os, signal, sys
from laurels import cli
from laurels.adapters.gharchive.archive import building
count = building.count
def stop(*given):
    os.kill(os.getpid(), int(sys.argv[1]))
    return count(*given)
building.count = stop
sys.exit(cli.main(lambda **_: None, sys.argv[2:]))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_build_when_a_signal_comes_then_nothing_is_left_and_the_shell_is_told(
    folder: Path, events: Path, number: signal.Signals
) -> None:
    scratch = folder / "scratch"
    scratch.mkdir()
    asked = ["baseline", "build", str(events), *DAY, "--id", "x", "--scratch", str(scratch)]
    done = subprocess.run(
        [sys.executable, "-c", STOPPED, str(int(number)), *asked, "--facts", "facts"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )
    assert done.returncode == 128 + number
    assert (done.stdout, "nothing was written" in done.stderr) == ("", True)
    assert (names_in(folder), names_in(scratch)) == (["scratch"], [])
