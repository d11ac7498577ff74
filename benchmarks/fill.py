"""Facts by the million into our tables in set inserts, past the importer: what settles start from.

Rows are as an import leaves them, but for the fold of a subject (empty: no settle reads it) and
the transitions. Nothing random: the same size and seed give the same rows on both engines.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from benchmarks.scratch import Scratch, log

UNTIL = 1_760_000_000
NOW = UNTIL + 60 * 86_400
"""Long after the last fact: nothing is held back any more."""

_CHUNK = 50_000
_FIRST_MAINTAINER = 9_800_000_000


def filled(scratch: Scratch, people: int, facts: int, *, seed: int = 1) -> str:
    """Fill an empty database and keep it; return the SHA-256 of the facts."""
    from laurels.lab.scale import facts as made

    scratch.restore("empty")
    tables = _Tables()
    hashed = hashlib.sha256()
    for fact in made(people, facts, seed, until=UNTIL):
        hashed.update(repr(fact).encode())
        tables.take(fact)
    tables.write()
    scratch.analyze()
    scratch.keep()
    log(f"filled {scratch.engine}: {people} people, {facts} facts")
    return hashed.hexdigest()


class _Tables:
    """Rows by table, numbered as they come."""

    def __init__(self) -> None:
        self.people: dict[int, int] = {}
        self.repositories: dict[int, int] = {}
        self.pull_requests: dict[tuple[int, int], int] = {}
        self.issues: dict[tuple[int, int], int] = {}
        self.pull_request_rows: list[tuple[Any, ...]] = []
        self.issue_rows: list[tuple[Any, ...]] = []
        self.attention: set[tuple[int, int]] = set()
        self.contributions: list[tuple[Any, ...]] = []

    def take(self, fact: Any) -> None:
        """Note one fact and the subject it is about."""
        work = fact.work
        person = self._person(fact.person_id)
        repository = self.repositories.setdefault(fact.repository_id, len(self.repositories) + 1)
        key = (repository, fact.number)
        pull_request = issue = None
        if fact.kind.startswith("issue_"):
            issue = self.issues.get(key)
            if issue is None:
                issue = self.issues[key] = len(self.issues) + 1
                self.issue_rows.append(self._issue(key, work))
        else:
            pull_request = self.pull_requests.get(key)
            if pull_request is None:
                pull_request = self.pull_requests[key] = len(self.pull_requests) + 1
                self.pull_request_rows.append(self._pull_request(key, work))
            if fact.kind == "review_submitted":
                self.attention.add((pull_request, person))
        number = len(self.contributions) + 1
        self.contributions.append(
            (f"c{number:031x}", str(fact.kind), *key, person, pull_request, issue,
             fact.occurred_at, work.opened_at, False, 1)
        )  # fmt: skip

    def _person(self, github_id: int) -> int:
        return self.people.setdefault(github_id, len(self.people) + 1)

    def _subject(self, key: tuple[int, int], work: Any, state: str) -> tuple[Any, ...]:
        times = (work.opened_at, work.merged_at, work.closed_at)
        latest = max(at for at in times if at is not None)
        return (*key, 1, b"", True, self._person(work.author_id), f"Change {key[1]}", state,
                work.opened_at, work.closed_at, latest, latest, "[]", "[]", False)  # fmt: skip

    def _pull_request(self, key: tuple[int, int], work: Any) -> tuple[Any, ...]:
        merger = None if work.merged_at is None else self._person(_FIRST_MAINTAINER + key[0])
        state = "open" if work.closed_at is None else "closed"
        return (*self._subject(key, work, state), False, work.merged_at, merger, work.additions,
                work.deletions, work.changed_files, "CONTRIBUTOR")  # fmt: skip

    def _issue(self, key: tuple[int, int], work: Any) -> tuple[Any, ...]:
        state = "open" if work.closed_at is None else "closed"
        return (*self._subject(key, work, state), "completed")

    def write(self) -> None:
        """Insert everything, each table in the order of its keys."""
        from laurels.apps.contributions.models import Attention, Contribution, Issue, PullRequest
        from laurels.apps.contributions.services.absorb import ISSUE_FIELDS, PULL_REQUEST_FIELDS
        from laurels.apps.people.models import Contributor
        from laurels.apps.projects.models import Repository

        _insert(
            Contributor,
            ("ref", "github_id", "login", "login_key", "login_seen_at", "kind", "is_bot",
             "first_seen_at"),
            ((f"p{row:031x}", github_id, f"person-{github_id}", f"person-{github_id}", 0, "User",
              False, 0) for github_id, row in self.people.items()),
        )  # fmt: skip
        _insert(
            Repository,
            ("github_id", "full_name", "owner_login", "owner_github_id", "is_fork", "is_private",
             "topics", "seen_at", "owner_at", "fork_at", "private_at", "topics_at"),
            ((github_id, f"owner/repository-{row}", "owner", 9_900_000_000, False, False, "[]",
              0, 0, 0, 0, 0) for github_id, row in self.repositories.items()),
        )  # fmt: skip
        _insert(PullRequest, PULL_REQUEST_FIELDS, self.pull_request_rows)
        _insert(Issue, ISSUE_FIELDS, self.issue_rows)
        _insert(Attention, ("pull_request", "contributor"), sorted(self.attention))
        _insert(
            Contribution,
            ("ref", "kind", "repository", "number", "contributor", "pull_request", "issue",
             "occurred_at", "opened_at", "is_withdrawn", "revision"),
            self.contributions,
        )  # fmt: skip


def _insert(model: Any, fields: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    from django.db import transaction

    from laurels.apps import sql

    with transaction.atomic():
        for chunk in _chunks(rows):
            sql.insert(model, fields, chunk)


def _chunks(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk
