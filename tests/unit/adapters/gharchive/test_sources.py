"""Checking what an import was given before anything is read."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest
import zstandard

from laurels.adapters.gharchive import Losses, Refused, SourceFile, check, coverage
from laurels.adapters.gharchive.sources import HEAD_BYTES, hours_of
from laurels.kit.times import parse_instant
from tests.fakes.archive import issue, issue_event, push_event, write_events

EVENTS = [issue_event("opened", issue()), push_event()]
LINES = b"".join(json.dumps(event).encode() + b"\n" for event in EVENTS)


def at(hour: str) -> int:
    return parse_instant(f"{hour}:00:00Z")


def fault_of(path: Path | str) -> str:
    with pytest.raises(Refused) as caught:
        check([path])
    [fault] = caught.value.faults
    assert fault.path == str(path)
    return fault.reason


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return write_events(tmp_path / "2023-11-14-22.json.gz", EVENTS)


@pytest.mark.parametrize(
    ("name", "data", "container", "shape"),
    [
        ("a.json.gz", gzip.compress(LINES), "gzip", "lines"),
        ("a.json", LINES, "plain", "lines"),
        ("a.json.zst", zstandard.compress(LINES), "zstd", "lines"),
        ("a.json", json.dumps(EVENTS).encode(), "plain", "array"),
        ("a.json", json.dumps(EVENTS, indent=2).encode(), "plain", "array"),
        ("a.json.gz", LINES, "plain", "lines"),
        ("noname", gzip.compress(LINES), "gzip", "lines"),
        ("a.json", b"\xef\xbb\xbf" + LINES, "plain", "lines"),
        ("a.json", LINES.rstrip(), "plain", "lines"),
        ("a.json", b"broken\n" + LINES, "plain", None),
        ("a.json", b'{"broken\n' + LINES, "plain", "lines"),
        ("a.json.gz", gzip.compress(LINES)[:-6], "gzip", "lines"),
        ("a.json", b"[]", "plain", "array"),
        ("a.json", b'{"a": "' + b"x" * HEAD_BYTES + b'"}\n' + LINES, "plain", "lines"),
    ],
)
def test_check_when_a_file_can_be_read_then_its_form_is_known(
    tmp_path: Path, name: str, data: bytes, container: str, shape: str | None
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    if shape is None:
        assert "not gzip, zstd, JSON lines or a JSON array" in fault_of(path)
        return
    [source] = check([path])
    assert (source.container, source.shape) == (container, shape)
    assert (source.path, source.name, source.size_bytes) == (path, name, len(data))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (gzip.compress(b""), "empty gzip file"),
        (zstandard.compress(b""), "empty zstd file"),
        (gzip.compress(LINES)[:12], "nothing in it can be unpacked: truncated gzip"),
        (b"\x1f\x8b not gzip at all", "nothing in it can be unpacked: damaged gzip"),
        (b"<html>not found</html>", "not gzip, zstd, JSON lines or a JSON array"),
        (b"\x89PNG\r\n", "not gzip, zstd, JSON lines or a JSON array"),
        (b'{"broken\n{"more\n', "no line in its beginning is JSON"),
        (b'{"one": 1}\n{"two": 2}\n', "no GitHub events"),
        (b'[{"one": 1}]', "no GitHub events"),
        (b'[{"one": 1}', "no GitHub events"),
        (LINES.decode().encode("utf-16"), "wrong encoding: not UTF-8 but UTF-16"),
        (LINES.decode().encode("utf-16-le"), "wrong encoding: not UTF-8 but UTF-16"),
        (LINES.decode().encode("utf-32"), "wrong encoding: not UTF-8 but UTF-16 or UTF-32"),
        (b'{"type": "caf\xe9", "repo": {}}\n' * 3, "wrong encoding: not UTF-8"),
        (
            b'{"type":"PushEvent","actor":"alice","repository":{"id":1},"created_at":"2012"}\n',
            "old timeline format",
        ),
    ],
)
def test_check_when_a_file_cannot_be_read_then_the_fault_is_named(
    tmp_path: Path, data: bytes, reason: str
) -> None:
    path = tmp_path / "2023-11-14-22.json.gz"
    path.write_bytes(data)
    assert reason in fault_of(path)


@pytest.mark.parametrize("name", ["2014-12-31-23.json.gz", "2012-03-11.json"])
def test_check_when_the_name_is_of_the_old_timeline_then_it_is_refused_by_name(
    tmp_path: Path, name: str
) -> None:
    assert "old timeline format" in fault_of(write_events(tmp_path / name, EVENTS))


def test_check_when_several_paths_are_wrong_then_all_are_named(tmp_path: Path, good: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "notes.txt").write_text("no events")
    (tmp_path / "page.html").write_text("<html>")
    with pytest.raises(Refused) as caught:
        check([good, tmp_path / "empty", tmp_path / "page.html", "nowhere/*.json.gz", "nowhere"])
    assert [(Path(fault.path).name, fault.reason) for fault in caught.value.faults] == [
        ("empty", "folder without event files"),
        ("page.html", "not gzip, zstd, JSON lines or a JSON array"),
        ("*.json.gz", "no such file or folder"),
        ("nowhere", "no such file or folder"),
    ]
    assert str(caught.value).count("\n") == 3


def test_check_when_nothing_is_given_then_it_is_refused() -> None:
    with pytest.raises(Refused, match="no files given"):
        check([])


def test_check_when_a_path_is_no_file_then_it_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    assert fault_of(tmp_path / "pipe.json") == "not a file"


def test_check_when_a_file_may_not_be_read_then_the_fault_is_named(
    tmp_path: Path, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **more: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert fault_of(good) == "cannot be read: Permission denied"


def test_check_when_folders_and_globs_overlap_then_each_file_is_read_once(
    tmp_path: Path, good: Path
) -> None:
    inner = tmp_path / "more"
    inner.mkdir()
    other = write_events(inner / "2023-11-14-23.json", EVENTS)
    (inner / "2023-11-14-23.sha256").write_text("of the file")
    sources = check([tmp_path, good, str(tmp_path / "**" / "*.json")])
    assert [source.path for source in sources] == [good, other]


@pytest.mark.parametrize(
    ("name", "first", "count"),
    [
        ("2017-07-24-5.json.gz", "2017-07-24T05", 1),
        ("2017-07-24-23.json", "2017-07-24T23", 1),
        ("2017-07-24.json.gz", "2017-07-24T00", 24),
    ],
)
def test_hours_of_when_the_name_tells_then_they_are_its_hours(
    name: str, first: str, count: int
) -> None:
    hours = hours_of(name)
    assert len(hours) == count
    assert hours[0] == at(first)


@pytest.mark.parametrize(
    "name", ["events.json", "2017-07-24-24.json", "2017-13-01.json", "2017-07"]
)
def test_hours_of_when_the_name_does_not_tell_then_there_are_none(name: str) -> None:
    assert hours_of(name) == ()


def source(name: str) -> SourceFile:
    return SourceFile(Path(name), "gzip", "lines", hours_of(name), 1)


def test_coverage_when_hours_are_left_out_or_lost_then_each_is_told() -> None:
    losses = Losses()
    losses.add_truncated("2017-07-24-7.json.gz", 5, "truncated gzip")
    losses.add_broken("2017-07-24-3.json.gz", 5, "broken")
    names = ["2017-07-24-3.json.gz", "2017-07-24-4.json.gz", "2017-07-24-7.json.gz", "other.json"]
    covered = coverage(map(source, names), losses)
    assert covered.present == (at("2017-07-24T04"),)
    assert covered.short == (at("2017-07-24T03"), at("2017-07-24T07"))
    assert covered.missing == (at("2017-07-24T05"), at("2017-07-24T06"))


def test_coverage_when_another_file_has_the_hour_whole_then_it_is_present() -> None:
    losses = Losses()
    losses.add_broken("2017-07-24-3.json.gz", 5, "broken")
    covered = coverage([source("2017-07-24-3.json.gz"), source("2017-07-24.json.gz")], losses)
    assert len(covered.present) == 24
    assert (covered.short, covered.missing) == ((), ())


def test_coverage_when_no_name_tells_an_hour_then_it_is_empty() -> None:
    covered = coverage([source("events.json")], Losses())
    assert (covered.present, covered.short, covered.missing) == ((), (), ())
