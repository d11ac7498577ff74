"""Tiers with their glyphs, and the ladder of a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from laurels.apps.scoring.selectors.pages import Day
from laurels.domain.tiers import Tier, next_tier
from laurels.web.presenters import words

GLYPHS = ("t-leaf", "t-sprig", "t-branch", "t-wreath")
SECOND = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, slots=True)
class Mark:
    """A tier as it is shown beside a name."""

    key: str
    label: str
    glyph: str
    is_top: bool
    points: int
    is_certified: bool


def marks(tiers: Sequence[Tier]) -> dict[str, Mark]:
    """Return the marks of a ruleset's tiers; the glyphs grow to the wreath of the highest."""
    top = len(tiers) - 1
    return {
        tier.key: Mark(
            tier.key,
            tier.label,
            glyph(place, len(tiers)),
            place == top,
            tier.points,
            tier.is_certified,
        )
        for place, tier in enumerate(tiers)
    }


def glyph(place: int, of: int) -> str:
    """Return the glyph of a tier by its place on the ladder, 0 the lowest."""
    if place >= of - 1:
        return GLYPHS[-1]
    return GLYPHS[place * (len(GLYPHS) - 1) // max(1, of - 1)]


def place_words(place: int, of: int) -> str:
    """Return `third of four tiers`; the place counts from 0."""
    if of == 1:
        return "the only tier"
    if place < len(SECOND) and of < len(NUMBERS):
        return f"{SECOND[place]} of {NUMBERS[of]} tiers"
    return f"tier {place + 1} of {of}"


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of somebody's ladder: state is `passed`, `now`, `next` or `later`."""

    mark: Mark
    state: str
    note: str

    @property
    def name(self) -> str:
        """Return the label with what it is to the person now."""
        return {"now": f"{self.mark.label}, now", "next": f"{self.mark.label}, next"}.get(
            self.state, self.mark.label
        )


@dataclass(frozen=True, slots=True)
class Ladder:
    """All steps, the tier now (None below the first), and what is missing to the next."""

    rungs: tuple[Rung, ...]
    now: Mark | None
    missing: str


def ladder(
    tiers: tuple[Tier, ...],
    points: int,
    days: Iterable[Day],
    pending: Sequence[tuple[int, int]],
    highest: str = "",
) -> Ladder:
    """Lay out a person's ladder from settled points, their days and what is pending."""
    known = marks(tiers)
    reached = [tier for tier in tiers if points >= tier.points and points > 0]
    now = known[reached[-1].key] if reached else None
    following = next_tier(points, tiers) if points > 0 else next(iter(tiers), None)
    dates = _dates(tiers, days)
    rungs = []
    for tier in tiers:
        mark, state = known[tier.key], "later"
        if now is not None and tier.key == now.key:
            state = "now"
        elif tier in reached:
            state = "passed"
        elif following is not None and tier.key == following.key:
            state = "next"
        note = _note(tier, state, points, dates, pending, is_highest=tier.key == highest)
        rungs.append(Rung(mark, state, note))
    missing = ""
    if following is not None:
        short = max(following.points - points, 1)
        missing = f"{words.points(short)} to {following.label}"
    elif now is not None:
        missing = "the highest tier"
    return Ladder(tuple(rungs), now, missing)


def _note(
    tier: Tier,
    state: str,
    points: int,
    dates: dict[str, int],
    pending: Sequence[tuple[int, int]],
    *,
    is_highest: bool,
) -> str:
    if state in ("passed", "now"):
        at = dates.get(tier.key)
        return f"with work of {_day(at)}" if at else ""
    if is_highest:
        return "reached before; points have fallen since"
    if state == "next":
        total = points
        for at, amount in pending:
            total += amount
            if total >= tier.points and total > 0:
                return f"{words.day(at)}, if pending points settle"
    return ""


def _dates(tiers: Iterable[Tier], days: Iterable[Day]) -> dict[str, int]:
    """Return the day (yyyymmdd) with whose work each tier was first reached."""
    found: dict[str, int] = {}
    total = 0
    waiting = list(tiers)
    for one in days:
        total += one.points
        while waiting and total > 0 and total >= waiting[0].points:
            found[waiting.pop(0).key] = one.day
    return found


def _day(yyyymmdd: int) -> str:
    return words.day(int(words.date_of_day(yyyymmdd).timestamp()))
