"""What span of time a person's metrics are over, and how much of it is known."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

import msgspec

from laurels.domain.windows import FIRST_DAYS, Coverage, Window, missing, within
from laurels.kit.fixed import round_half_even
from laurels.kit.times import DAY_SECONDS, instant_of

WINDOW_DAYS: Final = FIRST_DAYS
"""1,096: three years, one of them a leap year."""


class CoverageShare(msgspec.Struct, frozen=True, kw_only=True):
    """How much of the window has been read: days to the nearest, and the gaps, earliest first."""

    days: int
    window_days: int
    seconds: int
    gaps: Coverage

    @property
    def is_none(self) -> bool:
        """Whether nothing of the window has been read."""
        return not self.seconds

    @property
    def is_full(self) -> bool:
        """Whether all of its days have been read; less than half a day may still lack."""
        return self.days == self.window_days

    @property
    def words(self) -> str:
        """Say it in a few words: 30 of 1,096 days."""
        return f"{self.days:,} of {self.window_days:,} days"

    @property
    def sentence(self) -> str:
        """Say what figures of a window not fully covered stand for."""
        if self.is_full:
            return f"All {self.window_days:,} days of the window have been read."
        return f"Only {self.words} of the window have been read: counts may be greater."


def metrics_window(now: int) -> Window:
    """Give [now - 1,096 days, now), over which pull requests count by their creation."""
    return Window(now - WINDOW_DAYS * DAY_SECONDS, now)


def year_spans(now: int) -> tuple[Window, Window, Window]:
    """Give the three adjoining one-year spans that end at `now`, earliest first.

    The profile's counts of reviews and issues are asked for by these. Years are the calendar's, and
    29 February maps to the 28th; so together they are 1,095 or 1,096 days.
    """
    edges = [_years_before(now, years) for years in (3, 2, 1, 0)]
    return Window(edges[0], edges[1]), Window(edges[1], edges[2]), Window(edges[2], edges[3])


def coverage_share(window: Window, coverage: Coverage) -> CoverageShare:
    """Say how much of the window lies in the covered intervals."""
    seconds = sum(part.seconds for part in within(window, coverage))
    return CoverageShare(
        days=round_half_even(seconds, DAY_SECONDS),
        window_days=round_half_even(window.seconds, DAY_SECONDS),
        seconds=seconds,
        gaps=missing(window, coverage),
    )


def _years_before(instant: int, years: int) -> int:
    moment = datetime.fromtimestamp(instant, UTC)
    year = moment.year - years
    day = moment.day
    if (moment.month, day) == (2, 29) and not _has_leap_day(year):
        day = 28
    return instant_of(moment.replace(year=year, day=day))


def _has_leap_day(year: int) -> bool:
    return (date(year, 3, 1) - date(year, 2, 28)).days == 2
