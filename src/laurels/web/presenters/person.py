"""A contributor's page put together from what the selectors know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from laurels.apps.people.models import Contributor
from laurels.apps.scoring.models import Season
from laurels.apps.scoring.selectors.pages import Day
from laurels.apps.standings.selectors.pages import PlaceOn
from laurels.web.presenters import words
from laurels.web.presenters.boards import move_of


@dataclass(frozen=True, slots=True)
class Person:
    """Who it is. A ghost never signed in: days not hours, points and merged work only."""

    contributor: Contributor

    @property
    def login(self) -> str:
        """Return the present login."""
        return self.contributor.login

    @property
    def is_ghost(self) -> bool:
        """Whether the person never signed in here."""
        return self.contributor.claimed_at is None


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that stands alone: `words` say of what and since when."""

    number: str
    words: str


def figures(
    total: PlaceOn | None,
    place: PlaceOn | None,
    season: Season | None,
    moved: int | None,
    compared: int,
    pending: Sequence[tuple[int, int]],
    instant: int,
) -> list[Figure]:
    """Return the numbers at the top of a person's page."""
    points = total.points if total else 0
    found = [
        Figure(words.count(points), f"points in the program, all settled, to {words.day(instant)}")
    ]
    if season is not None and season.starts_at is not None:
        of_season = place.points if place else 0
        since = words.day(season.starts_at)
        found.append(Figure(words.count(of_season), f"points in {season.label}, since {since}"))
    found.append(_rank(place, season, moved, compared))
    waiting = sum(amount for _, amount in pending)
    if pending:
        last = words.day(pending[-1][0])
        text = f"points pending; the last settle on {last}"
        if len(pending) == 1:
            text = f"points pending; they settle on {last}"
        found.append(Figure(words.count(waiting), text))
    else:
        found.append(Figure("0", "points pending"))
    return found


def _rank(place: PlaceOn | None, season: Season | None, moved: int | None, compared: int) -> Figure:
    where = season.label if season is not None and season.starts_at is not None else "the program"
    if place is None or place.rank is None:
        return Figure("none", f"rank in {where}; a rank needs settled points")
    text = f"of {words.count(place.total)} in {where}"
    if place.tied > 1:
        text += f", shared by {words.count(place.tied)}"
    if compared:
        move = move_of(moved)
        change = {"new": "new", "same": "as"}.get(move.state, f"{move.state} {move.places}")
        text += f", {change} since {words.day_month(compared)}".replace(
            "as since", "no change since"
        )
    return Figure(words.ordinal(place.rank), text)


def day_counts(days: Sequence[Day], *, is_ghost: bool) -> dict[date, int]:
    """Return contributions by date; of a ghost only those with points or merged."""
    return {
        words.date_of_day(one.day).date(): one.earned if is_ghost else one.count for one in days
    }


def days_between(days: Sequence[Day], season: Season | None) -> list[Day]:
    """Return the days inside a season."""
    if season is None or season.starts_at is None or season.ends_at is None:
        return list(days)
    return [
        one
        for one in days
        if season.starts_at <= words.date_of_day(one.day).timestamp() < season.ends_at
    ]
