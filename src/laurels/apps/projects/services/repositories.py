"""Move repositories between projects, and disable them.

Where work counts and whether it earns follows by itself: each of these enqueues, in its own
transaction, the job that judges the work concerned again and settles the people.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction

from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.projects.errors import ProjectNotFound, RepositoryNotFound, StateConflict
from laurels.apps.projects.models import (
    DisableCause,
    Project,
    Repository,
    RepositoryDisablement,
    RepositoryMembership,
)
from laurels.apps.projects.services.judging import judge_again
from laurels.apps.projects.services.registering import backfill_enqueue


@transaction.atomic
def repository_move(
    repository_id: int, project_id: int, *, now: int, acting: Actor, at: int | None = None
) -> RepositoryMembership:
    """Let the repository belong to the project from `at` (default now) on.

    Work opened earlier keeps counting for the project it had. Raises RepositoryNotFound,
    ProjectNotFound, and StateConflict where it is there already, moved since, or moved later.
    """
    repository = _access(repository_id)
    project = Project.objects.filter(pk=project_id).first()
    if project is None:
        raise ProjectNotFound("no such project")
    start = now if at is None else at
    current = repository.memberships.filter(ends_at=None).select_related("project").first()
    if current is not None:
        if current.project_id == project.pk:
            raise StateConflict("the repository belongs to this project already")
        if current.starts_at is not None and current.starts_at >= start:
            raise StateConflict("the repository came to its project after that time")
        closed = RepositoryMembership.objects.filter(pk=current.pk, ends_at=None)
        if not closed.update(ends_at=start):
            raise StateConflict("somebody else has just moved the repository")
    try:
        with transaction.atomic():
            opened = repository.memberships.create(
                project=project, starts_at=None if current is None else start
            )
    except IntegrityError:
        raise StateConflict("somebody else has just moved the repository") from None
    record(
        acting=acting,
        action="repository:move",
        subject=f"repository:{repository.pk}",
        before=None if current is None else {"project": current.project.ref},
        after={"project": project.ref, "at": start},
        now=now,
    )
    judge_again(repository=repository.pk, now=now, acting=acting)
    return opened


@transaction.atomic
def repository_disable(
    repository_id: int,
    *,
    reason: str,
    now: int,
    acting: Actor,
    at: int | None = None,
    cause: str = DisableCause.MANUAL,
) -> RepositoryDisablement:
    """Let nothing in the repository earn from `at` (default now) on; raises StateConflict.

    `cause` is one of DisableCause; `reason` says it in words, which must name nobody.
    """
    repository = _access(repository_id)
    start = now if at is None else at
    try:
        with transaction.atomic():
            disablement = repository.disablements.create(
                starts_at=start, reason=reason, cause=DisableCause(cause)
            )
    except IntegrityError:
        raise StateConflict("the repository is disabled already") from None
    record(
        acting=acting,
        action="repository:disable",
        subject=f"repository:{repository.pk}",
        after={"starts_at": start, "cause": str(cause)},
        reason=reason,
        now=now,
    )
    judge_again(repository=repository.pk, now=now, acting=acting)
    return disablement


@transaction.atomic
def repository_enable(
    repository_id: int, *, reason: str, now: int, acting: Actor
) -> RepositoryDisablement:
    """Let work earn again from now on; raises StateConflict where it is not disabled."""
    repository = _access(repository_id)
    disablement = repository.disablements.filter(ends_at=None).first()
    if disablement is None:
        raise StateConflict("the repository is not disabled")
    ends_at = max(now, disablement.starts_at)
    still = RepositoryDisablement.objects.filter(pk=disablement.pk, ends_at=None)
    if not still.update(ends_at=ends_at):
        raise StateConflict("somebody else has just enabled the repository")
    disablement.ends_at = ends_at
    record(
        acting=acting,
        action="repository:enable",
        subject=f"repository:{repository.pk}",
        before={"starts_at": disablement.starts_at},
        reason=reason,
        now=now,
    )
    judge_again(repository=repository.pk, now=now, acting=acting)
    # What happened meanwhile may never have been delivered.
    if repository.hooks.filter(state="active").exists():
        backfill_enqueue(repository.pk, now=now, acting=acting)
    return disablement


def _access(repository_id: int) -> Repository:
    repository = Repository.objects.filter(pk=repository_id).first()
    if repository is None:
        raise RepositoryNotFound("no such repository")
    return repository
