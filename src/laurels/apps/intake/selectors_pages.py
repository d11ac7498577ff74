"""Up to when the data is complete, imported or live, and where it has gaps."""

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
    """How far the data goes: `coverage` is None where no imported file names its hours.

    `live_to` is when GitHub was last read or last told us something, None where it never was;
    `sync_gaps` counts what could not be read; `away_since` is set while GitHub does not answer.
    """

    imports: int
    finished_at: int | None
    coverage: Coverage | None
    live_to: int | None = None
    sync_gaps: int = 0
    away_since: int | None = None


_FRESHNESS = """
SELECT COUNT(*), MAX(id), MAX(finished_at),
  (SELECT MAX(synced_at) FROM intake_syncsubject),
  (SELECT received_at FROM intake_delivery ORDER BY id DESC LIMIT 1),
  (SELECT COUNT(*) FROM intake_syncgap WHERE closed_at IS NULL),
  (SELECT MIN(begins_at) FROM intake_outage WHERE ends_at IS NULL)
FROM intake_importrun
"""


def freshness() -> Freshness:
    """Return what is known of the data, in one statement while nothing was imported."""
    imports, last, finished_at, synced_at, heard_at, gaps, away_since = sql.fetch(_FRESHNESS)[0]
    live_to = max((at for at in (synced_at, heard_at) if at is not None), default=None)
    coverage = _coverage(imports, last, finished_at) if imports else None
    return Freshness(imports, finished_at, coverage, live_to, gaps, away_since)


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
