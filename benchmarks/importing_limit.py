"""The limit of an import: everything folded in memory, then each table in one statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from isal import igzip

from benchmarks.scratch import Scratch
from laurels.adapters.github.payloads import Event

_BLOCK = 1 << 20
_DECODER = msgspec.json.Decoder(Event)
WEIGHTS = {"pr_merged": 10, "pr_opened": 5, "issue_opened": 3}
POSTED_AT = 0
_COLUMNS = {
    "person": ("github_id", "login"),
    "repository": ("github_id", "full_name"),
    "pullrequest": ("repository_id", "number", "author_id", "title", "created_at", "merged_at"),
    "issue": ("repository_id", "number", "author_id", "title", "created_at"),
    "contribution": ("repository_id", "number", "kind", "person_id", "occurred_at"),
    "entry": ("contribution_id", "person_id", "points", "posted_at"),
}


def events(path: Path) -> Iterator[Event]:
    with igzip.open(path, "rb") as file:
        rest = b""
        while block := file.read(_BLOCK):
            end = block.rfind(b"\n") + 1
            if end:
                yield from _DECODER.decode_lines(rest + block[:end])
                rest = block[end:]
            else:
                rest += block
        if rest:
            yield from _DECODER.decode_lines(rest)


class _Folded:
    """The latest of each object, by GitHub's ids."""

    def __init__(self, events: Iterable[Any]) -> None:
        self.people: dict[int, str] = {}
        self.repositories: dict[int, str] = {}
        self.pull_requests: dict[tuple[int, int], tuple[int, str | None, int, int | None]] = {}
        self.issues: dict[tuple[int, int], tuple[int, str | None, int]] = {}
        for event in events:
            payload = event.payload
            if payload.pull_request is not None:
                self._pull_request(event, payload.pull_request)
            elif payload.issue is not None and payload.issue.pull_request is None:
                self._issue(event, payload.issue)

    def _pull_request(self, event: Any, body: Any) -> None:
        if body.user is None:
            return
        key = self._key(event, body)
        merged_at = None if body.merged_at is None else int(body.merged_at.timestamp())
        before = self.pull_requests.get(key)
        if merged_at is None and before is not None:
            merged_at = before[3]
        opened = int(body.created_at.timestamp()) if before is None else before[2]
        self.pull_requests[key] = (body.user.id, body.title, opened, merged_at)

    def _issue(self, event: Any, body: Any) -> None:
        if body.user is None:
            return
        key = self._key(event, body)
        self.issues[key] = (body.user.id, body.title, int(body.created_at.timestamp()))

    def _key(self, event: Any, body: Any) -> tuple[int, int]:
        self.people.setdefault(body.user.id, body.user.login)
        self.repositories.setdefault(event.repo.id, event.repo.name)
        return (event.repo.id, body.number)


class Limit:
    """Reads the events and writes them with the bare driver in one durable transaction."""

    def __init__(self, scratch: Scratch, read: Callable[[], Iterable[Any]]) -> None:
        self._scratch = scratch
        self._read = read
        self._bare: Any = None

    def run(self) -> None:
        """Do it; a second run finds every row there."""
        folded = _Folded(self._read())
        self._bare = self._scratch.raw()
        self._bare.execute("BEGIN IMMEDIATE" if self._scratch.engine == "sqlite" else "BEGIN")
        people = self._learn("person", folded.people)
        repositories = self._learn("repository", folded.repositories)
        facts = []
        rows: list[tuple[Any, ...]] = []
        for (repository, number), (author, title, opened, merged) in folded.pull_requests.items():
            key = (repositories[repository], number)
            rows.append((*key, people[author], title, opened, merged))
            facts.append((*key, "pr_opened", people[author], opened))
            if merged is not None:
                facts.append((*key, "pr_merged", people[author], merged))
        self._put("pullrequest", rows, "(repository_id, number) DO UPDATE SET title ="
                  " excluded.title, merged_at = excluded.merged_at")  # fmt: skip
        rows = []
        for (repository, number), (author, title, opened) in folded.issues.items():
            key = (repositories[repository], number)
            rows.append((*key, people[author], title, opened))
            facts.append((*key, "issue_opened", people[author], opened))
        self._put("issue", rows, "(repository_id, number) DO UPDATE SET title = excluded.title")
        self._put("contribution", facts, "DO NOTHING")
        self._entries()
        self.finish(self._bare)
        self._bare.execute("COMMIT")
        self._bare.close()

    def finish(self, bare: Any) -> None:
        """Do what else belongs into the transaction: here nothing."""

    def _learn(self, table: str, names: dict[int, str]) -> dict[int, int]:
        """Insert what is new and read the ids of all."""
        self._put(table, list(names.items()), "DO NOTHING")
        return dict(self._bare.execute(f"SELECT github_id, id FROM careful_{table}").fetchall())

    def _put(self, table: str, rows: list[tuple[Any, ...]], conflict: str) -> None:
        columns = ", ".join(_COLUMNS[table])
        insert = f"INSERT INTO careful_{table} ({columns})"
        if self._scratch.engine == "sqlite":
            places = ", ".join("?" * len(_COLUMNS[table]))
            self._bare.executemany(f"{insert} VALUES ({places}) ON CONFLICT {conflict}", rows)
            return
        cursor = self._bare.cursor()
        cursor.execute(
            f"CREATE TEMPORARY TABLE staged ON COMMIT DROP AS"
            f" SELECT {columns} FROM careful_{table} LIMIT 0"
        )
        with cursor.copy(f"COPY staged ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"{insert} SELECT {columns} FROM staged ON CONFLICT {conflict}")
        cursor.execute("DROP TABLE staged")

    def _entries(self) -> None:
        cases = " ".join(f"WHEN '{kind}' THEN {points}" for kind, points in WEIGHTS.items())
        self._bare.execute(
            f"INSERT INTO careful_entry ({', '.join(_COLUMNS['entry'])})"
            f" SELECT id, person_id, CASE kind {cases} END, {POSTED_AT}"
            " FROM careful_contribution WHERE TRUE ON CONFLICT DO NOTHING"
        )
