"""Importing files: check all, read each, write in batches, settle once, log."""

from __future__ import annotations

import gc
import json
import secrets
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction

from laurels.adapters.gharchive import Losses, SourceFile, check, coverage, read
from laurels.adapters.gharchive.sources import file_digest
from laurels.adapters.github.bodies import BodyKind, check_bodies, read_bodies
from laurels.apps import sql
from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.intake.models import ImportedFile, ImportRun
from laurels.apps.intake.services.batches import Batches, Seen
from laurels.apps.people.selectors import logins_of
from laurels.apps.projects.register import Register
from laurels.apps.projects.selectors import repository_ids
from laurels.apps.recognition.services import settle_dirty
from laurels.apps.scoring.services import dirty_mark_due
from laurels.domain.lifecycle import Observation
from laurels.kit.clock import Clock
from laurels.kit.times import format_instant

_UNKNOWN = "import the pull requests first of repository "

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


@contextmanager
def _spared_heap() -> Iterator[None]:
    """Spare the garbage collector what is in memory already: an import makes it come often."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _silent(what: str, done: int, total: int) -> None:
    """Show nothing."""


@_spared_heap()
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
    run = _Run("gharchive", register, bot_logins, clock, acting, progress)
    run.begin()
    wanted = filters or Filters()
    takes_all = wanted == Filters()
    for index, source in enumerate(sources):
        progress(source.name, index, len(sources))
        reading = read(source, run.losses)
        for chunk in reading.observations():
            run.batches.add(one for _, one in chunk if takes_all or wanted.lets(one))
        run.events += reading.events_by_type
        run.files.append(
            _File(source.name, reading.sha256 or "", source.size_bytes, reading.events_read, source)
        )
    return run.end()


@_spared_heap()
def import_rest(
    kind: BodyKind,
    paths: Sequence[str | Path],
    *,
    register: Register,
    clock: Clock,
    acting: Actor,
    bot_logins: Collection[str] = (),
    progress: Progress = _silent,
) -> ImportReport:
    """Import bodies of GitHub's REST API; raises `Refused` before anything is read.

    Reviews and issues name their repository only in words: import its pull requests first, or the
    bodies are told as losses.
    """
    files = check_bodies(paths, kind)
    run = _Run("rest", register, bot_logins, clock, acting, progress)
    run.begin()
    for index, path in enumerate(files):
        progress(path.name, index, len(files))
        run.batches.flush()
        ids = repository_ids()
        events = 0
        for body in read_bodies(path, kind, run.losses):
            known = body.repository_id or ids.get(body.repository_name.casefold())
            if known is None:
                run.losses.add_broken(path.name, body.line, _UNKNOWN + body.repository_name)
                continue
            events += 1
            observation = body.observation(known)
            if observation is not None:
                run.batches.add([observation])
        run.events[kind.value] += events
        run.files.append(_File(path.name, file_digest(path), path.stat().st_size, events, None))
    return run.end()


def _nameless(reason: str) -> str:
    """Leave a repository's name, which holds its owner's, out of a reason."""
    return _UNKNOWN.rstrip() if reason.startswith(_UNKNOWN) else reason


@dataclass(frozen=True, slots=True)
class _File:
    """One file as the log keeps it; `source` where its name tells hours."""

    name: str
    sha256: str
    size_bytes: int
    events_read: int
    source: SourceFile | None


@dataclass(slots=True)
class _Run:
    """One import from the first file to the log."""

    door: str
    register: Register
    bot_logins: Collection[str]
    clock: Clock
    acting: Actor
    progress: Progress
    report: ImportReport = field(default_factory=ImportReport)
    losses: Losses = field(default_factory=Losses)
    events: Counter[str] = field(default_factory=Counter)
    files: list[_File] = field(default_factory=list)
    seen: Seen = field(default_factory=Seen)
    batches: Batches = field(init=False)
    _started: int = field(init=False)

    def begin(self) -> None:
        """Make ready to take observations."""
        self._started = self.clock.now()
        self.seen.begin()
        self.batches = Batches(
            self.register, self.bot_logins, self._started, self.acting, self.seen
        )

    def end(self) -> ImportReport:
        """Write what waits, settle everybody marked, count, log."""
        self.batches.flush()
        self.progress("reading", len(self.files), len(self.files))
        self._finish()
        self._log()
        return self.report

    def _finish(self) -> None:
        report, losses, events = self.report, self.losses, self.events
        # An import posts what has come due meanwhile, for whomever (spec/scoring.md §5).
        dirty_mark_due(self.clock.now())
        settled = settle_dirty(
            acting=self.acting,
            source=f"import:{secrets.token_hex(8)}",
            now=self.clock.now(),
            progress=lambda done, total: self.progress("settling", done, total),
        )
        report.events_read = events.total()
        report.events_by_type = dict(sorted(events.items()))
        report.broken_lines = [asdict(one) for one in losses.broken]
        report.truncated_files = [asdict(one) for one in losses.truncated]
        report.losses = {
            "broken_lines": losses.broken_lines,
            "truncated_files": losses.truncated_files,
        }
        for name, count in self.seen.counts().items():
            setattr(report, name, count)
        report.contributions = self.seen.contributions()
        self.seen.end()
        report.entries_posted = settled.entries_posted
        report.certificates_queued = settled.certificates_queued
        logins = logins_of([person for person, _ in settled.failed])
        report.failed = [
            {"login": logins[person], "reason": reason} for person, reason in settled.failed
        ]
        report.seconds = self.clock.now() - self._started

    @transaction.atomic
    def _log(self) -> None:
        run = ImportRun.objects.create(
            door=self.door,
            started_at=self._started,
            finished_at=self.clock.now(),
            actor=self.acting.name,
            summary=json.dumps(self._nameless(), sort_keys=True),
        )
        rows = [
            (run.pk, one.name, one.sha256, one.size_bytes, one.events_read,
             json.dumps([
                 asdict(loss) | {"reason": _nameless(loss.reason)}
                 for loss in self.losses.broken if loss.file == one.name
             ]),
             any(loss.file == one.name for loss in self.losses.truncated),
             json.dumps(self._covered(one)))
            for one in self.files
        ]  # fmt: skip
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

    def _nameless(self) -> dict[str, Any]:
        """Return the report as the log, which nobody can erase from, may keep it."""
        told = asdict(self.report)
        told["failed"] = [one["reason"] for one in self.report.failed]
        for loss in told["broken_lines"]:
            loss["reason"] = _nameless(loss["reason"])
        return told

    def _covered(self, file: _File) -> dict[str, str]:
        """Return the hours that a file's name promises, each present or short of something."""
        if file.source is None:
            return {}
        hours = coverage([file.source], self.losses)
        covered = {format_instant(hour): "present" for hour in hours.present}
        return covered | {format_instant(hour): "short" for hour in hours.short}
