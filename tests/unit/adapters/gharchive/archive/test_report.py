"""The JSON beside a baseline: what was read, what was lost, which hours are there."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from laurels.adapters.baseline_csv import read_baseline
from laurels.adapters.gharchive.archive import METHOD
from tests.fakes.archive import (
    ALICE,
    NOON,
    event,
    pull_request,
    push_event,
    review_comment_event,
    write_events,
)
from tests.unit.adapters.gharchive.archive.windows import Build, build_days

EVENTS = [
    review_comment_event(pull_request(merged_at=NOON + 9)),
    push_event(),
    event("WatchEvent", {"action": "started"}, ALICE, NOON),
    event("PullRequestEvent", {"action": "opened"}, ALICE, NOON),
]


@pytest.fixture
def built(tmp_path: Path) -> Build:
    write_events(tmp_path / "2023-11-14-21.json.gz", [push_event()])
    whole = write_events(tmp_path / "2023-11-14-22.json", EVENTS)
    whole.write_bytes(whole.read_bytes() + b'{"broken": \n')
    cut = gzip.compress(b"".join(json.dumps(push_event()).encode() + b"\n" for _ in range(9)))
    (tmp_path / "2023-11-14-23.json.gz").write_bytes(cut[:-8])
    return build_days([tmp_path], "2023-11-14", "2023-11-14")


def test_report_when_files_have_faults_then_each_loss_is_told(built: Build) -> None:
    report = built.report
    assert (report.broken_lines, report.truncated_files) == (2, 1)
    assert [loss.split(":")[0] for loss in report.losses] == [
        "2023-11-14-22.json, line 4",
        "2023-11-14-22.json, line 5",
        "2023-11-14-23.json.gz, line 9",
    ]
    assert "missing payload.pull_request" in report.losses[0]
    assert report.events_by_type == {
        "PullRequestReviewCommentEvent": 1, "PushEvent": 11, "WatchEvent": 1
    }  # fmt: skip
    assert [file.name for file in report.files] == [
        "2023-11-14-21.json.gz", "2023-11-14-22.json", "2023-11-14-23.json.gz"
    ]  # fmt: skip
    assert all(len(file.sha256) == 64 for file in report.files)


def test_report_when_hours_lack_then_they_are_counted_and_named(built: Build) -> None:
    hours = built.report.hours
    assert (hours.wanted, hours.present, hours.short, hours.missing) == (24, 1, 2, 21)
    assert hours.short_hours == ("2023-11-14T22", "2023-11-14T23")
    assert hours.missing_hours[:2] == ("2023-11-14T00", "2023-11-14T01")


def test_report_when_hours_are_many_then_a_hundred_are_named(tmp_path: Path) -> None:
    path = write_events(tmp_path / "unnamed.json", EVENTS[:1])
    hours = build_days([path], "2023-11-01", "2023-11-14").report.hours
    assert (hours.missing, len(hours.missing_hours)) == (14 * 24, 100)


def test_build_when_saved_then_csv_and_report_lie_side_by_side(
    built: Build, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    beside = built.put(folder / "mine.csv")
    assert sorted(path.name for path in folder.iterdir()) == ["mine.csv", "mine.json"]
    told = json.loads(beside.read_text())
    assert (told["method"], told["engine"], told["population"]) == (METHOD, "duckdb", 1)
    assert (told["start"], told["end"]) == ("2023-11-14", "2023-11-14")
    assert told["values"] == dict.fromkeys(built.baseline.thresholds, 1)
    assert told["pull_requests"]["counted"] == 1
    assert any("whole hours" in note for note in told["notes"])
    read = read_baseline(folder / "mine.csv", baseline_id="test", method=METHOD)
    assert read.checksum == told["checksum"] == built.baseline.checksum
