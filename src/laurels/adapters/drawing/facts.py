"""What an embedded picture says, in figures and words; whoever fills them asks the database.

`state` tells apart a person who is known, a login nobody here has, and one who asked not to be
shown: of the last two nothing is drawn, whatever else the facts hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from laurels.domain.rulesets.numbers import ordinal, points

State = Literal["known", "unknown", "hidden"]


@dataclass(frozen=True, slots=True)
class BadgeFacts:
    """A person's standing in a season, `on` a day in words.

    `tier` is empty below the first; `place` counts from 0 on a ladder `of` so many, `progress` is
    the share of the way to the next tier (1 at the top). Unknown is None, never zero.
    """

    login: str
    program: str
    season: str = ""
    on: str = ""
    tier: str = ""
    place: int = 0
    of: int = 0
    place_words: str = ""
    points: int | None = None
    rank: int | None = None
    is_tied: bool = False
    people: int | None = None
    progress: float = 0.0
    state: State = "known"

    @property
    def rank_words(self) -> str:
        """Return `23rd`, `=23rd` where it is shared, or nothing."""
        if self.rank is None:
            return ""
        return ("=" if self.is_tied else "") + ordinal(self.rank)

    @property
    def points_words(self) -> str:
        """Return `988 points`, or nothing where they are not known."""
        return "" if self.points is None else points(self.points)

    @property
    def standing(self) -> str:
        """Return `Branch · 988 points · 23rd`: what is known of it."""
        if self.state != "known":
            return "not found" if self.state == "unknown" else "not shown"
        known = [part for part in (self.tier, self.points_words, self.rank_words) if part]
        return " · ".join(known) or "no points yet"

    @property
    def title(self) -> str:
        """Return the whole as one sentence, for who hears the picture."""
        if self.state == "unknown":
            return f"{self.program}: nobody here has the login {self.login}"
        if self.state == "hidden":
            return f"{self.program}: this person is not shown"
        parts = [f"tier {self.tier}" if self.tier else "", self.points_words, self._rank_of()]
        said = ", ".join(part for part in parts if part) or "no points yet"
        return f"{self.login} in {self.program}: {said}" + (f", on {self.on}" if self.on else "")

    def _rank_of(self) -> str:
        if self.rank is None:
            return ""
        among = f" of {self.people:,}" if self.people is not None else ""
        return f"{self.rank_words}{among}" + (f" in {self.season}" if self.season else "")


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """A project's people and merges in a season; hidden where its badge is switched off."""

    name: str
    contributors: int | None = None
    merged: int | None = None
    season: str = ""
    state: State = "known"


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One line of a board: `rank` as shown (`=2nd`), the glyph's `place` of `of`, `points`."""

    rank: str
    login: str
    points: int
    tier: str = ""
    place: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True)
class BoardFacts:
    """The head of a board: at most ten rows are drawn. `scope` is what it ranks."""

    program: str
    scope: str
    on: str
    rows: tuple[BoardRow, ...] = ()
