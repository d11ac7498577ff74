"""Batches of observations into the database, each whole or not at all.

A batch is one transaction that also marks the people it concerns dirty: killed between two
batches, or between the last one and the settle, nothing is lost and nothing is doubled, because
reading the same files again changes nothing and the marks are still there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from laurels.apps import sql
from laurels.apps.audit.actors import Actor
from laurels.apps.intake.services.facts import facts_write, persistently
from laurels.apps.projects.register import Register
from laurels.domain.lifecycle import Observation

BATCH = 10_000
"""Observations a transaction: enough to make statements cheap, few enough to stay small."""


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
        persistently(lambda: self._absorb(batch))

    def _absorb(self, batch: list[Observation]) -> None:
        written = facts_write(
            batch,
            register=self.register,
            bot_logins=self.bot_logins,
            now=self.now,
            acting=self.acting,
        )
        self.seen.add(batch, written.repositories)


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
