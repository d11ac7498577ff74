"""Batches of observations into the database, each whole or not at all.

A batch is one transaction that also marks the people it concerns dirty: killed between two
batches, or between the last one and the settle, nothing is lost and nothing is doubled, because
reading the same files again changes nothing and the marks are still there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import msgspec
from django.db import OperationalError, transaction

from laurels.apps import sql
from laurels.apps.audit.actors import Actor
from laurels.apps.contributions.services import (
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
    RepositoryFact,
    retitle,
    withhold,
    withhold_review,
)

BATCH = 10_000
"""Observations a transaction: enough to make statements cheap, few enough to stay small."""

_TRIES = 5


@dataclass(slots=True)
class Batches:
    """Takes observations, writes them in batches; `flush` at the end."""

    register: Register
    bot_logins: Collection[str]
    now: int
    acting: Actor
    seen: Seen
    _waiting: list[Observation] = field(default_factory=list)

    def add(self, observations: Iterable[Observation]) -> None:
        """Take observations; write a batch when enough are waiting."""
        self._waiting.extend(observations)
        while len(self._waiting) >= BATCH:
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            self._write(batch)

    def flush(self) -> None:
        """Write what is waiting."""
        if self._waiting:
            batch, self._waiting = self._waiting, []
            self._write(batch)

    def _write(self, batch: list[Observation]) -> None:
        for tries_left in reversed(range(_TRIES)):
            try:
                with transaction.atomic():
                    self._absorb(batch)
                return
            except (ConcurrentChange, OperationalError) as error:
                if not tries_left or not _passes(error):
                    raise

    def _absorb(self, batch: list[Observation]) -> None:
        people = people_observe(
            [fact for one in batch for fact in one.people],
            bot_logins=self.bot_logins,
            now=self.now,
            acting=self.acting,
        )
        repositories = repositories_observe(
            _spoken_of(batch, people),
            register=self.register,
            now=self.now,
            acting=self.acting,
        )
        absorbed = absorb(
            _redacted(_withheld(batch, people)), repositories=repositories.ids, people=people.ids
        )
        concerned = absorbed.people | people.relogged
        if people.rebotted:
            concerned |= contributions_touch(contributors=people.rebotted, acting=self.acting)
        if repositories.changed:
            concerned |= contributions_touch(repositories=repositories.changed, acting=self.acting)
        dirty_mark(concerned)
        self.seen.add(batch, repositories.ids)


def _passes(error: Exception) -> bool:
    """Tell whether trying again helps: a lost race or a deadlock, not a missing table."""
    code = getattr(getattr(error, "__cause__", None), "sqlstate", "")
    return isinstance(error, ConcurrentChange) or code in ("40001", "40P01")


def _spoken_of(batch: list[Observation], people: PeopleSeen) -> list[RepositoryFact]:
    """Return the repositories of a batch; one whose owner was erased keeps no name of theirs."""
    facts = [one.repository for one in batch]
    if not people.withheld:
        return facts
    return [
        msgspec.structs.replace(fact, full_name="", owner_login="", owner_github_id=None)
        if fact.owner_github_id in people.withheld
        else fact
        for fact in facts
    ]


def _withheld(batch: list[Observation], people: PeopleSeen) -> list[Observation]:
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


def _redacted(batch: list[Observation]) -> list[Observation]:
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


@dataclass(slots=True)
class Seen:
    """The distinct subjects of an import, kept in a temporary table so that memory stays flat."""

    subjects: int = 0

    def begin(self) -> None:
        """Make the table, empty."""
        sql.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS intake_seen"
            " (repository_id bigint, number bigint, PRIMARY KEY (repository_id, number))"
        )
        sql.execute("DELETE FROM intake_seen")

    def add(self, batch: list[Observation], repositories: dict[int, int]) -> None:
        """Note the subjects of a batch."""
        subjects = {(one.subject.repository_id, one.subject.number) for one in batch}
        pairs = [
            (repository, number)
            for github_id, number in sorted(subjects)
            if (repository := repositories.get(github_id)) is not None
        ]
        rows, parameters = sql.pairs_of(pairs)
        # SQLite wants the WHERE to tell the conflict clause from a join.
        sql.execute(
            f"INSERT INTO intake_seen SELECT * FROM ({rows}) p WHERE TRUE ON CONFLICT DO NOTHING",
            parameters,
        )

    def end(self) -> None:
        """Drop the table."""
        sql.execute("DROP TABLE IF EXISTS intake_seen")

    def counts(self) -> dict[str, int]:
        """Count what the import found: subjects that are shown, and everybody credited."""
        pull_requests, merged, anonymous = sql.fetch(
            "SELECT COUNT(*), COUNT(p.merged_at),"
            " COALESCE(SUM(CASE WHEN p.author_id IS NULL AND NOT p.is_gone THEN 1 ELSE 0 END), 0)"
            " FROM intake_seen s JOIN contributions_pullrequest p"
            " ON p.repository_id = s.repository_id AND p.number = s.number WHERE p.is_shown"
        )[0]
        issues, nobody = sql.fetch(
            "SELECT COUNT(*),"
            " COALESCE(SUM(CASE WHEN i.author_id IS NULL AND NOT i.is_gone THEN 1 ELSE 0 END), 0)"
            " FROM intake_seen s JOIN contributions_issue i"
            " ON i.repository_id = s.repository_id AND i.number = s.number WHERE i.is_shown"
        )[0]
        reviews = sql.fetch(
            "SELECT COUNT(*) FROM intake_seen s JOIN contributions_pullrequest p"
            " ON p.repository_id = s.repository_id AND p.number = s.number"
            " JOIN contributions_review r ON r.pull_request_id = p.id"
        )[0][0]
        people = sql.fetch(
            "SELECT COUNT(DISTINCT b.contributor_id) FROM intake_seen s"
            " JOIN contributions_contribution b ON b.repository_id = s.repository_id"
            " AND b.number = s.number WHERE NOT b.is_withdrawn"
        )[0][0]
        return {
            "pull_requests": pull_requests,
            "merged": merged,
            "issues": issues,
            "reviews": reviews,
            "people": people,
            "unattributed": int(anonymous) + int(nobody),
        }

    def contributions(self) -> dict[str, int]:
        """Count the contributions of the import's subjects by kind."""
        return dict(
            sql.fetch(
                "SELECT b.kind, COUNT(*) FROM intake_seen s"
                " JOIN contributions_contribution b ON b.repository_id = s.repository_id"
                " AND b.number = s.number WHERE NOT b.is_withdrawn GROUP BY b.kind ORDER BY b.kind"
            )
        )
