"""Who plays in a simulated season: people, robots, owners and their repositories."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from laurels.lab import names

WEEK_SECONDS: Final = 7 * 86_400
CHAPTER_OWNER: Final = "harbour-chapter"
"""The organisation whose repositories belong to a chapter."""
LISTED_ROBOTS: Final = ("gate-keeper-robot",)
"""Robots that look like people: a program must list them (setting LAURELS_BOT_LOGINS)."""

# Far above the ids that GitHub has given out, and above 32 bits.
_PERSON_IDS: Final = 9_100_000_000
_OWNER_IDS: Final = 9_150_000_000
_REPOSITORY_IDS: Final = 9_200_000_000


class Role(StrEnum):
    """What somebody does in a season."""

    MAINTAINER = "maintainer"
    REGULAR = "regular"
    NEWCOMER = "newcomer"
    SPAMMER = "spammer"
    ROBOT = "robot"


@dataclass(frozen=True, slots=True)
class Person:
    """A GitHub account; `weight` is its share of the work, instants bound its time here."""

    github_id: int
    login: str
    role: Role
    weight: float
    hours_east: int
    joins_at: int
    leaves_at: int
    kind: str = "User"
    later_login: str | None = None
    renamed_at: int = 0

    def login_at(self, at: int) -> str:
        """Give the login that the account had at an instant."""
        return self.later_login if self.later_login and at >= self.renamed_at else self.login


@dataclass(frozen=True, slots=True)
class Owner:
    """The account that repositories belong to."""

    github_id: int
    login: str
    kind: str


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository and the people who may merge there."""

    github_id: int
    name: str
    owner: Owner
    language: str
    topics: tuple[str, ...]
    is_fork: bool
    weight: float
    created_at: int
    maintainers: tuple[Person, ...]
    later_name: str | None = None
    renamed_at: int = 0

    def name_at(self, at: int) -> str:
        """Give the name that the repository had at an instant, without its owner."""
        return self.later_name if self.later_name and at >= self.renamed_at else self.name

    def full_name_at(self, at: int) -> str:
        """Give owner and name as they were at an instant."""
        return f"{self.owner.login}/{self.name_at(at)}"


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody and everything in a season from `start` to `until`."""

    start: int
    until: int
    people: tuple[Person, ...]
    repositories: tuple[Repository, ...]
    updater: Person
    scribe: Person
    gatekeeper: Person

    @property
    def weeks(self) -> int:
        """The length of the season in weeks."""
        return (self.until - self.start) // WEEK_SECONDS

    def with_role(self, *roles: Role) -> list[Person]:
        """List the people of these roles, most active first."""
        return [person for person in self.people if person.role in roles]


# name, owner (0 foundation, 1 chapter, 2 a person), language, topics, fork, weight, later name
_REPOSITORIES: Final = (
    ("tidewheel", 0, "Python", ("hacktoberfest", "gssoc", "tides"), False, 10.0, None),
    ("lanternlog", 0, "TypeScript", ("gssoc", "logging"), False, 7.0, None),
    ("paperkite", 0, "Rust", ("hacktoberfest",), False, 4.0, "paperkite-core"),
    ("seedbank", 0, "Go", ("archive",), False, 3.0, None),
    ("orrery", 0, "C", ("mirror",), True, 1.0, None),
    ("meetup-kit", 1, "JavaScript", ("hacktoberfest", "gssoc", "events"), False, 3.0, None),
    ("chapter-site", 1, "HTML", ("website",), False, 2.0, None),
    ("dotloom", 2, "Python", ("gssoc", "art"), False, 2.0, None),
)


def cast(source: random.Random, *, until: int, people: int, weeks: int) -> Cast:
    """Invent the cast of a season of whole weeks that ends at `until`; needs 12 to 400 people."""
    if not 12 <= people <= 400:
        raise ValueError(f"a season needs 12 to 400 people, not {people}")
    if weeks < 2:
        raise ValueError(f"a season needs at least two weeks, not {weeks}")
    start = until - weeks * WEEK_SECONDS
    everybody = _people(source, start, until, people)
    keeper = everybody[1]
    owners = (
        Owner(_OWNER_IDS + 1, "lantern-commons", "Organization"),
        Owner(_OWNER_IDS + 2, CHAPTER_OWNER, "Organization"),
        Owner(keeper.github_id, keeper.login, "User"),
    )
    return Cast(
        start=start,
        until=until,
        people=everybody,
        repositories=_repositories(source, start, until, owners, everybody),
        updater=_robot(1, "tidy-lockfile[bot]", "Bot", until),
        scribe=_robot(2, "review-scribe[bot]", "Bot", until),
        gatekeeper=_robot(3, LISTED_ROBOTS[0], "User", until),
    )


def _robot(place: int, login: str, kind: str, until: int) -> Person:
    return Person(_PERSON_IDS + 900_000 + place, login, Role.ROBOT, 0.0, 0, 0, until, kind)


def _people(source: random.Random, start: int, until: int, count: int) -> tuple[Person, ...]:
    """Draw accounts whose activity falls off like 1 / place: a few do most of the work."""
    logins = names.logins(source, count + 2)
    later = dict(zip((2, count // 3), logins[count:], strict=True))
    maintainers, spammers = max(6, count // 6), max(2, count // 20)
    span = until - start
    found: list[Person] = []
    for place in range(count):
        role = Role.REGULAR
        joins_at, leaves_at = start - 3 * WEEK_SECONDS, until
        if place < maintainers:
            role = Role.MAINTAINER
        elif place >= count - spammers:
            role = Role.SPAMMER
        elif place >= count * 6 // 10:
            role = Role.NEWCOMER
            joins_at = start + int(span * source.random() * 0.85)
            leaves_at = min(until, joins_at + int(WEEK_SECONDS * (1 + source.expovariate(0.25))))
        elif source.random() < 0.4:
            joins_at = start + int(span * source.random() * 0.5)
        login, renamed_at = logins[place], 0
        if place in later:
            renamed_at = start + span // 2 + source.randrange(span // 8)
        if place == count - spammers - 1:
            # Names are reused: a newcomer takes the login that somebody else has given up.
            taken = found[2]
            login, joins_at, leaves_at = taken.login, taken.renamed_at + span // 16, until
        found.append(
            Person(
                github_id=_PERSON_IDS + 37 * place + source.randrange(1, 37),
                login=login,
                role=role,
                weight=1 / (place + 1.5) ** 0.95,
                hours_east=source.choice((-8, -5, -3, 0, 0, 1, 1, 2, 3, 5, 5, 8, 9)),
                joins_at=joins_at,
                leaves_at=leaves_at,
                later_login=later.get(place),
                renamed_at=renamed_at,
            )
        )
    return tuple(found)


def _repositories(
    source: random.Random,
    start: int,
    until: int,
    owners: tuple[Owner, ...],
    everybody: tuple[Person, ...],
) -> tuple[Repository, ...]:
    maintainers = [person for person in everybody if person.role is Role.MAINTAINER]
    found: list[Repository] = []
    for place, (name, owner, language, topics, is_fork, weight, later) in enumerate(_REPOSITORIES):
        team = source.sample(maintainers, 3)
        if owner == 2:
            team = [everybody[1]]
        found.append(
            Repository(
                github_id=_REPOSITORY_IDS + 1_001 * (place + 1),
                name=name,
                owner=owners[owner],
                language=language,
                topics=topics,
                is_fork=is_fork,
                weight=weight,
                created_at=start - source.randrange(200, 1_500) * 86_400,
                maintainers=tuple(team),
                later_name=later,
                renamed_at=start + (until - start) * 3 // 5 if later else 0,
            )
        )
    return tuple(found)
