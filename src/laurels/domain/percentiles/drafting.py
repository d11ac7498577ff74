"""A baseline while its rows come in: each is judged at once, the whole at the end.

Rows may come in any order of metrics and percentiles. Nothing is made of a draft with a fault.
"""

from __future__ import annotations

import re
from datetime import date
from math import isfinite
from typing import Final

import msgspec

from laurels.domain.metric_names import TEN
from laurels.domain.percentiles.baseline import Baseline, Thresholds
from laurels.domain.percentiles.faults import FAULTS_KEPT, BaselineRefused, Fault, tenths_text
from laurels.domain.percentiles.thresholds import POINTS
from laurels.domain.percentiles.validating import day_faults, kept, point_faults

_NUMBER: Final = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?")
_PERCENTILE: Final = re.compile(r"([0-9]{1,3})(?:\.([0-9])0{0,20})?")
_KNOWN: Final = frozenset(TEN)


class Row(msgspec.Struct, frozen=True):
    """One line of a baseline as text: metric, percentile, threshold, both days (YYYY-MM-DD)."""

    metric: str
    percentile: str
    threshold: str
    start: str
    end: str
    line: int | None = None


class Draft:
    """The rows so far: `rows` counts them, `finish` makes the baseline or refuses with faults."""

    def __init__(self) -> None:
        """Begin without a row."""
        self.rows = 0
        self._faults: list[Fault] = []
        self._points: dict[str, dict[int, str]] = {}
        self._lines: dict[tuple[str, int], int] = {}
        self._days: tuple[str, str] | None = None

    @property
    def is_hopeless(self) -> bool:
        """Whether as many faults are known as are kept: reading on tells nothing new."""
        return len(self._faults) >= FAULTS_KEPT

    def add(self, row: Row) -> None:
        """Judge a row and keep it."""
        self.rows += 1
        fault = self._keep(row)
        if fault is not None and not self.is_hopeless:
            self._faults.append(fault)

    def fault(self, fault: Fault) -> None:
        """Keep a fault that the reader of the file found."""
        self._faults.append(fault)

    def finish(
        self, *, baseline_id: str, method: str, checksum: str, population: int | None = None
    ) -> Baseline:
        """Make the baseline of all rows; BaselineRefused names every fault, up to twenty."""
        if not self.rows and not self._faults:
            self._faults.append(Fault("empty", "no row of a baseline was found"))
        start, end = (_day(text) or 0 for text in self._days or ("", ""))
        whole = [*day_faults(start, end), *point_faults(self._points, TEN, self._lines)]
        faults = kept([*self._faults, *(whole if self._points else [])])
        if faults:
            raise BaselineRefused(faults)
        return Baseline(
            id=baseline_id,
            start=start,
            end=end,
            method=method,
            checksum=checksum,
            population=population,
            thresholds={
                name: Thresholds.of(name, (self._points[name][at] for at in range(POINTS)))
                for name in TEN
            },
        )

    def _keep(self, row: Row) -> Fault | None:
        name, line = row.metric, row.line
        if name not in _KNOWN:
            return Fault("metric-unknown", f"{_short(name)} is no metric", line=line)
        at = _tenths(row.percentile)
        if at is None:
            reason = f"{_short(row.percentile)} is no percentile of 0.0 to 100.0 by 0.1"
            return Fault("percentile-wrong", reason, name, line=line)
        if not _NUMBER.fullmatch(row.threshold) or not isfinite(float(row.threshold)):
            reason = f"the threshold {_short(row.threshold)} is no finite number"
            return Fault("not-a-number", reason, name, at, line)
        days = (row.start, row.end)
        if days != self._days:
            for text in days:
                if _day(text) is None:
                    reason = f"{_short(text)} is no date (YYYY-MM-DD)"
                    return Fault("date-wrong", reason, name, at, line)
            if self._days is not None:
                reason = (
                    f"{row.start} to {row.end} are not the dates {' to '.join(self._days)} of the "
                    f"rows before"
                )
                return Fault("dates-differ", reason, name, at, line)
            self._days = days
        points = self._points.setdefault(name, {})
        if at in points:
            reason = f"the percentile {tenths_text(at)} is told twice"
            return Fault("point-doubled", reason, name, at, line)
        points[at] = row.threshold
        if line is not None:
            self._lines[name, at] = line
        return None


def _tenths(text: str) -> int | None:
    found = _PERCENTILE.fullmatch(text)
    if found is None:
        return None
    tenths = int(found[1]) * 10 + int(found[2] or 0)
    return tenths if tenths < POINTS else None


def _day(text: str) -> int | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    if len(text) != 10 or "W" in text:
        return None
    return day.year * 10_000 + day.month * 100 + day.day


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:57]}...")
