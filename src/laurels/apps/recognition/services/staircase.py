"""The one staircase: ledger, boards, tiers and the certificate outbox of some people.

Guarantee: the four move in one transaction a group, the one that wrote the facts where there is
such a one; whoever reads sees all of it or nothing, and a crash leaves either. A person who cannot
be settled, in appraisal or found by halving a group that fails, is named and left at their last
amount, and all others are settled. Settles are serial: the chain head is locked first.
Not guaranteed: that certificates are made; the outbox and its job do that, outside.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from django.db import OperationalError, ProgrammingError, transaction

from laurels.apps import sql
from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.jobs.services import enqueue
from laurels.apps.recognition.services.tiers import tiers_update
from laurels.apps.scoring.models import Season
from laurels.apps.scoring.rulebook import NoRuleset, rulebook
from laurels.apps.scoring.selectors import dirty_count, dirty_group
from laurels.apps.scoring.services import reconcile
from laurels.apps.scoring.services.post import lock_chain
from laurels.apps.standings.selectors import bans_turned, renamed_or_banned
from laurels.apps.standings.services import standings_update
from laurels.kit.collector import collector_paused

GROUP = 10_000
ISSUE = "certificates.issue"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Settled:
    """What a settle came to; `failed` has (contributor id, reason)."""

    people: int = 0
    examined: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    entries_posted: int = 0
    certificates_queued: int = 0
    failed: tuple[tuple[int, str], ...] = ()

    def __add__(self, other: Settled) -> Settled:
        """Add up two groups; who failed twice is named once."""
        failed = dict(self.failed) | dict(other.failed)
        return Settled(
            people=self.people + other.people,
            examined=self.examined + other.examined,
            created=self.created + other.created,
            changed=self.changed + other.changed,
            unchanged=self.unchanged + other.unchanged,
            entries_posted=self.entries_posted + other.entries_posted,
            certificates_queued=self.certificates_queued + other.certificates_queued,
            failed=tuple(sorted(failed.items())),
        )


def settle(
    contributor_ids: Collection[int],
    *,
    acting: Actor,
    source: str,
    now: int,
    progress: Progress | None = None,
) -> Settled:
    """Settle these people, one transaction a group of at most ten thousand.

    `source` is what the entries name: a delivery, an import, a job or an audit row. Raises
    NoRuleset when nothing is published.
    """
    people = sorted(set(contributor_ids))
    _note(len(people), acting=acting, source=source, now=now)
    total = Settled()
    for start in range(0, len(people), GROUP):
        total += _settle_group(people[start : start + GROUP], (), acting, source, now)
        if progress:
            progress(min(start + GROUP, len(people)), len(people))
    return total


def settle_dirty(
    *, acting: Actor, source: str, now: int, progress: Progress | None = None
) -> Settled:
    """Settle everybody who is marked dirty, in groups, until no mark is left but of who failed.

    Killed between groups, the marks that remain are settled by the next call.
    """
    total, failed = Settled(), set[int]()
    waiting, done = dirty_count(), 0
    _note(waiting, acting=acting, source=source, now=now)
    while True:
        people, marks = dirty_group(GROUP + len(failed))
        if not set(people) - failed:
            break
        group = _settle_group(people, marks, acting, source, now)
        failed |= {person for person, _ in group.failed}
        done += len(people)
        total += group
        if progress:
            progress(min(done, waiting), max(done, waiting))
    return total


def settle_what_waits(*, acting: Actor, source: str, now: int) -> Settled:
    """Settle everybody who is marked dirty; without a program nobody, and the marks wait."""
    try:
        return settle_dirty(acting=acting, source=source, now=now)
    except NoRuleset:
        return Settled()


def settle_marks(after: int, *, acting: Actor, source: str, now: int) -> Settled:
    """Settle those whom the caller's transaction marked: with marks numbered beyond `after`.

    Others who are marked wait for `settle_dirty`; a person's older marks go with the next one.
    """
    rows = sql.fetch("SELECT id, contributor_id FROM scoring_dirtymark WHERE id > %s", [after])
    people = sorted({row[1] for row in rows})
    _note(len(people), acting=acting, source=source, now=now)
    total = Settled()
    for start in range(0, len(people), GROUP):
        group = people[start : start + GROUP]
        named = frozenset(group)
        marks = [mark for mark, person in rows if person in named]
        total += _settle_group(group, marks, acting, source, now)
    return total


@transaction.atomic
def ranks_refresh(*, now: int) -> int:
    """Give and take the ranks of people whose ban began or ended lately; return rows changed."""
    people = bans_turned(now)
    if not people:
        return 0
    lock_chain()
    return standings_update(people, now=now)


def _settle_group(
    group: list[int], marks: Sequence[int], acting: Actor, source: str, now: int
) -> Settled:
    """Settle a group in one transaction, or where that fails its halves, each in one."""
    try:
        with collector_paused(), transaction.atomic():
            return _climb(group, marks, acting, source, now)
    except Exception as fault:
        if _is_nobodys_fault(fault):
            raise
        if len(group) == 1:
            reason = f"{type(fault).__name__}: {fault}"[:500]
            return Settled(people=1, failed=((group[0], reason),))
        middle = len(group) // 2
        halves = (group[:middle], group[middle:])
        return sum(
            (_settle_group(half, _marks_of(half, marks), acting, source, now) for half in halves),
            Settled(),
        )


def _is_nobodys_fault(fault: Exception) -> bool:
    """Tell whether there are no rules, no database or no such table, so that halving is in vain.

    SQLite calls a sum beyond its integers an operational error too, and that is somebody's.
    """
    if isinstance(fault, OperationalError):
        return "overflow" not in str(fault)
    return isinstance(fault, NoRuleset | ProgrammingError)


def _climb(group: list[int], marks: Sequence[int], acting: Actor, source: str, now: int) -> Settled:
    book, seasons = rulebook(), list(Season.objects.order_by("pk"))
    done = reconcile(
        group,
        marks=marks,
        source=source,
        now=now,
        acting=acting,
        book=book,
        seasons=[(one.pk, one.key, one.starts_at, one.ends_at) for one in seasons],
    )
    touched = done.touched | renamed_or_banned(group)
    standings_update(touched, now=now, seasons=seasons)
    queued = tiers_update(touched, now=now, seasons=seasons, book=book)
    if queued:
        enqueue(ISSUE, {}, dedupe_key=ISSUE, now=now, acting=acting)
    return Settled(
        people=len(group),
        examined=done.examined,
        created=done.created,
        changed=done.changed,
        unchanged=done.unchanged,
        entries_posted=done.entries_posted,
        certificates_queued=queued,
        failed=tuple(done.failed),
    )


def _marks_of(people: Collection[int], marks: Sequence[int]) -> list[int]:
    """Return those of the marks that name these people."""
    if not marks:
        return []
    of_marks, ids = sql.in_ids("id", marks)
    of_people, named = sql.in_ids("contributor_id", people)
    found = sql.fetch(
        f"SELECT id FROM scoring_dirtymark WHERE {of_marks} AND {of_people}", [*ids, *named]
    )
    return [row[0] for row in found]


def _note(people: int, *, acting: Actor, source: str, now: int) -> None:
    """Leave the audit row of a person's settle first: the audit chain is locked before ours."""
    if acting.is_person and people:
        record(
            acting=acting,
            action="points:settle",
            subject=source,
            after={"people": people},
            now=now,
        )
