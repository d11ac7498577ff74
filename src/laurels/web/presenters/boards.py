"""A leaderboard as a page: its scopes and periods to choose from, and its lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from laurels.apps.scoring.models import Season
from laurels.apps.scoring.selectors.pages import Work
from laurels.apps.standings.selectors import RankedRow
from laurels.kit.times import month_bounds
from laurels.web.presenters import words
from laurels.web.presenters.tiers import Mark

RISING = "rising"
RISING_DAYS = 30
SPARK_WEEKS = 13
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose: its value in the address, its name, and whether it is chosen."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Period:
    """A season, a month, or the last days: `key` is its word in the address."""

    key: str
    label: str
    season: Season | None = None
    month: int | None = None
    since: int | None = None
    until: int | None = None

    @property
    def last(self) -> int:
        """Return the last second of a period with bounds."""
        return (self.until or 1) - 1

    @property
    def is_rising(self) -> bool:
        """Whether this is the list of who gained most lately."""
        return self.key == RISING


def period_of(key: str, seasons: Sequence[Season], default: Season | None) -> Period | None:
    """Return the period that a word names; None for one that names none."""
    if not key:
        return season_period(default) if default else Period("all", "All seasons")
    for season in seasons:
        if season.key == key:
            return season_period(season)
    if key == RISING:
        return Period(RISING, f"Rising, last {RISING_DAYS} days")
    if _MONTH.fullmatch(key):
        month = int(key.replace("-", ""))
        try:
            since, until = month_bounds(month)
        except ValueError:
            return None
        return Period(key, words.month(month), month=month, since=since, until=until)
    return None


def season_period(season: Season) -> Period:
    """Return the period of a season."""
    return Period(
        season.key, season.label, season=season, since=season.starts_at, until=season.ends_at
    )


def period_options(
    seasons: Iterable[Season], months: Sequence[int], chosen: Period
) -> list[Option]:
    """Return every period that can be chosen: seasons, the last months, rising."""
    newest = sorted(seasons, key=lambda one: (one.starts_at is None, -(one.starts_at or 0)))
    pairs = [(one.key, one.label) for one in newest]
    pairs += [(f"{month // 100:04d}-{month % 100:02d}", words.month(month)) for month in months]
    pairs.append((RISING, f"Rising, last {RISING_DAYS} days"))
    if chosen.key not in dict(pairs):
        pairs.append((chosen.key, chosen.label))
    return [Option(key, label, key == chosen.key) for key, label in pairs]


def scope_options(
    projects: Iterable[tuple[str, str]], tags: Iterable[str], chosen: str, label: str
) -> list[Option]:
    """Return every scope that can be chosen."""
    pairs = [("program", "Program")]
    pairs += [(f"project:{slug}", f"Project: {name}") for slug, name in projects]
    pairs += [(f"tag:{key}", f"Tag: {key}") for key in tags]
    if chosen not in dict(pairs):
        pairs.append((chosen, label))
    return [Option(key, name, key == chosen) for key, name in pairs]


@dataclass(frozen=True, slots=True)
class Move:
    """Movement since a day: `state` is up, down, same or new."""

    state: str
    places: int = 0


def move_of(places: int | None) -> Move:
    """Return movement from places gained; None is who had no rank on that day."""
    if places is None:
        return Move("new")
    if places == 0:
        return Move("same")
    return Move("up" if places > 0 else "down", abs(places))


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A line of the page; `move` is None where no snapshot is old enough to compare with."""

    rank: int
    is_tied: bool
    login: str
    points: int
    pending: int
    move: Move | None
    tier: Mark | None
    work: Work
    spark: str


def board_rows(
    rows: Sequence[RankedRow],
    ties: Mapping[int, int],
    moves: Mapping[int, int | None] | None,
    tiers: Mapping[int, Mark],
    work: Mapping[int, Work],
) -> list[BoardRow]:
    """Put what is known of each line together."""
    return [
        BoardRow(
            rank=row.rank,
            is_tied=ties.get(row.points, 1) > 1,
            login=row.login,
            points=row.points,
            pending=row.pending,
            move=move_of(moves.get(row.contributor)) if moves is not None else None,
            tier=tiers.get(row.contributor),
            work=work[row.contributor],
            spark=spark(work[row.contributor].weeks),
        )
        for row in rows
    ]


def spark(weeks: Mapping[int, int], count: int = SPARK_WEEKS) -> str:
    """Return the path of points by week, from zero at the bottom to the row's own most."""
    values = [max(0, weeks.get(week, 0)) for week in range(count)]
    most = max(values) or 1
    step = 68 / (count - 1)
    places = (
        f"{2 + round(step * at)} {17 - round(14 * value / most)}" for at, value in enumerate(values)
    )
    return f"M{' '.join(places)}"


def query(**parts: str) -> str:
    """Return the query of an address from the parts that are not empty."""
    given = {key: value for key, value in parts.items() if value}
    return f"?{urlencode(given)}" if given else ""
