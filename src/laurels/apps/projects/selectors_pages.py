"""Reads about projects that pages show."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, Subquery

from laurels.apps import sql
from laurels.apps.people.errors import NotFound
from laurels.apps.projects.models import (
    Project,
    ProjectArchival,
    Repository,
    RepositoryDisablement,
    SlugHistory,
    Tag,
)
from laurels.kit import cursors


class ProjectNotFound(NotFound):
    """There is no project at this address, and never was."""


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project in a list, with its tags and how many repositories it has now."""

    pk: int
    slug: str
    name: str
    kind: str
    description: str
    is_archived: bool
    tags: tuple[str, ...]
    repositories: int


@dataclass(frozen=True, slots=True)
class Projects:
    """Some projects; `next` is the cursor of the following ones, empty on the last page."""

    rows: tuple[ProjectRow, ...]
    next: str


def project_access(slug: str) -> Project:
    """Return the project of a slug, present or old; raises ProjectNotFound."""
    project = Project.objects.filter(slug=slug).first()
    if project is None:
        old = SlugHistory.objects.select_related("project").filter(slug=slug).first()
        if old is None:
            raise ProjectNotFound("no project has this slug")
        project = old.project
    return project


def projects_count() -> int:
    """Return how many projects there are."""
    return Project.objects.count()


def projects_page(
    *, search: str = "", after: str = "", limit: int | None = 40, now: int
) -> Projects:
    """Return projects by name, three statements for any number; raises InvalidCursor."""
    archived = ProjectArchival.objects.filter(project=OuterRef("pk"), starts_at__lte=now).filter(
        Q(ends_at=None) | Q(ends_at__gt=now)
    )
    found = Project.objects.annotate(is_archived=Exists(archived)).order_by("slug")
    if search:
        found = found.filter(Q(name__icontains=search) | Q(slug__icontains=search))
    if after:
        key = cursors.decode(after)
        if [type(part) for part in key] != [str]:
            raise cursors.InvalidCursor("this is the cursor of another list")
        found = found.filter(slug__gt=key[0])
    projects = list(found if limit is None else found[: limit + 1])
    shown = projects if limit is None else projects[:limit]
    ids = [project.pk for project in shown]
    tags, counts = _tags(ids), _repository_counts(ids, now)
    rows = tuple(
        ProjectRow(
            pk=one.pk,
            slug=one.slug,
            name=one.name,
            kind=one.kind,
            description=one.description,
            is_archived=one.is_archived,
            tags=tags.get(one.pk, ()),
            repositories=counts.get(one.pk, 0),
        )
        for one in shown
    )
    return Projects(rows, cursors.encode((rows[-1].slug,)) if len(projects) > len(rows) else "")


def tags_of(project: int) -> tuple[str, ...]:
    """Return the tags that a project carries."""
    return _tags([project]).get(project, ())


def _tags(projects: list[int]) -> dict[int, tuple[str, ...]]:
    where, ids = sql.in_ids("p.project_id", projects)
    found: dict[int, tuple[str, ...]] = {}
    for project, key in sql.fetch(
        "SELECT p.project_id, t.key FROM projects_projecttag p JOIN projects_tag t"
        f" ON t.id = p.tag_id WHERE {where} ORDER BY t.key",
        ids,
    ):
        found[project] = (*found.get(project, ()), key)
    return found


def _repository_counts(projects: list[int], now: int) -> dict[int, int]:
    where, ids = sql.in_ids("project_id", projects)
    return dict(
        sql.fetch(
            "SELECT project_id, COUNT(*) FROM projects_repositorymembership"
            f" WHERE {where} AND (starts_at IS NULL OR starts_at <= %s)"
            " AND (ends_at IS NULL OR ends_at > %s) GROUP BY project_id",
            [*ids, now, now],
        )
    )


def is_archived(project: int, now: int) -> bool:
    """Tell whether a project is archived now."""
    return (
        ProjectArchival.objects.filter(project_id=project, starts_at__lte=now)
        .filter(Q(ends_at=None) | Q(ends_at__gt=now))
        .exists()
    )


def repositories_of(project: int, now: int) -> list[Repository]:
    """Return the repositories that belong to a project now, by name; private ones are left out.

    Each says as `disabled_at` and `disabled_cause` whether it counts; None where it does.
    """
    disabled = RepositoryDisablement.objects.filter(repository=OuterRef("pk"), ends_at=None)
    return list(
        Repository.objects.annotate(
            disabled_at=Subquery(disabled.values("starts_at")),
            disabled_cause=Subquery(disabled.values("cause")),
        )
        .filter(memberships__project_id=project)
        .filter(Q(memberships__starts_at=None) | Q(memberships__starts_at__lte=now))
        .filter(Q(memberships__ends_at=None) | Q(memberships__ends_at__gt=now))
        .exclude(is_private=True)
        .order_by("full_name")
        .distinct()
    )


def scopes(limit: int = 30) -> tuple[list[tuple[str, str]], list[str]]:
    """Return (slug, name) of projects and the tags that a board can be chosen by."""
    projects = list(Project.objects.order_by("name", "slug").values_list("slug", "name")[:limit])
    tags = list(Tag.objects.order_by("key").values_list("key", flat=True)[:limit])
    return projects, tags


def tag_get(key: str) -> Tag | None:
    """Return a tag, or None."""
    return Tag.objects.filter(key=key).first()
