"""All that changes people."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from laurels.apps.audit.actors import Actor
from laurels.apps.people.models import Ban, Contributor
from laurels.domain.lifecycle.facts import PersonFact


@dataclass(frozen=True, slots=True)
class PeopleSeen:
    """What observing people came to.

    `ids` maps GitHub ids to primary keys; `withheld` are GitHub ids of erased people, absent from
    `ids`; `relogged` and `rebotted` are primary keys whose login or is_bot changed.
    """

    ids: dict[int, int]
    withheld: frozenset[int]
    relogged: frozenset[int]
    rebotted: frozenset[int]


def people_observe(
    facts: Iterable[PersonFact], *, bot_logins: Collection[str], now: int, acting: Actor
) -> PeopleSeen:
    """Learn logins and kinds of accounts."""
    raise NotImplementedError


def bots_refresh(bot_logins: Collection[str], *, now: int, acting: Actor) -> frozenset[int]:
    """Decide anew who is a robot; return the primary keys that changed."""
    raise NotImplementedError


def ban_start(
    contributor_id: int,
    *,
    reason: str,
    now: int,
    acting: Actor,
    starts_at: int | None = None,
    ends_at: int | None = None,
) -> Ban:
    """Ban somebody from `starts_at` (default now) until `ends_at` (default: until lifted)."""
    raise NotImplementedError


def ban_lift(
    contributor_id: int, *, reason: str, now: int, acting: Actor, annul: bool = False
) -> Ban:
    """End the ban in force; with `annul`, as if it had never been."""
    raise NotImplementedError


def forget(contributor_id: int, *, now: int, acting: Actor) -> Contributor:
    """Empty the identity of an erased person and leave tombstones."""
    raise NotImplementedError
