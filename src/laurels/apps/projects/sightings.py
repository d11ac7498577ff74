"""Facts about repositories, gathered by repository before any row is read.

Order does not matter: the newest fact names the repository (in one second the greater name by
bytes), and each further field is that of the newest fact which carried it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from laurels.domain.lifecycle.facts import RepositoryFact
from laurels.kit.canonical import canonical_bytes

Name = tuple[int, str, int, str]
"""When, full name, the owner's id or 0, the owner's login: compared in this order."""

_Said = tuple[int, str, str, int | None, bool | None, bool | None, tuple[str, ...] | None]
"""All of a fact but its time."""

CARRIED = {
    "owner_github_id": "owner_at",
    "is_fork": "fork_at",
    "is_private": "private_at",
    "topics": "topics_at",
}
"""Fields that only some facts carry, and the column of the moment each was carried last."""


class Sighting:
    """What is known of one repository, from facts or from its row."""

    __slots__ = ("carried", "name")

    def __init__(self, name: Name) -> None:
        self.name = name
        self.carried: dict[str, tuple[int, Any]] = {}

    def carry(self, field: str, at: int, value: Any) -> None:
        """Learn a field; None teaches nothing."""
        if value is not None:
            self._take(field, at, value)

    def learn(self, other: Sighting) -> None:
        """Learn all that another sighting of the same repository knows."""
        self.name = max(self.name, other.name)
        for field, (at, value) in other.carried.items():
            self._take(field, at, value)

    def _take(self, field: str, at: int, value: Any) -> None:
        """In one second the greater value wins, but one taken away (None) stays away."""
        known_at, known = self.carried.get(field, (-1, value))
        if at == known_at:
            wins = known is not None and (value is None or value > known)
        else:
            wins = at > known_at
        if wins:
            self.carried[field] = (at, value)

    def value(self, field: str) -> Any:
        """Return a field, or None where it was never carried."""
        return self.carried.get(field, (0, None))[1]


def topics_text(topics: Iterable[str]) -> str:
    """Return topics as they are stored: a JSON list, each once, in order."""
    return canonical_bytes(sorted(set(topics))).decode()


def gather(facts: Iterable[RepositoryFact]) -> dict[int, Sighting]:
    """Return one sighting for each repository."""
    # Most facts say again what others said at another time, and of those only the last matters.
    latest: dict[_Said, int] = {}
    for fact in facts:
        said = (
            fact.github_id, fact.full_name, fact.owner_login, fact.owner_github_id,
            fact.is_fork, fact.is_private, fact.topics,
        )  # fmt: skip
        if fact.at > latest.get(said, fact.at - 1):
            latest[said] = fact.at
    seen: dict[int, Sighting] = {}
    for said, at in latest.items():
        github_id, full_name, owner_login, owner, is_fork, is_private, topics = said
        name = (at, full_name, owner or 0, owner_login)
        sighting = seen.get(github_id)
        if sighting is None:
            sighting = seen[github_id] = Sighting(name)
        elif name > sighting.name:
            sighting.name = name
        sighting.carry("owner_github_id", at, owner)
        sighting.carry("is_fork", at, is_fork)
        sighting.carry("is_private", at, is_private)
        if topics is not None:
            sighting.carry("topics", at, topics_text(topics))
    return seen
