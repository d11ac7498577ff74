"""Facts by the million for measurements: heavy-tailed, from a seed, without a file in between."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from laurels.domain.contributions import Kind

NEST_SIZE: Final = (20_000, 273_591)
"""People and facts of OWASP Nest's nightly job (design.md §6)."""
LARGE_SIZE: Final = (100_000, 2_000_000)
"""People and facts of the full recalculation (design.md §6)."""

_PERSON_IDS: Final = 9_100_000_000
_REPOSITORY_IDS: Final = 9_200_000_000
_YEAR_SECONDS: Final = 365 * 86_400
_FLAT_PLACES: Final = 20


class Work(NamedTuple):
    """The pull request or issue that facts are about; the size of an issue is None."""

    author_id: int
    opened_at: int
    merged_at: int | None
    closed_at: int | None
    additions: int | None
    deletions: int | None
    changed_files: int | None


class Fact(NamedTuple):
    """One contribution; the first four fields are its natural key, instants are UTC seconds."""

    kind: Kind
    repository_id: int
    number: int
    person_id: int
    occurred_at: int
    work: Work


def facts(people: int, facts: int, seed: int, *, until: int = 1_760_000_000) -> Iterator[Fact]:
    """Yield exactly so many facts of exactly so many people, subject by subject.

    Everybody has at least one; beyond that, work falls off like 1 / (place + 20) among people and
    among repositories, over the year that ends at `until`. No two facts share a natural key. Needs
    two people at least, and a fact for each; otherwise ValueError.
    """
    if people < 2 or facts < people:
        raise ValueError(f"{facts} facts cannot be spread over {people} people")
    return islice(_facts(people, random.Random(f"laurels scale {seed}"), until), facts)


def _place(uniform: float, places: int) -> int:
    """Turn a uniform draw into a place: the inverse of a density like 1 / (place + 20)."""
    return int(_FLAT_PLACES * ((places / _FLAT_PLACES + 1) ** uniform - 1))


def _facts(people: int, source: random.Random, until: int) -> Iterator[Fact]:
    draw = source.random
    repositories = max(3, people // 25)
    numbers = [0] * repositories
    unseen = list(range(people))
    source.shuffle(unseen)
    while True:
        # While somebody is unseen a subject is one fact, so that any number of facts has room.
        is_alone = bool(unseen)
        author = unseen.pop() if is_alone else _place(draw(), people)
        where = _place(draw(), repositories)
        numbers[where] = number = numbers[where] + 1
        repository_id, author_id = _REPOSITORY_IDS + where, _PERSON_IDS + author
        opened_at = until - 1 - int(draw() * _YEAR_SECONDS)
        ended_at = opened_at + 60 + int(draw() ** 4 * 30 * 86_400)
        closed_at = ended_at if ended_at < until and not is_alone else None
        if draw() < 0.25:
            work = Work(author_id, opened_at, None, closed_at, None, None, None)
            yield Fact(Kind.ISSUE_OPENED, repository_id, number, author_id, opened_at, work)
            if closed_at is not None and draw() < 0.6:
                yield Fact(Kind.ISSUE_COMPLETED, repository_id, number, author_id, closed_at, work)
            continue
        merged_at = closed_at if draw() < 0.8 else None
        lines = 1 + int(draw() ** 5 * 4_000)
        deletions, files = int(lines * draw() * 0.5), 1 + lines // 60
        work = Work(author_id, opened_at, merged_at, closed_at, lines, deletions, files)
        yield Fact(Kind.PR_OPENED, repository_id, number, author_id, opened_at, work)
        if merged_at is None:
            continue
        if draw() < 0.6:
            at = (opened_at + merged_at) // 2
            reviewer = _place(draw(), people - 1)
            reviewer_id = _PERSON_IDS + reviewer + (reviewer >= author)
            yield Fact(Kind.REVIEW_SUBMITTED, repository_id, number, reviewer_id, at, work)
            if draw() < 0.8:
                yield Fact(Kind.PR_APPROVED, repository_id, number, author_id, at, work)
        yield Fact(Kind.PR_MERGED, repository_id, number, author_id, merged_at, work)
