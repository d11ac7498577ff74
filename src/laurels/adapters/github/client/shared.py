"""What all workers share about one token: its budgets, its cooldown, its permits, its end.

Two implementations: rows of the database (laurels.apps.intake.services.sync.shared) and Redis
(laurels.adapters.github.client.redis_state). Keys hold SHA-256(token)[:32], never the token.
Guarantee of both: a permit is held by one holder until it is given back or its own deadline has
passed, whatever became of the holder; where the store cannot be asked, StateAway is raised, which
the client answers by refusing the permit, never by calling without one.
Times are seconds since 1970 UTC and come from the caller.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol

RESET_SLACK_SECONDS = 5
"""GitHub's reset wanders by a second or two within one window."""


class StateAway(Exception):
    """The store of the shared state does not answer."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Points left of one resource (core, graphql, search) until the instant `reset_at`."""

    remaining: int
    reset_at: int


@dataclass(frozen=True, slots=True)
class Standing:
    """All that has to be known of a token before a call: None and 0 where nothing is known."""

    invalid: str | None = None
    cooldown_until: int = 0
    budget: Budget | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A token, whose it is and what kind; its text is never shown."""

    value: str = field(repr=False)
    kind: str = "service"
    owner: str = ""

    @property
    def key(self) -> str:
        """Return the name that shared state knows the token by."""
        return sha256(self.value.encode()).hexdigest()[:32]


class SharedState(Protocol):
    """The store that every worker of every process sees alike; each method may raise StateAway."""

    def standing(self, key: str, resource: str, *, now: int) -> Standing:
        """Return what is known of a token for one resource."""
        ...

    def budget_note(self, key: str, resource: str, budget: Budget, *, now: int) -> None:
        """Keep the smaller remainder of one window; a later window replaces it."""
        ...

    def cooldown(self, key: str, until: int, *, now: int) -> None:
        """Let nobody use the token before `until`; a longer cooldown that holds stays."""
        ...

    def invalidate(self, key: str, reason: str, *, now: int) -> None:
        """Mark the token as one that GitHub knows no more."""
        ...

    def permit_take(self, key: str, *, most: int, until: int, now: int) -> str | None:
        """Take one of `most` permits until the deadline; None where all are held."""
        ...

    def permit_return(self, key: str, holder: str) -> None:
        """Give a permit back; one that has passed to another holder is left alone."""
        ...


def joined(known: Budget | None, seen: Budget) -> Budget:
    """Join two sightings of a budget, in any order: the later window, in one the smaller rest."""
    if known is None or seen.reset_at > known.reset_at + RESET_SLACK_SECONDS:
        return seen
    if seen.reset_at < known.reset_at - RESET_SLACK_SECONDS:
        return known
    return Budget(min(known.remaining, seen.remaining), max(known.reset_at, seen.reset_at))


def affordable_at(
    standing: Standing, cost: int, reserve: int, *, now: int
) -> tuple[int, str] | None:
    """Return (from when, why) a call must wait; None when it may be made now."""
    if standing.cooldown_until > now:
        return standing.cooldown_until, "cooldown"
    budget = standing.budget
    if budget is not None and budget.reset_at > now and budget.remaining - cost < reserve:
        return budget.reset_at, "budget kept for others" if budget.remaining else "budget used up"
    return None
