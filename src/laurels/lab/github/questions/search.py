"""Search as GitHub's: qualifiers, ranges of time to the second, at most 1,000 results shown.

The count is of all that fits; pages end at the thousandth, which is why a client has to split its
windows. What the token may not see is not counted. Forks' pull requests are found as others are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from laurels.kit.times import DAY_SECONDS, parse_date, parse_instant
from laurels.lab.github.questions.types import Refused
from laurels.lab.github.things import Account, Grant, Repository, Thread
from laurels.lab.github.world import World

MOST_SHOWN: Final = 1_000
_WORD: Final = re.compile(r'(-?)([a-z-]+):("[^"]*"|\S+)|"([^"]*)"|(\S+)')
_TIMES: Final = {
    "updated": lambda one: one.updated_at,
    "created": lambda one: one.created_at,
    "merged": lambda one: one.merged_at,
    "closed": lambda one: one.closed_at,
}
_STATES: Final[dict[str, Callable[[Thread], bool]]] = {
    "pr": lambda one: one.is_pull,
    "issue": lambda one: not one.is_pull,
    "open": lambda one: one.state == "open",
    "closed": lambda one: one.state == "closed",
    "merged": lambda one: one.merged_at is not None,
    "unmerged": lambda one: one.state == "closed" and one.is_pull and one.merged_at is None,
    "draft": lambda one: one.draft,
    "public": lambda one: not one.repository.is_private,
    "private": lambda one: one.repository.is_private,
}
_ENDLESS: Final = 1 << 60

Window = tuple[int, int]


class Search:
    """One search, read; `found` goes through the world."""

    def __init__(self, text: str) -> None:
        """Read the text; raises Refused for a qualifier that is not known here."""
        self.states: set[str] = set()
        self.windows: dict[str, Window] = {}
        self.repositories: set[str] = set()
        self.owners: set[str] = set()
        self.authors: set[str] = set()
        self.reviewers: set[str] = set()
        self.involved: set[str] = set()
        self.labels: set[str] = set()
        self.comments: Window | None = None
        self.is_reviewed: bool | None = None
        self.words: list[str] = []
        self.order, self.is_down = "created", True
        for sign, name, value, quoted, word in _WORD.findall(text):
            if not name:
                self.words.append((quoted or word).lower())
            elif sign and (name, value) == ("review", "none"):
                self.is_reviewed = True
            elif sign:
                raise Refused("INVALID", f"the stand-in does not read -{name}:")
            else:
                self._qualify(name, value.strip('"'))

    def _qualify(self, name: str, value: str) -> None:
        low = value.lower()
        if name in ("is", "type", "state"):
            if low not in _STATES:
                raise Refused("INVALID", f"the stand-in does not search by {name}:{low}")
            self.states.add(low)
        elif name in _TIMES:
            self.windows[name] = window(value)
        elif name == "repo":
            self.repositories.add(low)
        elif name in ("org", "user"):
            self.owners.add(low)
        elif name == "author":
            self.authors.add(low)
        elif name == "reviewed-by":
            self.reviewers.add(low)
        elif name == "involves":
            self.involved.add(low)
        elif name == "label":
            self.labels.add(value)
        elif (name, low) == ("review", "none"):
            self.is_reviewed = False
        elif name == "comments":
            self.comments = numbers(value)
        elif name == "sort":
            self.order, _, direction = low.partition("-")
            self.is_down = direction != "asc"
            if self.order not in ("updated", "created"):
                raise Refused("INVALID", f"the stand-in does not sort by {self.order}")
        elif name not in ("archived", "fork"):
            raise Refused("INVALID", f"the stand-in does not search by {name}:")

    def found(self, world: World, grant: Grant | None) -> list[Thread]:
        """Return what fits and the token may see, in the order asked for."""
        seen: dict[int, bool] = {}

        def is_seen(place: Repository) -> bool:
            if place.id not in seen:
                seen[place.id] = world.may_see(grant, place)
            return seen[place.id]

        fits = [
            one for one in self._candidates(world) if is_seen(one.repository) and self._fits(one)
        ]
        when = _TIMES[self.order]
        # Equal times: GitHub does not say; ours go by id, so that pages neither miss nor repeat.
        fits.sort(key=lambda one: (when(one), one.id), reverse=self.is_down)
        return fits

    def _candidates(self, world: World) -> Iterator[Thread]:
        if self.authors:
            for login in sorted(self.authors):
                person = world.account(login)
                if person is not None:
                    yield from (
                        one
                        for one in world.by_author.get(person.id, ())
                        if one.number in one.repository.threads
                    )
            return
        for place in world.living():
            yield from place.threads.values()

    def _fits(self, one: Thread) -> bool:
        place = one.repository
        if self.repositories and place.full_name.lower() not in self.repositories:
            return False
        if self.owners and place.owner.login.lower() not in self.owners:
            return False
        if not all(_STATES[state](one) for state in self.states):
            return False
        for name, (begins, ends) in self.windows.items():
            at = _TIMES[name](one)
            if at is None or not begins <= at <= ends:
                return False
        if self.reviewers and not self.reviewers & _logins(review.author for review in one.reviews):
            return False
        if self.involved and not self.involved & _logins(_involved(one)):
            return False
        if not self.labels <= set(one.labels):
            return False
        if self.is_reviewed not in (None, bool(one.reviews)):
            return False
        if self.comments is not None:
            least, most = self.comments
            if not least <= len(one.comments) <= most:
                return False
        title = one.title.lower()
        return all(word in title for word in self.words)


def window(text: str) -> Window:
    """Read a range as first and last second: `A..B`, `>=A`, `>A`, `<=B`, `<B` or `A`; `*` is open.

    A date without a time means its whole UTC day.
    """
    if ".." in text:
        begins, _, ends = text.partition("..")
        first = 0 if begins == "*" else _span(begins)[0]
        return first, _ENDLESS if ends == "*" else _span(ends)[1]
    for mark in (">=", "<=", ">", "<"):
        if text.startswith(mark):
            first, last = _span(text.removeprefix(mark))
            if mark[0] == ">":
                return (first if mark == ">=" else last + 1), _ENDLESS
            return 0, (last if mark == "<=" else first - 1)
    return _span(text)


def numbers(text: str) -> Window:
    """Read a range of numbers as least and most: `>N`, `>=N`, `N..M` or `N`."""
    try:
        if ".." in text:
            least, _, most = text.partition("..")
            return int(least), int(most)
        if text.startswith(">="):
            return int(text[2:]), _ENDLESS
        if text.startswith(">"):
            return int(text[1:]) + 1, _ENDLESS
        return int(text), int(text)
    except ValueError:
        raise Refused("INVALID", f'"{text}" is not a number') from None


def _span(text: str) -> Window:
    try:
        if len(text) == 10:
            first = parse_date(text)
            return first, first + DAY_SECONDS - 1
        at = parse_instant(text)
    except ValueError:
        raise Refused("INVALID", f'"{text}" is not a recognized date/time format.') from None
    return at, at


def _involved(one: Thread) -> Iterable[Account | None]:
    yield one.author
    yield from one.assignees
    yield from (remark.author for remark in one.comments)


def _logins(people: Iterable[Account | None]) -> set[str]:
    return {person.login.lower() for person in people if person and not person.is_deleted}
