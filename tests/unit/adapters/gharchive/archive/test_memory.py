"""A build's memory does not grow with its files, and the reader's part of it least."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from laurels.adapters.gharchive import check
from laurels.adapters.gharchive.archive import staging
from tests.fakes.archive import NOON, event, push_event

PEAK = """
import re, sys
from pathlib import Path
from laurels.adapters.gharchive import check
from laurels.adapters.gharchive.archive.staging import stage
staged = stage(check([sys.argv[1]]), Path(sys.argv[2]), lambda *_: None)
status = Path("/proc/self/status")
peak = re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1] if status.exists() else 0
print(staged.rows, peak)
"""


def json_line(one: dict[str, Any]) -> bytes:
    return json.dumps(one).encode()


def peak_mb(file: Path) -> tuple[int, float]:
    command = [sys.executable, "-c", PEAK, str(file), str(file.with_suffix(".parquet"))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rows, peak = done.stdout.split()
    return int(rows), int(peak) / 1024


def test_staging_when_a_file_is_seven_times_larger_then_memory_stays(
    shared_data: Path, tmp_path: Path
) -> None:
    lines = gzip.decompress((shared_data / "gharchive/2015-01-01-12.json.gz").read_bytes())
    found = []
    for copies in (2, 14):
        path = tmp_path / f"{copies}.json"
        with path.open("wb") as file:
            for _ in range(copies):
                file.write(lines)
        found.append(peak_mb(path))
    (rows, small), (more_rows, large) = found
    assert more_rows == 7 * rows > 2 * staging.BATCH_ROWS
    assert large - small < 30


def test_staging_when_batches_are_written_then_every_row_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "BATCH_ROWS", 2)
    path = tmp_path / "x.json"
    path.write_bytes(b"\n".join(json_line(push_event(at=NOON + n)) for n in range(7)))
    progress: list[tuple[str, int, int]] = []
    sources = check([path])
    staged = staging.stage(sources, tmp_path / "x.parquet", lambda *told: progress.append(told))
    assert staged.rows == 7
    size = path.stat().st_size
    assert progress == [("reading", 0, size), ("reading", size, size)]


def test_staging_when_nothing_counts_then_a_table_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    watch = event("WatchEvent", {}, {"id": 7, "login": "alice"}, NOON)
    path.write_bytes(json_line(watch))
    staged = staging.stage(check([path]), tmp_path / "x.parquet", lambda *_: None)
    assert (staged.rows, staged.events_by_type) == (0, {"WatchEvent": 1})
    assert (tmp_path / "x.parquet").stat().st_size > 0
