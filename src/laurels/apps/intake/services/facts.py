"""Observed facts into the database, set by set: people, repositories, subjects, contributions.

The one way by which archive, webhooks and API all write. Runs in the caller's transaction; the
people whose points may move are returned and marked dirty, and nothing is settled here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import msgspec
from django.db import OperationalError, transaction

from laurels.apps.audit.actors import Actor
from laurels.apps.contributions.services import (
    Absorbed,
    ConcurrentChange,
    absorb,
    contributions_touch,
)
from laurels.apps.people.services import PeopleSeen, people_observe
from laurels.apps.people.tombstones import redactor
from laurels.apps.projects.register import Register
from laurels.apps.projects.services import repositories_observe
from laurels.apps.scoring.services import dirty_mark
from laurels.domain.lifecycle import (
    Observation,
    PersonFact,
    RepositoryFact,
    retitle,
    withhold,
    withhold_review,
)

TRIES = 5
"""How often a set is written that another transaction has got in the way of."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a set of facts came to; both maps lead from GitHub ids to rows."""

    people: dict[int, int]
    repositories: dict[int, int]
    absorbed: Absorbed
    concerned: frozenset[int]


def facts_write(
    observations: Sequence[Observation],
    *,
    register: Register,
    bot_logins: Collection[str],
    now: int,
    acting: Actor,
    repositories: Iterable[RepositoryFact] = (),
    people: Iterable[PersonFact] = (),
) -> Written:
    """Write observations, and what else was seen of repositories and people.

    Unknown repositories are registered where `register` allows, else what is told of them is left
    out. Raises ConcurrentChange when the transaction, or a savepoint around, has to be tried again.
    """
    known = people_observe(
        [*(fact for one in observations for fact in one.people), *people],
        bot_logins=bot_logins,
        now=now,
        acting=acting,
    )
    seen = repositories_observe(
        _spoken_of([*(one.repository for one in observations), *repositories], known),
        register=register,
        now=now,
        acting=acting,
    )
    absorbed = absorb(
        _redacted(_withheld(observations, known)), repositories=seen.ids, people=known.ids
    )
    concerned = absorbed.people | known.relogged
    if known.rebotted:
        concerned |= contributions_touch(contributors=known.rebotted, acting=acting)
    if seen.changed:
        concerned |= contributions_touch(repositories=seen.changed, acting=acting)
    dirty_mark(concerned)
    return Written(known.ids, seen.ids, absorbed, frozenset(concerned))


def is_passing(error: Exception) -> bool:
    """Tell whether trying again helps: a lost race or a deadlock, not a missing table."""
    code = getattr(getattr(error, "__cause__", None), "sqlstate", "")
    is_deadlock = isinstance(error, OperationalError) and code in ("40001", "40P01")
    return isinstance(error, ConcurrentChange) or is_deadlock


def persistently(write: Callable[[], None], *, undone: Callable[[], None] | None = None) -> None:
    """Do `write` in a transaction (a savepoint inside another), again while that helps.

    `undone` is called before each further try: what `write` noted in memory was rolled back too.
    Raises what the last of TRIES raised, and at once what no further try would mend.
    """
    for tries_left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                write()
            return
        except Exception as error:
            if not tries_left or not is_passing(error):
                raise
            if undone is not None:
                undone()


def _spoken_of(facts: list[RepositoryFact], people: PeopleSeen) -> list[RepositoryFact]:
    """Return repositories; one whose owner was erased keeps no name of theirs."""
    if not people.withheld:
        return facts
    return [
        msgspec.structs.replace(fact, full_name="", owner_login="", owner_github_id=None)
        if fact.owner_github_id in people.withheld
        else fact
        for fact in facts
    ]


def _withheld(batch: Sequence[Observation], people: PeopleSeen) -> Sequence[Observation]:
    """Take erased people out of what was observed, as `erase` took them out of what is stored."""
    if not people.withheld:
        return batch
    cleaned = []
    for one in batch:
        gone = people.withheld.intersection(fact.github_id for fact in one.people)
        for person in gone:
            one = msgspec.structs.replace(
                one,
                subject=withhold(one.subject, person),
                review=None if one.review is None else withhold_review(one.review, person),
                attention=tuple(pair for pair in one.attention if pair[0] != person),
            )
        cleaned.append(one)
    return cleaned


def _redacted(batch: Sequence[Observation]) -> Sequence[Observation]:
    """Mask the logins of erased people in the titles that others wrote."""
    masks = redactor()
    if not masks:
        return batch
    return [
        one
        if one.subject.title is None
        else msgspec.structs.replace(
            one, subject=retitle(one.subject, masks.redact(one.subject.title[1]))
        )
        for one in batch
    ]
