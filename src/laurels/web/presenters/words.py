"""Dates and numbers as people read them; every time is UTC and says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from laurels.domain.rulesets.numbers import counted, listed, ordinal, points

__all__ = [
    "count",
    "counted",
    "date_of_day",
    "day",
    "day_month",
    "iso",
    "iso_day",
    "listed",
    "moment",
    "month",
    "ordinal",
    "points",
    "signed",
    "span",
]

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _date(instant: int) -> datetime:
    return _EPOCH + timedelta(seconds=instant)


def day(instant: int) -> str:
    """Return `14 May 2026`."""
    date = _date(instant)
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def day_month(instant: int) -> str:
    """Return `14 May`, where the year is beside it already."""
    date = _date(instant)
    return f"{date.day} {MONTHS[date.month - 1]}"


def moment(instant: int) -> str:
    """Return `14 May 2026, 09:20 UTC`."""
    return f"{day(instant)}, {_date(instant):%H:%M} UTC"


def month(yyyymm: int) -> str:
    """Return `May 2026`."""
    return f"{MONTHS[yyyymm % 100 - 1]} {yyyymm // 100}"


def iso(instant: int) -> str:
    """Return `2026-05-14T09:20Z` for machines."""
    return f"{_date(instant):%Y-%m-%dT%H:%MZ}"


def iso_day(instant: int) -> str:
    """Return `2026-05-14` for machines."""
    return f"{_date(instant):%Y-%m-%d}"


def date_of_day(yyyymmdd: int) -> datetime:
    """Return the start of a day (yyyymmdd, UTC)."""
    return datetime(yyyymmdd // 10_000, yyyymmdd // 100 % 100, yyyymmdd % 100, tzinfo=UTC)


def span(since: int, until: int) -> str:
    """Return `14 May 2026, 10:00 to 12:00 UTC`, with both dates where they differ."""
    if day(since) == day(until):
        return f"{day(since)}, {_date(since):%H:%M} to {_date(until):%H:%M} UTC"
    return f"{moment(since)} to {moment(until)}"


def count(number: int) -> str:
    """Return a whole number with commas and a proper minus."""
    return f"{number:,}".replace("-", "−")


def signed(number: int) -> str:
    """Return `+29`, `−20` or `0`."""
    return f"+{number:,}" if number > 0 else count(number)
