"""The CSV form of a baseline as lines: thresholds are written with the texts they were read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from laurels.domain.percentiles.baseline import Baseline, checksum_of
from laurels.domain.percentiles.faults import tenths_text
from laurels.kit.times import format_day

COLUMNS: Final = (
    "metric_name",
    "percentile",
    "threshold_value",
    "baseline_start_date",
    "baseline_end_date",
)


def csv_lines(baseline: Baseline) -> Iterator[str]:
    """Write a baseline by lines with their ends: header, metrics by name, 0.0 to 100.0."""
    yield f"{','.join(COLUMNS)}\n"
    days = f"{format_day(baseline.start)},{format_day(baseline.end)}"
    for name in sorted(baseline.thresholds):
        for at, text in enumerate(baseline.thresholds[name].texts):
            yield f"{name},{tenths_text(at)},{text},{days}\n"


def csv_checksum(baseline: Baseline) -> str:
    """Give the SHA-256 of the CSV form as 64 hexadecimal digits."""
    return checksum_of(line.encode() for line in csv_lines(baseline))
