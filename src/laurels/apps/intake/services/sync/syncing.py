"""Sync one repository, person or organisation: from a name to a report.

Read, then write: GitHub is asked outside any transaction, each page is written in one of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from laurels.adapters.github.client import GitHub, GitHubFault
from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.intake.models_sync import SubjectKind
from laurels.apps.intake.selectors_sync import Gap, gaps_of
from laurels.apps.intake.services.sync.errors import SubjectMissing, SyncRefused
from laurels.apps.intake.services.sync.runs import coverage_of, run_begin, run_release
from laurels.apps.intake.services.sync.subjects import Found, subject_find, subject_keep
from laurels.apps.intake.services.sync.walking import Walk
from laurels.apps.people.selectors import refs_of
from laurels.apps.projects.register import Register
from laurels.apps.projects.services import repositories_observe
from laurels.domain.lifecycle import RepositoryFact
from laurels.domain.windows import window_of_sync
from laurels.kit.clock import Clock
from laurels.kit.times import format_instant


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which window a sync is asked to read; all None means on from where it is covered."""

    since: int | None = None
    until: int | None = None
    backfill_days: int | None = None

    @property
    def is_explicit(self) -> bool:
        """Tell whether anything was asked for."""
        return (self.since, self.until, self.backfill_days) != (None, None, None)


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync read and what came of it; `user_id` (a row) and `user_ref` of a person's."""

    subject_id: int
    kind: str
    name: str
    github_id: int
    user_id: int | None
    window_start: int
    window_end: int
    pull_requests: int
    issues: int
    metadata_ok: bool
    requests: int
    open_gaps: tuple[Gap, ...]
    withheld: int
    entries_posted: int
    run_id: int = 0
    user_ref: str = ""

    @property
    def gaps(self) -> int:
        """How many gaps the window has."""
        return len(self.open_gaps)

    def as_dict(self) -> dict[str, Any]:
        """Return it with the keys that scripts rely on (spec/metrics.md §4, and `requests`)."""
        told: dict[str, Any] = {
            "window_start": format_instant(self.window_start),
            "window_end": format_instant(self.window_end),
            "pr_count": self.pull_requests,
            "metadata_ok": self.metadata_ok,
            "requests": self.requests,
            "gaps": self.gaps,
            "gap_list": [_gap_told(gap) for gap in self.open_gaps],
            "private_left_out": self.withheld,
            "entries_posted": self.entries_posted,
        }
        if self.kind == SubjectKind.USER:
            return {"user_id": str(UUID(self.user_ref)), "github_login": self.name, **told}
        key = "repository" if self.kind == SubjectKind.REPOSITORY else "organization"
        return {key: self.name, "github_id": self.github_id, **told, "issue_count": self.issues}


def _gap_told(gap: Gap) -> dict[str, Any]:
    told = asdict(gap)
    told["from"], told["to"] = (format_instant(told.pop(name)) for name in ("starts_at", "ends_at"))
    return told


Progress = Callable[[int], None]


def _silent(number: int) -> None:
    """Show nothing."""


def sync(
    kind: str,
    name: str,
    *,
    github: GitHub,
    clock: Clock,
    acting: Actor,
    wanted: Wanted | None = None,
    register: Register | None = None,
    bot_logins: Collection[str] = (),
    expected: int | None = None,
    progress: Progress = _silent,
    ref: str = "",
    begun: Progress = _silent,
) -> Synced:
    """Sync what has this name at GitHub now, on from its checkpoint where one was left.

    `expected` is the numeric id that the name must lead to: another one's means that it was
    reused, which is SubjectMissing. `progress` is called after each page with the rows so far,
    `begun` with the run's number before the first. `ref` is the reference reserved for a person who
    is not known yet. Whoever has a person read is on record, by the references of both.
    Raises SubjectMissing, SyncLocked, SyncRefused, or what the client raises; what was read before
    is committed, and the next call goes on from there.
    """
    asked, before = wanted or Wanted(), github.core.requests_here
    github = _of_owner(github, kind, name)
    found = subject_find(kind, name, github, now=clock.now())
    if expected is not None and found.github_id != expected:
        raise SubjectMissing("the name belongs to something else by now")
    registering = register or Register.none()
    _learn(found, registering, clock.now(), acting)
    subject, contributor = subject_keep(found, now=clock.now(), acting=acting, ref=ref)
    user_ref = "" if contributor is None else refs_of([contributor])[contributor]
    if user_ref and acting.is_person:
        subject_of = f"contributor:{user_ref}"
        record(acting=acting, action="person:sync", subject=subject_of, now=clock.now())
    try:
        window = window_of_sync(
            coverage_of(subject.pk),
            since=asked.since,
            until=asked.until,
            backfill_days=asked.backfill_days,
            now=clock.now(),
        )
    except ValueError as error:
        raise SyncRefused(str(error)) from None
    run = run_begin(subject, window, is_asked=asked.is_explicit, now=clock.now())
    begun(run.pk)
    walk = Walk(
        subject, run, contributor, github, clock, registering, tuple(bot_logins), acting, progress
    )
    try:
        walk.go()
    except Exception as error:
        reason = getattr(error, "code", type(error).__name__)
        text = f"{reason}: {error}" if isinstance(error, GitHubFault) else str(reason)
        run_release(run, requests=walk.spent(), error=text, now=clock.now())
        raise
    return Synced(
        subject_id=subject.pk,
        kind=kind,
        name=subject.name,
        github_id=subject.github_id,
        user_id=contributor,
        window_start=run.window_start,
        window_end=run.window_end,
        pull_requests=run.pull_requests,
        issues=run.issues,
        metadata_ok=found.person is None or found.person.third is not None,
        requests=github.core.requests_here - before,
        open_gaps=gaps_of(subject.pk, run.window_start, run.window_end),
        withheld=walk.withheld,
        entries_posted=walk.entries_posted,
        run_id=run.pk,
        user_ref=user_ref,
    )


def _of_owner(github: GitHub, kind: str, name: str) -> GitHub:
    """Ask as our App where it is installed on the owner: it may see what is private there."""
    if kind == SubjectKind.USER:
        return github
    return github.of_owner(name.partition("/")[0])


def _learn(found: Found, register: Register, now: int, acting: Actor) -> None:
    """Learn the name and flags of a synced repository; register it where that is wanted."""
    seen = found.repository
    if seen is None or seen.full_name is None:
        return
    owner_login = seen.full_name.partition("/")[0]
    fact = RepositoryFact(
        seen.id,
        seen.full_name,
        owner_login,
        None if seen.owner is None else seen.owner.id,
        seen.fork,
        seen.private,
        None if seen.topics is None else tuple(seen.topics),
        found.at,
    )
    repositories_observe([fact], register=register, now=now, acting=acting)
