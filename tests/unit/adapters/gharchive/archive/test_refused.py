"""What cannot be built: one clear error, nothing written, nothing left behind."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from laurels.adapters.gharchive import Refused
from laurels.adapters.gharchive.archive import BuildRefused, build, explain
from laurels.kit.times import parse_date
from tests.fakes.archive import NOON, pull_request, review_comment_event, write_events

DAY = parse_date("2023-11-14")
MERGED = review_comment_event(pull_request(merged_at=NOON + 9))
OPEN = review_comment_event(pull_request())


def refused(files: list[Path], **more: Any) -> BuildRefused:
    asked = {"baseline_id": "test", "start": DAY, "end": DAY, **more}
    with pytest.raises(BuildRefused) as caught:
        build(files, **asked)
    assert caught.value.status_code == 422
    return caught.value


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_events(tmp_path / "2023-11-14-22.json", [MERGED])


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        ({"end": DAY - 86_400}, "window", "the last not before the first"),
        ({"start": DAY + 1}, "window", "two days"),
        ({"engine": "pen and paper"}, "engine-unknown", "'pen and paper' (there are duckdb, pysp"),
        ({"start": 0, "end": 0}, "nobody", "nobody has a pull request"),
    ],
)
def test_build_when_asked_for_nonsense_then_one_error_and_nothing_written(
    file: Path, scratch: Path, tmp_path: Path, more: dict[str, Any], code: str, words: str
) -> None:
    error = refused([file], scratch=scratch, facts=tmp_path / "facts", **more)
    assert error.code == code
    assert words in str(error)
    assert sorted(path.name for path in tmp_path.iterdir()) == [file.name, "scratch"]
    assert list(scratch.iterdir()) == []


def test_build_when_nobody_merged_then_the_metric_is_named(tmp_path: Path) -> None:
    path = write_events(tmp_path / "x.json", [OPEN])
    assert str(refused([path])) == "nobody in this window has a value of avg_merge_latency_hours"


def test_build_when_files_cannot_be_read_then_all_are_named_before_the_first_is_read(
    file: Path, scratch: Path, tmp_path: Path
) -> None:
    (tmp_path / "words.json").write_text("words")
    told: list[str] = []
    with pytest.raises(Refused) as caught:
        build(
            [file, tmp_path / "none.json", tmp_path / "words.json"], baseline_id="test",
            start=DAY, end=DAY, scratch=scratch, facts=tmp_path / "facts",
            progress=lambda stage, done, whole: told.append(stage),
        )  # fmt: skip
    assert [fault.path for fault in caught.value.faults] == [
        str(tmp_path / "none.json"),
        str(tmp_path / "words.json"),
    ]
    assert told == list(scratch.iterdir()) == []


def test_build_when_given_nothing_then_said(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no files given"):
        build([], baseline_id="test", start=DAY, end=DAY, facts=tmp_path / "facts")


@pytest.mark.parametrize("stage", ["reading", "facts", "people", "counting"])
def test_build_when_interrupted_then_no_file_is_left(
    file: Path, scratch: Path, tmp_path: Path, stage: str
) -> None:
    seen: list[list[Path]] = []

    def interrupt(at: str, done: int, whole: int) -> None:
        if at == stage:
            seen.append(list(scratch.iterdir()))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(
            [file], baseline_id="test", start=DAY, end=DAY, scratch=scratch,
            facts=tmp_path / "facts", progress=interrupt,
        )  # fmt: skip
    assert len(seen[0]) == 1
    assert list(scratch.iterdir()) == []
    assert not (tmp_path / "facts").exists()


def test_spark_when_not_installed_then_said(
    file: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    error = refused([file], engine="pyspark", scratch=scratch)
    assert error.code == "engine-missing"
    assert "pyspark" in str(error)
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda: explain("klingon", start=DAY, end=DAY), "engine-unknown"),
        (lambda: explain("bigquery", start=DAY, end=DAY - 86_400), "window"),
    ],
)
def test_explain_when_asked_for_nonsense_then_refused(ask: Callable[[], str], code: str) -> None:
    with pytest.raises(BuildRefused) as caught:
        ask()
    assert caught.value.code == code
