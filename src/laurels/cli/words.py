"""How commands write numbers, days and amounts for people."""

from __future__ import annotations

from datetime import UTC, datetime

from laurels.kit.times import format_instant, parse_date, parse_instant


def number(value: int) -> str:
    """Write a whole number with separators: `12,345`, `−20`."""
    return f"{value:,}".replace("-", "−")


def count(value: int, one: str, many: str = "") -> str:
    """Write how many there are of something: `1 entry`, `1,204 entries`."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def day(instant: int | None) -> str:
    """Write the UTC day of an instant: `14 May 2026`; a dash for None."""
    if instant is None:
        return "–"
    moment = datetime.fromtimestamp(instant, UTC)
    return f"{moment.day} {moment:%B %Y}"


def moment(instant: int | None) -> str:
    """Write an instant to the minute: `14 May 2026, 09:30 UTC`; a dash for None."""
    if instant is None:
        return "–"
    return f"{day(instant)}, {datetime.fromtimestamp(instant, UTC):%H:%M} UTC"


def machine(instant: int | None) -> str | None:
    """Write an instant for JSON: `2026-05-14T09:30:00Z`, or None."""
    return None if instant is None else format_instant(instant)


def read_moment(text: str) -> int:
    """Read a day (its first instant) or an instant as people type it; ValueError says the form."""
    try:
        return parse_date(text) if len(text) == 10 else parse_instant(text)
    except ValueError:
        raise ValueError(
            f"{text!r} is neither a day (2026-05-14) nor an instant (2026-05-14T09:30:00Z)"
        ) from None
