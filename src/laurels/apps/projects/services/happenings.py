"""Disable repositories by what GitHub says happened to them, and end that again.

Guarantee: the intervals are a function of the set of events told and of when somebody here enabled
the repository, so order and repetition do not matter and what a person decided stands. While a
repository is disabled by hand, nothing without an end is added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from laurels.apps import sql
from laurels.apps.audit.actors import SYSTEM, Actor
from laurels.apps.audit.services import record
from laurels.apps.jobs.services import enqueue
from laurels.apps.projects.models import (
    DisableCause,
    RegistrationStep,
    RepositoryDisablement,
    RepositoryHook,
)
from laurels.apps.projects.models_registering import HookState, Step, StepState
from laurels.apps.projects.services.registering import CONNECT, backfill_enqueue

Told = tuple[int, str]
"""(at, GitHub's word for what happened)."""

GIVEN_AWAY, GIVEN_BACK = "given_away", "transferred"
"""GitHub's `transferred`, by whether the new owner is one of the program's."""
RIGHTS_GONE = "rights_lost"
"""Not a word of GitHub's: nobody on the project's team administers the repository any more."""

BEGINS = {
    "privatized": DisableCause.PRIVATISED,
    "deleted": DisableCause.DELETED,
    "archived": DisableCause.ARCHIVED,
    GIVEN_AWAY: DisableCause.TRANSFERRED,
    RIGHTS_GONE: DisableCause.RIGHTS_LOST,
}
ENDS = {
    "publicized": DisableCause.PRIVATISED,
    "created": DisableCause.DELETED,
    "unarchived": DisableCause.ARCHIVED,
    GIVEN_BACK: DisableCause.TRANSFERRED,
}
"""A repository that was deleted may be restored: then it is `created` again with its old id.

Rights that were lost come back when somebody here proves to have them, which enables it.
"""

ENABLED = "enabled"
"""A person here let the repository earn again, whatever it was disabled by."""

_NEVER = 2**62
_REASONS = {
    DisableCause.PRIVATISED: "made private on GitHub",
    DisableCause.DELETED: "deleted on GitHub",
    DisableCause.ARCHIVED: "archived on GitHub",
    DisableCause.TRANSFERRED: "given to another owner on GitHub",
    DisableCause.RIGHTS_LOST: "nobody on the team administers it on GitHub",
}


@dataclass(frozen=True, slots=True)
class Interval:
    """[starts_at, ends_at): disabled for this cause; None is without an end."""

    cause: str
    starts_at: int
    ends_at: int | None


def intervals_of(told: Iterable[Told]) -> list[Interval]:
    """Return when a repository of these events is disabled, one interval after the other (pure).

    Where two causes overlap, the one that began first is told until it ends.
    """
    # At one second what takes away comes last: a repository is rather disabled than not.
    steps = sorted(told, key=lambda one: (one[0], one[1] in BEGINS))
    raw: list[tuple[int, int, DisableCause]] = []
    for cause in _REASONS:
        since: int | None = None
        for at, action in steps:
            if since is None and BEGINS.get(action) is cause:
                since = at
            elif since is not None and (action == ENABLED or ENDS.get(action) is cause):
                raw.append((since, at, cause))
                since = None
        if since is not None:
            raw.append((since, _NEVER, cause))
    found: list[Interval] = []
    until = 0
    for starts_at, ends_at, cause in sorted(raw):
        if ends_at > max(until, starts_at):
            end = None if ends_at == _NEVER else ends_at
            found.append(Interval(cause, max(until, starts_at), end))
            until = ends_at
    return found


def disablements_follow(
    told: Mapping[int, Iterable[Told]], *, now: int, acting: Actor
) -> frozenset[int]:
    """Bring the intervals of these repositories in line with all that was told of each.

    Runs in the caller's transaction; returns the repositories whose work has to be judged again.
    One that counts again is read from GitHub, where it has a hook.
    """
    where, parameters = sql.in_ids("repository_id", told)
    rows: dict[int, list[RepositoryDisablement]] = {repository: [] for repository in told}
    for row in RepositoryDisablement.objects.extra(where=[where], params=parameters).order_by("pk"):
        rows[row.repository_id].append(row)
    changed = set()
    for repository in sorted(told):
        was_disabled = any(row.ends_at is None for row in rows[repository])
        if _follow(repository, set(told[repository]), rows[repository]):
            changed.add(repository)
            if was_disabled:
                _resume(repository, now=now, acting=acting)
            record(
                acting=acting,
                action="repository:follow",
                subject=f"repository:{repository}",
                reason="told by GitHub",
                now=now,
            )
    return frozenset(changed)


def _follow(repository: int, told: set[Told], rows: list[RepositoryDisablement]) -> bool:
    own = [row for row in rows if row.cause in _REASONS]
    ends = {at for at, action in told if action in ENDS}
    by_hand = {
        (row.ends_at, ENABLED)
        for row in rows
        if row.ends_at is not None and (row not in own or row.ends_at not in ends)
    }
    wanted = {(one.cause, one.starts_at): one.ends_at for one in intervals_of(told | by_hand)}
    is_changed = False
    for row in own:
        ends_at = wanted.pop((row.cause, row.starts_at), row.starts_at)
        if ends_at == row.starts_at:
            RepositoryDisablement.objects.filter(pk=row.pk).delete()
            rows.remove(row)
        elif ends_at != row.ends_at:
            RepositoryDisablement.objects.filter(pk=row.pk).update(ends_at=ends_at)
            row.ends_at = ends_at
        else:
            continue
        is_changed = True
    is_open = any(row.ends_at is None for row in rows)
    for (cause, starts_at), ends_at in wanted.items():
        if ends_at is None and is_open:
            continue  # it is disabled by hand: that has an end when somebody says so
        RepositoryDisablement.objects.create(
            repository_id=repository,
            cause=cause,
            reason=_REASONS[DisableCause(cause)],
            starts_at=starts_at,
            ends_at=ends_at,
        )
        is_changed = True
    return is_changed


def _resume(repository: int, *, now: int, acting: Actor) -> None:
    """Have what was missed read, unless the repository is still disabled."""
    is_disabled = RepositoryDisablement.objects.filter(repository=repository, ends_at=None)
    hooks = RepositoryHook.objects.filter(repository=repository, state=HookState.ACTIVE)
    if hooks.exists() and not is_disabled.exists():
        backfill_enqueue(repository, now=now, acting=acting)


def hook_pinged(hook_id: int, *, at: int) -> None:
    """Note that GitHub greeted a hook of ours; a registration that waited for it goes on."""
    hooks = RepositoryHook.objects.filter(hook_id=hook_id)
    hooks.filter(Q(ping_at=None) | Q(ping_at__lt=at)).update(ping_at=at)
    steps = RegistrationStep.objects.filter(
        step=Step.PING, registration__repository__in=hooks.values("repository")
    ).exclude(state__in=(StepState.DONE, StepState.SKIPPED))
    waiting = list(steps.values_list("registration_id", flat=True))
    steps.update(state=StepState.DONE, error="", detail="", changed_at=at)
    for registration in waiting:
        enqueue(CONNECT, {"registration": registration}, now=at, acting=SYSTEM)
