"""Create, name, tag and archive projects.

Inside the interval of an archival nothing is earned: archiving enqueues, in its own transaction,
the job that judges the project's work again and settles the people.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection

from django.db import IntegrityError, transaction

from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.jobs.services import enqueue
from laurels.apps.projects.errors import ProjectFaults, ProjectNotFound, StateConflict
from laurels.apps.projects.models import (
    Project,
    ProjectArchival,
    ProjectKind,
    ProjectTag,
    SlugHistory,
    Tag,
)
from laurels.apps.projects.naming import name_fault, slug_fault, tag_fault
from laurels.apps.projects.services.judging import judge_again

REBUILD = "standings.rebuild"
"""The job that makes everybody's standings anew; the standings room does it."""

_LONGEST = {"description": 1000, "difficulty": 20}


@transaction.atomic
def project_create(
    *,
    slug: str,
    name: str,
    kind: str = ProjectKind.PROJECT,
    description: str = "",
    difficulty: str = "",
    owner_login: str = "",
    founder: int | None = None,
    now: int,
    acting: Actor,
) -> Project:
    """Create a project; new repositories of `owner_login`, where given, will come to it.

    The contributor `founder`, where given, is its first owner.

    Raises ProjectFaults with everything that is wrong, a slug or owner that is taken included.
    """
    owner_key = owner_login.casefold()
    faults = [
        *_text_faults(slug=slug, name=name),
        *_length_faults(description=description, difficulty=difficulty),
    ]
    if kind not in ProjectKind.values:
        faults.append(("kind", f"must be one of {', '.join(ProjectKind.values)}"))
    if owner_key and Project.objects.filter(owner_key=owner_key).exists():
        faults.append(("owner_login", "another project takes this owner's repositories"))
    if faults:
        raise ProjectFaults(tuple(faults))
    project = Project(
        ref=secrets.token_hex(16),
        slug=slug,
        name=name.strip(),
        kind=kind,
        description=description,
        difficulty=difficulty,
        owner_key=owner_key,
        created_at=now,
    )
    _save(project)
    if founder is not None:
        project.roles.create(contributor_id=founder, role="owner", since=now)
    _record(acting, "project:create", project, now, after={"kind": project.kind})
    return project


@transaction.atomic
def project_rename(
    project_id: int, *, slug: str | None = None, name: str | None = None, now: int, acting: Actor
) -> Project:
    """Change slug or name; the old slug keeps leading here.

    Raises ProjectNotFound, ProjectFaults.
    """
    project = _access(project_id)
    new_slug = project.slug if slug is None else slug
    new_name = project.name if name is None else name
    faults = _text_faults(slug=new_slug, name=new_name, own=project)
    if faults:
        raise ProjectFaults(tuple(faults))
    if new_slug != project.slug:
        SlugHistory.objects.filter(project=project, slug=new_slug).delete()
        SlugHistory.objects.create(project=project, slug=project.slug)
    project.slug, project.name = new_slug, new_name.strip()
    _save(project)
    # Names may be those of people: the row says that it changed, not from what to what.
    _record(acting, "project:rename", project, now)
    return project


@transaction.atomic
def project_update(
    project_id: int,
    *,
    description: str | None = None,
    difficulty: str | None = None,
    now: int,
    acting: Actor,
) -> Project:
    """Change what a project says of itself; raises ProjectNotFound, ProjectFaults."""
    project = _access(project_id)
    project.description = project.description if description is None else description
    project.difficulty = project.difficulty if difficulty is None else difficulty
    faults = _length_faults(description=project.description, difficulty=project.difficulty)
    if faults:
        raise ProjectFaults(tuple(faults))
    project.save(update_fields=["description", "difficulty"])
    _record(acting, "project:update", project, now)
    return project


@transaction.atomic
def project_archive(
    project_id: int, *, reason: str, now: int, acting: Actor, at: int | None = None
) -> ProjectArchival:
    """Archive from `at` (default now) on; raises StateConflict where it is archived already."""
    project = _access(project_id)
    start = now if at is None else at
    try:
        with transaction.atomic():
            archival = project.archivals.create(starts_at=start)
    except IntegrityError:
        raise StateConflict("the project is archived already") from None
    _record(acting, "project:archive", project, now, after={"starts_at": start}, reason=reason)
    judge_again(project=project.pk, now=now, acting=acting)
    return archival


@transaction.atomic
def project_unarchive(project_id: int, *, reason: str, now: int, acting: Actor) -> ProjectArchival:
    """Let work count again from now on; raises StateConflict where it is not archived."""
    project = _access(project_id)
    archival = project.archivals.filter(ends_at=None).first()
    if archival is None:
        raise StateConflict("the project is not archived")
    ends_at = max(now, archival.starts_at)
    if not ProjectArchival.objects.filter(pk=archival.pk, ends_at=None).update(ends_at=ends_at):
        raise StateConflict("somebody else has just unarchived the project")
    archival.ends_at = ends_at
    before = {"starts_at": archival.starts_at}
    _record(acting, "project:unarchive", project, now, before=before, reason=reason)
    judge_again(project=project.pk, now=now, acting=acting)
    return archival


@transaction.atomic
def tags_set(project_id: int, keys: Collection[str], *, now: int, acting: Actor) -> tuple[str, ...]:
    """Give a project exactly these tags; returns them in order. Raises ProjectFaults.

    Boards of tags follow by a job, which needs everybody's standings.
    """
    project = _access(project_id)
    wanted = sorted({key.strip().lower() for key in keys})
    faults = tuple((f"tags.{key}", fault) for key in wanted if (fault := tag_fault(key)))
    if faults:
        raise ProjectFaults(faults)
    before = sorted(ProjectTag.objects.filter(project=project).values_list("tag__key", flat=True))
    if before == wanted:
        return tuple(wanted)
    Tag.objects.bulk_create([Tag(key=key) for key in wanted], ignore_conflicts=True)
    ProjectTag.objects.filter(project=project).exclude(tag__key__in=wanted).delete()
    ProjectTag.objects.bulk_create(
        [ProjectTag(project=project, tag=tag) for tag in Tag.objects.filter(key__in=wanted)],
        ignore_conflicts=True,
    )
    _record(acting, "project:tag", project, now, before=before, after=wanted)
    # No dedupe key: one that runs may have passed by the people concerned.
    enqueue(REBUILD, {}, now=now, acting=acting)
    return tuple(wanted)


def _access(project_id: int) -> Project:
    project = Project.objects.filter(pk=project_id).first()
    if project is None:
        raise ProjectNotFound("no such project")
    return project


def _text_faults(*, slug: str, name: str, own: Project | None = None) -> list[tuple[str, str]]:
    faults = []
    if own is None or slug != own.slug:
        fault = slug_fault(slug) or ("is taken" if _is_taken(slug, own) else "")
        if fault:
            faults.append(("slug", fault))
    if fault := name_fault(name):
        faults.append(("name", fault))
    return faults


def _length_faults(**texts: str) -> list[tuple[str, str]]:
    return [
        (field, f"has more than {_LONGEST[field]} characters")
        for field, text in texts.items()
        if len(text) > _LONGEST[field]
    ]


def _is_taken(slug: str, own: Project | None) -> bool:
    if Project.objects.filter(slug=slug).exists():
        return True
    return SlugHistory.objects.filter(slug=slug).exclude(project=own).exists()


def _save(project: Project) -> None:
    try:
        with transaction.atomic():
            project.save()
    except IntegrityError:
        raise ProjectFaults((("slug", "is taken"),)) from None


def _record(
    acting: Actor,
    action: str,
    project: Project,
    now: int,
    *,
    before: object = None,
    after: object = None,
    reason: str = "",
) -> None:
    record(
        acting=acting,
        action=action,
        subject=f"project:{project.ref}",
        before=before,
        after=after,
        reason=reason,
        now=now,
    )
