"""A year of work as dots: weeks are columns that start on Monday, size and darkness the count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from laurels.web.presenters.words import MONTHS

STEP = 13
LEFT, TOP = 30, 22
DAYS = 365
LEVELS = 4
"""Counts of 1, 2, 3, and 4 or more: fixed, so that years and people compare."""


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month of the table beside the picture."""

    label: str
    count: int
    days: int


@dataclass(frozen=True, slots=True)
class Heatmap:
    """The picture (an SVG path a level), its labels, and the same in numbers."""

    width: int
    height: int
    field: str
    levels: tuple[str, ...]
    months: tuple[tuple[int, str], ...]
    total: int
    active: int
    since: date
    until: date
    busiest: MonthRow | None
    rows: tuple[MonthRow, ...]


def heatmap(counts: Mapping[date, int], until: date) -> Heatmap:
    """Draw the 365 days that end with `until`."""
    since = until - timedelta(days=DAYS - 1)
    monday = since - timedelta(days=since.weekday())
    weeks = (until - monday).days // 7 + 1
    paths: list[list[tuple[int, int]]] = [[] for _ in range(LEVELS)]
    shown = {day: count for day, count in counts.items() if since <= day <= until and count}
    for day, count in sorted(shown.items()):
        column, row = divmod((day - monday).days, 7)
        paths[min(count, LEVELS) - 1].append((LEFT + column * STEP, TOP + row * STEP))
    rows = _months(shown, since, until)
    return Heatmap(
        width=LEFT + weeks * STEP - 2,
        height=TOP + 6 * STEP + 9,
        field=_field(since, until, monday, weeks),
        levels=tuple(_dots(path) for path in paths),
        months=_labels(since, until, monday),
        total=sum(shown.values()),
        active=len(shown),
        since=since,
        until=until,
        busiest=max(rows, key=lambda row: row.count, default=None) if shown else None,
        rows=rows,
    )


def _dots(places: list[tuple[int, int]]) -> str:
    """Return dots as one path of relative moves: a zero-length line is a dot under a round cap."""
    path: list[str] = []
    x = y = 0
    for at in places:
        if not path:
            path.append(f"M{at[0]} {at[1]}h0")
        else:
            path.append(f"m{at[0] - x} {at[1] - y}h0")
        x, y = at
    return "".join(path)


def _field(since: date, until: date, monday: date, weeks: int) -> str:
    """Return the outline that the pattern of empty days fills: short first and last columns."""
    half = STEP / 2
    left, right, top = LEFT - half, LEFT - half + weeks * STEP, TOP - half
    first, last = top + since.weekday() * STEP, top + (until.weekday() + 1) * STEP
    bottom = top + 7 * STEP
    return (
        f"M{left} {first}h{STEP}V{top}H{right}V{last}h-{STEP}V{bottom}H{left}z"
        if weeks > 1
        else f"M{left} {first}h{STEP}V{last}h-{STEP}z"
    )


def _labels(since: date, until: date, monday: date) -> tuple[tuple[int, str], ...]:
    """Return (x, short month) over the first whole week of each month."""
    labels = []
    day = monday + timedelta(days=7)
    while day <= until:
        if day.day <= 7:
            x = LEFT - STEP // 2 + (day - monday).days // 7 * STEP
            labels.append((x, MONTHS[day.month - 1][:3]))
        day += timedelta(days=7)
    return tuple(labels)


def _months(shown: Mapping[date, int], since: date, until: date) -> tuple[MonthRow, ...]:
    rows = []
    year, month = until.year, until.month
    while (year, month) >= (since.year, since.month):
        inside = [count for day, count in shown.items() if (day.year, day.month) == (year, month)]
        rows.append(MonthRow(f"{MONTHS[month - 1]} {year}", sum(inside), len(inside)))
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return tuple(rows)
