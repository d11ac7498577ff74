"""Importing files: check all, read each, write in batches, settle once, log."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction

from laurels.adapters.gharchive import Losses, SourceFile, check, coverage, read
from laurels.apps import sql
from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.intake.models import ImportedFile, ImportRun
from laurels.apps.intake.services.batches import Batches, Seen
from laurels.apps.projects.register import Register
from laurels.apps.recognition.services import settle_dirty
from laurels.domain.lifecycle import Observation
from laurels.kit.clock import Clock
from laurels.kit.times import format_instant

Progress = Callable[[str, int, int], None]
"""Called with (what is being done, done, of how many)."""


@dataclass(slots=True)
class ImportReport:
    """What an import read and what came of it; the keys that scripts rely on.

    `broken_lines` and `truncated_files` name the first twenty with file, line and reason; their
    full numbers are in `losses`. `contributions` and the subjects are those the files speak of,
    whether they were new or not.
    """

    events_read: int = 0
    events_by_type: dict[str, int] = field(default_factory=dict)
    broken_lines: list[dict[str, Any]] = field(default_factory=list)
    truncated_files: list[dict[str, Any]] = field(default_factory=list)
    losses: dict[str, int] = field(default_factory=dict)
    pull_requests: int = 0
    merged: int = 0
    issues: int = 0
    reviews: int = 0
    people: int = 0
    contributions: dict[str, int] = field(default_factory=dict)
    unattributed: int = 0
    entries_posted: int = 0
    certificates_queued: int = 0
    failed: list[dict[str, str]] = field(default_factory=list)
    seconds: int = 0

    @property
    def has_losses(self) -> bool:
        """Tell whether anything of the files could not be read."""
        return bool(self.losses.get("broken_lines") or self.losses.get("truncated_files"))


@dataclass(frozen=True, slots=True)
class Filters:
    """Which events of the files count: repositories and owners by name, [since, until)."""

    repositories: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()
    since: int | None = None
    until: int | None = None

    def lets(self, one: Observation) -> bool:
        """Tell whether an observation is wanted."""
        repository = one.repository
        if self.repositories and repository.full_name.casefold() not in self.repositories:
            return False
        if self.owners and repository.owner_login.casefold() not in self.owners:
            return False
        if self.since is not None and repository.at < self.since:
            return False
        return self.until is None or repository.at < self.until

    @property
    def is_open(self) -> bool:
        """Tell whether everything is let through."""
        return self == Filters()


def _silent(what: str, done: int, total: int) -> None:
    """Show nothing."""


def import_gharchive(
    paths: Sequence[str | Path],
    *,
    register: Register,
    clock: Clock,
    acting: Actor,
    bot_logins: Collection[str] = (),
    filters: Filters | None = None,
    progress: Progress = _silent,
) -> ImportReport:
    """Import GH Archive files; raises `Refused` before anything is read when one cannot be.

    Reading the same files again, in any order or split, posts nothing and changes nothing but the
    import log.
    """
    sources = check(paths)
    run = _Run(clock, acting, progress)
    return run.take(sources, register, bot_logins, filters or Filters())


@dataclass(slots=True)
class _Run:
    """One import from the first file to the log."""

    clock: Clock
    acting: Actor
    progress: Progress
    report: ImportReport = field(default_factory=ImportReport)

    def take(
        self,
        sources: list[SourceFile],
        register: Register,
        bot_logins: Collection[str],
        filters: Filters,
    ) -> ImportReport:
        """Read all files, settle, log."""
        started, losses, seen = self.clock.now(), Losses(), Seen()
        seen.begin()
        batches = Batches(register, bot_logins, started, self.acting, seen)
        events: Counter[str] = Counter()
        files = []
        for index, source in enumerate(sources):
            self.progress(source.name, index, len(sources))
            reading = read(source, losses)
            for chunk in reading.observations():
                batches.add(one for _, one in chunk if filters.is_open or filters.lets(one))
            events += reading.events_by_type
            files.append((source, reading.sha256 or "", reading.events_read))
        batches.flush()
        self.progress("reading", len(sources), len(sources))
        self._finish(started, events, losses, seen, "gharchive")
        self._log(started, files, losses, "gharchive")
        return self.report

    def _finish(
        self, started: int, events: Counter[str], losses: Losses, seen: Seen, door: str
    ) -> None:
        report = self.report
        settled = settle_dirty(
            acting=self.acting,
            source=f"import:{secrets.token_hex(8)}",
            now=self.clock.now(),
            progress=self.progress,
        )
        report.events_read = events.total()
        report.events_by_type = dict(sorted(events.items()))
        report.broken_lines = [asdict(one) for one in losses.broken]
        report.truncated_files = [asdict(one) for one in losses.truncated]
        report.losses = {
            "broken_lines": losses.broken_lines,
            "truncated_files": losses.truncated_files,
        }
        for name, count in seen.counts().items():
            setattr(report, name, count)
        report.contributions = seen.contributions()
        seen.end()
        report.entries_posted = settled.entries_posted
        report.certificates_queued = settled.certificates_queued
        report.failed = settled.failed
        report.seconds = self.clock.now() - started

    @transaction.atomic
    def _log(
        self,
        started: int,
        files: Iterable[tuple[SourceFile, str, int]],
        losses: Losses,
        door: str,
    ) -> None:
        run = ImportRun.objects.create(
            door=door,
            started_at=started,
            finished_at=self.clock.now(),
            actor=self.acting.name,
            summary=json.dumps(asdict(self.report), sort_keys=True),
        )
        rows = []
        for source, sha256, events_read in files:
            broken = [asdict(one) for one in losses.broken if one.file == source.name]
            cut = any(one.file == source.name for one in losses.truncated)
            hours = coverage([source], losses)
            covered = {format_instant(hour): "present" for hour in hours.present}
            covered |= {format_instant(hour): "short" for hour in hours.short}
            rows.append(
                (run.pk, source.name, sha256, source.size_bytes, events_read, json.dumps(broken),
                 cut, json.dumps(covered))
            )  # fmt: skip
        sql.insert(
            ImportedFile,
            ("run", "name", "sha256", "size_bytes", "events_read", "broken_lines",
             "is_truncated", "coverage"),
            rows,
        )  # fmt: skip
        record(
            acting=self.acting,
            action="import:run",
            subject=f"import:{run.pk}",
            after={"files": len(rows), "entries_posted": self.report.entries_posted},
            now=self.clock.now(),
        )


def import_rest(
    kind: str,
    paths: Sequence[str | Path],
    *,
    register: Register,
    clock: Clock,
    acting: Actor,
    bot_logins: Collection[str] = (),
    progress: Progress = _silent,
) -> ImportReport:
    """Import bodies of GitHub's REST API (`pulls`, `reviews` or `issues`)."""
    raise NotImplementedError
