"""Windows of time: what was covered, what to read next, when to split. Pure.

A window is [start, end) in whole seconds since 1970 UTC. Coverage is a tuple of windows that
neither overlap nor touch, earliest first; every function here keeps it so.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple

from laurels.kit.times import DAY_SECONDS, format_instant

RESULTS_MOST: Final = 1_000
"""A search never shows more results than this, however many it counts."""

FIRST_DAYS: Final = 1_096
"""How far back a sync reads when nothing is covered: three years, one of them a leap year."""

BACKFILL_DAYS_MOST: Final = 10_000
"""How far back anybody may ask to read, in days: there was no GitHub 27 years ago."""

_EPOCH: Final = 0


class Window(NamedTuple):
    """[start, end)."""

    start: int
    end: int

    @property
    def seconds(self) -> int:
        """How long it is."""
        return self.end - self.start

    def as_search(self) -> str:
        """Write it as the range of a search, whose both ends are included."""
        return f"{format_instant(self.start)}..{format_instant(self.end - 1)}"


Coverage = tuple[Window, ...]


class Step(StrEnum):
    """What to do about a window whose first page has been seen."""

    READ = "read"
    SPLIT = "split"
    CUT = "cut"


def checked(start: int, end: int) -> Window:
    """Return the window, or raise ValueError where it is empty."""
    if end <= start:
        raise ValueError(f"a window must end after it starts: {start} to {end}")
    return Window(start, end)


def add(coverage: Iterable[Window], window: Window) -> Coverage:
    """Return what is covered when `window` is too."""
    start, end = window
    if end <= start:
        return tuple(coverage)
    kept: list[Window] = []
    for one in coverage:
        if one.end < start or end < one.start:
            kept.append(one)
        else:
            start, end = min(start, one.start), max(end, one.end)
    return tuple(sorted([*kept, Window(start, end)]))


def missing(window: Window, coverage: Iterable[Window]) -> Coverage:
    """Return the parts of `window` that are not covered, earliest first."""
    found, at = [], window.start
    for one in coverage:
        if one.end <= at:
            continue
        if one.start >= window.end:
            break
        if one.start > at:
            found.append(Window(at, one.start))
        at = one.end
    if at < window.end:
        found.append(Window(at, window.end))
    return tuple(found)


def within(window: Window, coverage: Iterable[Window]) -> Coverage:
    """Return the parts of `window` that are covered, earliest first."""
    return missing(window, missing(window, coverage))


def covers(coverage: Iterable[Window], window: Window) -> bool:
    """Tell whether the whole of `window` is covered."""
    return not missing(window, coverage)


def step(window: Window, count: int) -> Step:
    """Say what a window with so many results needs: reading, halving, or what can be had of it."""
    if count < RESULTS_MOST:
        return Step.READ
    return Step.SPLIT if window.seconds > 1 else Step.CUT


def halves(window: Window, first_at: int | None = None) -> tuple[Window, Window]:
    """Split a window of two seconds or more into two that together are it.

    `first_at` is the time of its first result, where known: nothing lies before, so the middle is
    that of the rest. The parts are never empty.
    """
    if window.seconds < 2:
        raise ValueError(f"a window of {window.seconds} seconds cannot be split")
    start = window.start if first_at is None else min(max(first_at, window.start), window.end - 2)
    middle = start + max(1, (window.end - start) // 2)
    return Window(window.start, middle), Window(middle, window.end)


def window_of_sync(
    coverage: Coverage,
    *,
    since: int | None,
    until: int | None,
    backfill_days: int | None,
    now: int,
) -> Window:
    """Return which window a sync reads (spec/github.md §3).

    Explicit `since` and `until`; else `backfill_days` back; else from the end of coverage less one
    day, or FIRST_DAYS back when nothing is covered. Raises ValueError where that is empty.
    """
    end = now if until is None else min(until, now)
    if since is not None:
        start = since
    elif backfill_days is not None:
        if not 1 <= backfill_days <= BACKFILL_DAYS_MOST:
            raise ValueError(f"a backfill is of 1 to {BACKFILL_DAYS_MOST:,} days")
        start = end - backfill_days * DAY_SECONDS
    elif coverage:
        start = min(coverage[-1].end, end) - DAY_SECONDS
    else:
        start = end - FIRST_DAYS * DAY_SECONDS
    return checked(max(start, _EPOCH), end)
