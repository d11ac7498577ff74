"""The season as the home page tells it: open, to come or over, day by day and week by week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from laurels.adapters.drawing.leaves import Branch, branch
from laurels.apps.scoring.models import Season
from laurels.web.presenters import words

DAY = 86_400
WEEK = 7 * DAY
WEEKS_WITHOUT_BOUNDS = 13


@dataclass(frozen=True, slots=True)
class Span:
    """The weeks that are drawn: `total` of them from `since`; counted up to `until`."""

    since: int
    until: int
    total: int
    is_bounded: bool


def span_of(season: Season | None, now: int) -> Span:
    """Return the weeks of a season; the last thirteen where it has no bounds."""
    if season is None or season.starts_at is None or season.ends_at is None:
        today = now - now % DAY + DAY
        since = today - WEEKS_WITHOUT_BOUNDS * WEEK
        return Span(since, today, WEEKS_WITHOUT_BOUNDS, is_bounded=False)
    total = -(-(season.ends_at - season.starts_at) // WEEK)
    until = max(season.starts_at + 1, min(now - now % DAY + DAY, season.ends_at))
    return Span(season.starts_at, until, total, is_bounded=True)


_FIGURES = (
    ("pr_merged", "pull request merged since", "pull requests merged since"),
    ("review_submitted", "review given since", "reviews given since"),
    ("issue_completed", "issue completed since", "issues completed since"),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of what happened; the day stands behind the words."""

    number: str
    words: str


def happened_figures(kinds: Mapping[str, int]) -> list[Figure]:
    """Return what happened in numbers; where nothing is known it says so instead of zero."""
    found = []
    for kind, one, many in _FIGURES:
        number = kinds.get(kind, 0)
        if number:
            found.append(Figure(words.count(number), one if number == 1 else many))
        else:
            found.append(Figure("none", many.replace("given ", "").replace("since", "known since")))
    return found


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A week of the table beside the branch."""

    since: int
    merged: int
    is_now: bool


@dataclass(frozen=True, slots=True)
class SeasonView:
    """The season's heading, its branch and the same as a table."""

    title: str
    tag: str
    picture: str
    branch: Branch
    first: int
    last: int
    weeks: tuple[WeekRow, ...]


def season_view(season: Season | None, span: Span, merges: tuple[int, ...], now: int) -> SeasonView:
    """Tell a season with its merges by week."""
    is_over = not span.is_bounded or (
        season is not None and season.ends_at is not None and season.ends_at <= now
    )
    end = span.since + span.total * WEEK
    if season is not None and span.is_bounded:
        days = -(-((season.ends_at or 0) - span.since) // DAY)
        day = min(days, (now - span.since) // DAY + 1)
        title = f"{season.label} is over" if is_over else f"{season.label} is open"
        tag = f"{days} days" if is_over else f"Day {day} of {days}"
        end = season.ends_at or end
    else:
        title, tag = "The last 13 weeks", ""
    full = len(merges) if is_over else len(merges) - 1
    to_come = span.total - len(merges)
    picture = (
        f"A laurel branch with a leaf for each of {words.counted(span.total, 'week')}: "
        f"{full} full"
        + ("" if is_over else ", one growing")
        + (f", {to_come} to come" if to_come else "")
        + ". A longer leaf means more pull requests merged; the table below has the numbers."
    )
    weeks = tuple(
        WeekRow(span.since + number * WEEK, merged, not is_over and number == len(merges) - 1)
        for number, merged in enumerate(merges)
    )
    drawn = branch(merges, span.total, is_over=is_over)
    return SeasonView(title, tag, picture, drawn, span.since, end - 1, weeks)
