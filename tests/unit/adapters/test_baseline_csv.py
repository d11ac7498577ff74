"""Baselines as CSV files: read a line at a time, written as they were read."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest

from laurels.adapters.baseline_csv import (
    LINE_BYTES_MOST,
    read_baseline,
    read_stream,
    write_baseline,
)
from laurels.domain.metric_names import OPENED, RATES, TEN
from laurels.domain.percentiles import POINTS, Baseline, BaselineRefused, csv_checksum

HEADER = "metric_name,percentile,threshold_value,baseline_start_date,baseline_end_date\n"


def body() -> list[str]:
    return [
        f"{name},{at // 10}.{at % 10},{at / 1000 if name in RATES else float(at)},"
        f"2022-10-01,2025-09-30\n"
        for name in sorted(TEN)
        for at in range(POINTS)
    ]


def reading(data: bytes) -> Baseline:
    return read_stream(io.BytesIO(data), baseline_id="b", method="test", population=5)


def refused(data: bytes) -> BaselineRefused:
    with pytest.raises(BaselineRefused) as caught:
        reading(data)
    return caught.value


def test_file_when_read_and_written_then_the_same_bytes(tmp_path: Path) -> None:
    path, again = tmp_path / "one.csv", tmp_path / "two.csv"
    path.write_text(HEADER + "".join(body()))
    baseline = read_baseline(path, baseline_id="b", method="test")
    assert write_baseline(baseline, again) == baseline.checksum
    assert again.read_bytes() == path.read_bytes()
    assert baseline.checksum == hashlib.sha256(path.read_bytes()).hexdigest()
    assert csv_checksum(baseline) == baseline.checksum
    assert sorted(one.name for one in tmp_path.iterdir()) == ["one.csv", "two.csv"]


def test_published_file_when_written_again_then_every_threshold_as_it_was(
    shared_data: Path, tmp_path: Path
) -> None:
    path = shared_data / "population" / "population_cdfs_2025-09-30_v1.csv"
    baseline = read_baseline(path, baseline_id="2025-09-30_v1", method="wave-metrics/1")
    write_baseline(baseline, tmp_path / "again.csv")
    # The published file lacks the end of its last line.
    assert (tmp_path / "again.csv").read_bytes() == path.read_bytes() + b"\n"
    assert len(path.read_bytes().splitlines()) == 10_011


def test_other_columns_and_order_then_read_by_name() -> None:
    header = "baseline_id,threshold_value,percentile,metric_name,baseline_end_date,"
    header += "baseline_start_date,computed_at\r\n"
    rows = [
        f'"x","{value}",{percentile},"{name}",{end},{start},now\r\n'
        for name, percentile, value, start, end in (
            line.strip().split(",") for line in reversed(body())
        )
    ]
    turned = reading(("\ufeff" + header + "".join(rows)).encode())
    assert turned.thresholds == reading((HEADER + "".join(body())).encode()).thresholds
    assert turned.population == 5


def test_blank_lines_then_skipped() -> None:
    assert reading((HEADER + "\n".join(body()) + "\n\n").encode()).start == 20221001


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (b"", "columns-missing", "line 1: without column metric_name, percentile"),
        (b"metric_name,percentile\n", "columns-missing", "line 1: without column threshold"),
        (HEADER.encode(), "empty", "no row of a baseline was found"),
        (HEADER.encode() + b"total_opened_prs,0.0\n", "cells-missing", "line 2: 2 cells"),
        (HEADER.encode() + b'"total\n', "not-csv", "line 2: no CSV"),
        (HEADER.encode() + b"\xff\xfe\n", "not-utf-8", "line 2: not UTF-8 text"),
        (b"\x1f\x8b\x08\x00\x00" * 9, "not-utf-8", "line 1: not UTF-8 text"),
        (HEADER.encode() + b"x" * 9_000, "line-too-long", "line 2: too long for a line"),
        (b"\x00" * 9_000, "line-too-long", "line 1: too long"),
        (HEADER.encode() + b"stars,0.0,1,2022-10-01,2025-09-30\n", "metric-unknown", "line 2: 's"),
    ],
)
def test_file_that_is_no_baseline_then_one_clear_error(data: bytes, code: str, said: str) -> None:
    fault = refused(data)
    assert fault.code == code
    assert str(fault).startswith(said)


def test_threshold_that_falls_then_the_line_is_named() -> None:
    rows = body()
    at = next(at for at, row in enumerate(rows) if row.startswith(f"{OPENED},70.1,"))
    rows[at] = rows[at].replace("701.0", "700.5").replace(",70.1,", ",70.1,")
    rows[at + 1] = rows[at + 1].replace("702.0", "600.0")
    fault = refused((HEADER + "".join(rows)).encode())
    assert fault.code == "not-monotone"
    assert f"line {at + 3}, total_opened_prs at 70.2: the threshold 600.0 is below" in str(fault)


def test_endless_nonsense_then_reading_stops_early() -> None:
    class Counted(io.BytesIO):
        lines = 0

        def readline(self, size: int | None = -1, /) -> bytes:
            self.lines += 1
            return super().readline(size)

    file = Counted(HEADER.encode() + b"stars,0.0,1,2022-10-01,2025-09-30\n" * 100_000)
    with pytest.raises(BaselineRefused, match="line 2: 'stars' is no metric"):
        read_stream(file, baseline_id="b", method="test")
    assert file.lines < 30
    assert LINE_BYTES_MOST < 10_000


def test_missing_file_then_the_system_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_baseline(tmp_path / "none.csv", baseline_id="b", method="test")


def test_writing_where_nothing_can_be_put_then_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "taken.csv").mkdir()
    (tmp_path / "taken.csv" / "file").touch()
    baseline = reading((HEADER + "".join(body())).encode())
    with pytest.raises(OSError, match="taken"):
        write_baseline(baseline, tmp_path / "taken.csv")
    assert [one.name for one in tmp_path.iterdir()] == ["taken.csv"]
