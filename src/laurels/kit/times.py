"""Instants as whole seconds since 1970 UTC, days as yyyymmdd and months as yyyymm.

Every time inside Laurels is such an int; texts and datetimes exist only at the edges. Texts that
name no offset are read as UTC, fractions of a second are cut off, and anything that is no instant
raises ValueError naming the text.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

DAY_SECONDS = 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


def parse_instant(text: str) -> int:
    """Read an ISO 8601 date and time (`2017-07-24T12:30:00Z`, offsets allowed) as an instant."""
    try:
        moment = datetime.fromisoformat(text)
    except (ValueError, TypeError) as error:
        raise ValueError(f"not an instant: {text!r}") from error
    if len(text) <= 10:
        raise ValueError(f"not an instant but a date: {text!r}")
    return instant_of(moment)


def instant_of(moment: datetime) -> int:
    """Turn a datetime of an edge into an instant; one without an offset is taken as UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return int(moment.timestamp() // 1)


def format_instant(instant: int) -> str:
    """Write an instant as `YYYY-MM-DDTHH:MM:SSZ`."""
    moment = _EPOCH + timedelta(seconds=instant)
    return f"{moment.isoformat(timespec='seconds')[:-6]}Z"


def parse_date(text: str) -> int:
    """Read `YYYY-MM-DD` as the instant at which that UTC day begins."""
    try:
        if len(text) != 10 or "W" in text:
            raise ValueError("a date has ten characters and no week")
        day = date.fromisoformat(text)
    except (ValueError, TypeError) as error:
        raise ValueError(f"not a date (YYYY-MM-DD): {text!r}") from error
    return _start_of(day)


def day_of(instant: int) -> int:
    """Give the UTC day of an instant as yyyymmdd."""
    day = _date_of(instant)
    return day.year * 10_000 + day.month * 100 + day.day


def format_day(day: int) -> str:
    """Write a day (yyyymmdd) as `YYYY-MM-DD`."""
    return f"{day // 10_000:04}-{day // 100 % 100:02}-{day % 100:02}"


def month_of(instant: int) -> int:
    """Give the UTC month of an instant as yyyymm."""
    day = _date_of(instant)
    return day.year * 100 + day.month


def month_bounds(month: int) -> tuple[int, int]:
    """Give the first instant of a month (yyyymm) and the first instant after it."""
    year, number = divmod(month, 100)
    try:
        first = date(year, number, 1)
        after = date(year + number // 12, number % 12 + 1, 1)
    except ValueError as error:
        raise ValueError(f"not a month (yyyymm): {month}") from error
    return _start_of(first), _start_of(after)


def _date_of(instant: int) -> date:
    return date.fromordinal(_EPOCH_ORDINAL + instant // DAY_SECONDS)


def _start_of(day: date) -> int:
    return (day.toordinal() - _EPOCH_ORDINAL) * DAY_SECONDS
