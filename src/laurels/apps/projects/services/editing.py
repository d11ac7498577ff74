"""Change everything that a form about a project holds, at once."""

from __future__ import annotations

from collections.abc import Callable, Collection

from django.db import transaction

from laurels.apps.audit.actors import Actor
from laurels.apps.projects.errors import ProjectFaults, ProjectNotFound
from laurels.apps.projects.models import Project
from laurels.apps.projects.services.projects import (
    project_create,
    project_rename,
    project_update,
    tags_set,
)


@transaction.atomic
def project_edit(
    project_id: int,
    *,
    slug: str | None = None,
    name: str | None = None,
    description: str,
    difficulty: str,
    tags: Collection[str],
    now: int,
    acting: Actor,
) -> Project:
    """Change what differs; nothing where anything is wrong. `slug` and `name` None: as they are.

    Raises ProjectNotFound, and ProjectFaults with the faults of all fields.
    """
    project = Project.objects.filter(pk=project_id).first()
    if project is None:
        raise ProjectNotFound("no such project")
    faults: list[tuple[str, str]] = []
    if (slug, name) != (None, None) and (slug, name) != (project.slug, project.name):
        _try(
            faults,
            lambda: project_rename(project_id, slug=slug, name=name, now=now, acting=acting),
        )
    if (description, difficulty) != (project.description, project.difficulty):
        _try(
            faults,
            lambda: project_update(
                project_id, description=description, difficulty=difficulty, now=now, acting=acting
            ),
        )
    _try(faults, lambda: tags_set(project_id, tags, now=now, acting=acting))
    if faults:
        raise ProjectFaults(tuple(faults))
    return Project.objects.get(pk=project_id)


@transaction.atomic
def project_found(
    *,
    slug: str,
    name: str,
    kind: str,
    description: str,
    difficulty: str,
    tags: Collection[str],
    founder: int | None,
    now: int,
    acting: Actor,
) -> Project:
    """Create a project with its tags; raises ProjectFaults with the faults of all fields."""
    project = project_create(
        slug=slug,
        name=name,
        kind=kind,
        description=description,
        difficulty=difficulty,
        founder=founder,
        now=now,
        acting=acting,
    )
    tags_set(project.pk, tags, now=now, acting=acting)
    return project


def _try(faults: list[tuple[str, str]], change: Callable[[], object]) -> None:
    try:
        with transaction.atomic():
            change()
    except ProjectFaults as error:
        faults.extend(error.faults)
