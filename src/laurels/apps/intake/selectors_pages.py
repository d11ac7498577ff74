"""Up to when the imported data is complete, and where it has gaps."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from laurels.apps import sql
from laurels.kit.times import parse_instant

HOUR = 3600
Interval = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The hours that imported files promise by their names, as half-open intervals of instants.

    A file of a day that was still running promises more than it holds: `until` is never after the
    last import.

    `gaps` are hours of which no file was read, `short` hours of which something was lost.
    """

    since: int
    until: int
    gaps: tuple[Interval, ...]
    short: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far the data goes: `coverage` is None where no imported file names its hours."""

    imports: int
    finished_at: int | None
    coverage: Coverage | None


def freshness() -> Freshness:
    """Return what the import log says of the data, in one statement while nothing was imported."""
    imports, last, finished_at = sql.fetch(
        "SELECT COUNT(*), MAX(id), MAX(finished_at) FROM intake_importrun"
    )[0]
    if not imports:
        return Freshness(0, None, None)
    return Freshness(imports, finished_at, _coverage(imports, last, finished_at))


@lru_cache(maxsize=4)
def _coverage(imports: int, last: int, finished_at: int) -> Coverage | None:
    """Read the whole log once for each state of it; the arguments are what names the state."""
    hours: dict[int, bool] = {}
    for (text,) in sql.fetch("SELECT DISTINCT coverage FROM intake_importedfile"):
        for hour, word in json.loads(text).items():
            at = parse_instant(hour)
            hours[at] = hours.get(at, False) or word == "present"
    if not hours:
        return None
    first, end = min(hours), max(hours) + HOUR
    return Coverage(
        since=first,
        until=min(end, finished_at),
        gaps=joined(hour for hour in range(first, end, HOUR) if hour not in hours),
        short=joined(hour for hour in sorted(hours) if not hours[hour]),
    )


def joined(hours: Iterable[int]) -> tuple[Interval, ...]:
    """Join ascending hours that follow each other into intervals."""
    found: list[Interval] = []
    for hour in hours:
        if found and found[-1][1] == hour:
            found[-1] = (found[-1][0], hour + HOUR)
        else:
            found.append((hour, hour + HOUR))
    return tuple(found)


def forget_coverage() -> None:
    """Forget what was read of the log: tests reuse its numbers."""
    _coverage.cache_clear()
