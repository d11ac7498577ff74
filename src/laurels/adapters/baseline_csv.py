"""Baselines as CSV files, read and written a line at a time.

Columns, in any order and beside others: metric_name, percentile, threshold_value,
baseline_start_date, baseline_end_date. A file is read once, whatever its size: nothing is kept of
it but 10,010 thresholds, and reading stops at twenty faults. The checksum is the SHA-256 of all its
bytes.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, BinaryIO, Final

import msgspec

from laurels.domain.percentiles import Baseline, Draft, Fault, Row, csv_lines
from laurels.domain.percentiles.table import COLUMNS

LINE_BYTES_MOST: Final = 4_096
"""A longer line is no line of a baseline."""


def read_baseline(
    path: Path, *, baseline_id: str, method: str, population: int | None = None
) -> Baseline:
    """Read a baseline; BaselineRefused names line and fault of what is wrong, OSError passes.

    `population` is n, which the form has no column for.
    """
    with path.open("rb") as file:
        return read_stream(file, baseline_id=baseline_id, method=method, population=population)


def read_stream(
    file: BinaryIO, *, baseline_id: str, method: str, population: int | None = None
) -> Baseline:
    """Read a baseline from an open binary file, from where it stands to its end."""
    digest, draft = hashlib.sha256(), Draft()
    try:
        _fill(draft, file, digest)
    except _Unreadable as fault:
        draft.fault(fault.args[0])
    return draft.finish(
        baseline_id=baseline_id,
        method=method,
        checksum=digest.hexdigest(),
        population=population,
    )


def write_baseline(baseline: Baseline, path: Path) -> str:
    """Write a baseline beside its place and put it there at once; return the file's checksum.

    Thresholds keep their texts, so that reading the file gives the same baseline.
    """
    digest = hashlib.sha256()
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            for line in csv_lines(baseline):
                data = line.encode()
                digest.update(data)
                file.write(data)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return digest.hexdigest()


class Told(msgspec.Struct, frozen=True):
    """What a report beside a CSV says that the CSV has no column for; `values` is n by metric."""

    checksum: str
    method: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    population: Annotated[int, msgspec.Meta(ge=1)]
    values: dict[str, Annotated[int, msgspec.Meta(ge=0)]]


def told_beside(path: Path, baseline: Baseline) -> Baseline:
    """Add what the report of a build beside its CSV says, if it is a report on these very bytes."""
    try:
        told = msgspec.json.decode(path.with_suffix(".json").read_bytes(), type=Told)
    except (msgspec.DecodeError, OSError):
        return baseline
    if told.checksum != baseline.checksum:
        return baseline
    return msgspec.structs.replace(
        baseline,
        method=told.method,
        population=told.population,
        thresholds={
            name: msgspec.structs.replace(held, population=told.values.get(name))
            for name, held in baseline.thresholds.items()
        },
    )


class _Unreadable(Exception):
    """Nothing after this place can be read; holds the fault."""


def _fill(draft: Draft, file: BinaryIO, digest: hashlib._Hash) -> None:
    reader = csv.reader(_texts(file, digest), strict=True)
    try:
        header = next(reader, [])
        places = [header.index(name) for name in COLUMNS if name in header]
        if len(places) < len(COLUMNS):
            missing = ", ".join(name for name in COLUMNS if name not in header)
            raise _Unreadable(Fault("columns-missing", f"without column {missing}", line=1))
        width = max(places) + 1
        for cells in reader:
            if not cells:
                continue
            line = reader.line_num
            if len(cells) < width:
                reason = f"{len(cells)} cells instead of {len(header)}"
                draft.fault(Fault("cells-missing", reason, line=line))
            else:
                metric, percentile, threshold, start, end = (cells[place] for place in places)
                draft.add(Row(metric, percentile, threshold, start, end, line))
            if draft.is_hopeless:
                return
    except csv.Error as error:
        raise _Unreadable(Fault("not-csv", f"no CSV: {error}", line=reader.line_num)) from error


def _texts(file: BinaryIO, digest: hashlib._Hash) -> Iterator[str]:
    number = 0
    while data := file.readline(LINE_BYTES_MOST + 1):
        number += 1
        digest.update(data)
        if len(data) > LINE_BYTES_MOST:
            raise _Unreadable(Fault("line-too-long", "too long for a line", line=number))
        try:
            yield data.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise _Unreadable(Fault("not-utf-8", "not UTF-8 text", line=number)) from error
