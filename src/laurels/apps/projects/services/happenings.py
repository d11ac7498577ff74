"""Disable repositories by what GitHub says happened to them, and end that again.

Guarantee: the intervals are a function of the set of events told, so their order and repetition do
not matter; what a person decided stands: an interval that somebody ended is not opened again, and
while a repository is disabled by hand nothing is added. Nothing is disabled before GitHub said so.
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
from laurels.apps.projects.models_registering import Step, StepState
from laurels.apps.projects.services.registering import CONNECT

Told = tuple[int, str]
"""(at, GitHub's word for what happened)."""

BEGINS = {"privatized": DisableCause.PRIVATISED, "deleted": DisableCause.DELETED}
ENDS = {"publicized": DisableCause.PRIVATISED, "created": DisableCause.DELETED}
"""A repository that was deleted may be restored: then it is `created` again with its old id."""

_REASONS = {
    DisableCause.PRIVATISED: "made private on GitHub",
    DisableCause.DELETED: "deleted on GitHub",
}


@dataclass(frozen=True, slots=True)
class Interval:
    """[starts_at, ends_at): disabled for this cause; None is without an end."""

    cause: str
    starts_at: int
    ends_at: int | None


def intervals_of(told: Iterable[Told]) -> list[Interval]:
    """Return when a repository of these events is disabled, cause by cause (pure)."""
    # At one second what takes away comes last: a repository is rather disabled than not.
    steps = sorted(told, key=lambda one: (one[0], one[1] in BEGINS))
    found: list[Interval] = []
    for cause in _REASONS:
        since: int | None = None
        for at, action in steps:
            if since is None and BEGINS.get(action) is cause:
                since = at
            elif since is not None and ENDS.get(action) is cause:
                found.append(Interval(cause, since, at))
                since = None
        if since is not None:
            found.append(Interval(cause, since, None))
    return found


def disablements_follow(
    told: Mapping[int, Iterable[Told]], *, now: int, acting: Actor
) -> frozenset[int]:
    """Bring the intervals of these repositories in line with all that was told of each.

    Runs in the caller's transaction; returns the repositories whose work has to be judged again.
    """
    where, parameters = sql.in_ids("repository_id", told)
    rows: dict[int, list[RepositoryDisablement]] = {repository: [] for repository in told}
    for row in RepositoryDisablement.objects.extra(where=[where], params=parameters).order_by("pk"):
        rows[row.repository_id].append(row)
    changed = set()
    for repository in sorted(told):
        if _follow(repository, intervals_of(told[repository]), rows[repository]):
            changed.add(repository)
            record(
                acting=acting,
                action="repository:follow",
                subject=f"repository:{repository}",
                reason="told by GitHub",
                now=now,
            )
    return frozenset(changed)


def _follow(repository: int, wanted: list[Interval], rows: list[RepositoryDisablement]) -> bool:
    own = {(row.cause, row.starts_at): row for row in rows if row.cause in _REASONS}
    is_changed = False
    for interval in wanted:
        row = own.pop((interval.cause, interval.starts_at), None)
        if row is not None:
            ends = [at for at in (row.ends_at, interval.ends_at) if at is not None]
            ends_at = min(ends, default=None)
            if ends_at != row.ends_at:
                RepositoryDisablement.objects.filter(pk=row.pk).update(ends_at=ends_at)
                row.ends_at, is_changed = ends_at, True
    # What began earlier than was known before takes the place of the later beginning.
    for row in own.values():
        RepositoryDisablement.objects.filter(pk=row.pk).delete()
        rows.remove(row)
        is_changed = True
    known = {(row.cause, row.starts_at) for row in rows}
    is_open = any(row.ends_at is None for row in rows)
    for interval in wanted:
        if (interval.cause, interval.starts_at) in known or (interval.ends_at is None and is_open):
            continue
        RepositoryDisablement.objects.create(
            repository_id=repository,
            cause=interval.cause,
            reason=_REASONS[DisableCause(interval.cause)],
            starts_at=interval.starts_at,
            ends_at=interval.ends_at,
        )
        is_open = is_open or interval.ends_at is None
        is_changed = True
    return is_changed


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
