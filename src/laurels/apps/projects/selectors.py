"""Reads about projects and repositories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from laurels.apps import sql
from laurels.apps.projects.errors import ProjectNotFound, RepositoryNotFound
from laurels.apps.projects.models import (
    Project,
    ProjectArchival,
    ProjectTag,
    Repository,
    SlugHistory,
)

Interval = tuple[int | None, int | None, int]


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project as lists show it; `repositories` counts those it owns now."""

    id: int
    ref: str
    slug: str
    name: str
    kind: str
    description: str
    difficulty: str
    repositories: int
    is_archived: bool
    tags: tuple[str, ...]


def project_at(memberships: Sequence[Interval], opened_at: int | None) -> int | None:
    """Return the project that work opened then counts for; before the first, the first.

    `memberships` are those of the work's repository, earliest first; unknown times count as early.
    """
    if not memberships:
        return None
    project = memberships[0][2]
    if opened_at is not None:
        for starts_at, _, candidate in memberships:
            if starts_at is None or starts_at <= opened_at:
                project = candidate
    return project


def memberships_for(repository_ids: Iterable[int]) -> dict[int, tuple[Interval, ...]]:
    """Return (starts_at, ends_at, project) of each repository, earliest first (one statement)."""
    condition, parameters = sql.in_ids("repository_id", repository_ids)
    found: dict[int, list[Interval]] = defaultdict(list)
    for repository, starts_at, ends_at, project in sql.fetch(
        "SELECT repository_id, starts_at, ends_at, project_id FROM projects_repositorymembership"
        f" WHERE {condition} ORDER BY repository_id, COALESCE(starts_at, 0), id",
        parameters,
    ):
        found[repository].append((starts_at, ends_at, project))
    return {repository: tuple(intervals) for repository, intervals in found.items()}


def archivals_for(project_ids: Iterable[int]) -> dict[int, tuple[tuple[int, int | None], ...]]:
    """Return when these projects were archived, [starts_at, ends_at), earliest first."""
    return _intervals("projects_projectarchival", "project_id", project_ids)


def disablements_for(
    repository_ids: Iterable[int],
) -> dict[int, tuple[tuple[int, int | None], ...]]:
    """Return when these repositories were disabled, [starts_at, ends_at), earliest first."""
    return _intervals("projects_repositorydisablement", "repository_id", repository_ids)


def access_project(slug: str) -> Project:
    """Return the project that has this slug, else the one that had it; raises ProjectNotFound.

    Compare its slug with what was asked to know whether to redirect.
    """
    key = slug.lower()
    project = Project.objects.filter(slug=key).first()
    if project is None:
        old = SlugHistory.objects.filter(slug=key).select_related("project").first()
        if old is None:
            raise ProjectNotFound("no such project")
        project = old.project
    return project


def access_repository(full_name: str) -> Repository:
    """Return the repository called so most lately, in any case; raises RepositoryNotFound."""
    found = (
        Repository.objects.filter(full_name__iexact=full_name).order_by("-seen_at", "-id").first()
    )
    if found is None:
        raise RepositoryNotFound("no such repository")
    return found


def projects_list(
    *,
    kind: str | None = None,
    tag: str | None = None,
    search: str = "",
    include_archived: bool = True,
) -> list[ProjectRow]:
    """Return projects by name, with what lists show of them (two statements)."""
    projects = Project.objects.annotate(
        repositories=Count("memberships", filter=Q(memberships__ends_at=None)),
        is_archived=Exists(ProjectArchival.objects.filter(project=OuterRef("pk"), ends_at=None)),
    )
    if kind:
        projects = projects.filter(kind=kind)
    if tag:
        projects = projects.filter(
            Exists(ProjectTag.objects.filter(project=OuterRef("pk"), tag__key=tag))
        )
    if search:
        projects = projects.filter(Q(name__icontains=search) | Q(slug__icontains=search))
    if not include_archived:
        projects = projects.filter(is_archived=False)
    tags: dict[int, list[str]] = defaultdict(list)
    for project, key in ProjectTag.objects.order_by("tag__key").values_list("project", "tag__key"):
        tags[project].append(key)
    rows = [
        ProjectRow(
            id=project.pk,
            ref=project.ref,
            slug=project.slug,
            name=project.name,
            kind=project.kind,
            description=project.description,
            difficulty=project.difficulty,
            repositories=project.repositories,
            is_archived=project.is_archived,
            tags=tuple(tags[project.pk]),
        )
        for project in projects
    ]
    # Ordered here: the engines disagree about how texts compare.
    return sorted(rows, key=lambda row: (row.name.casefold(), row.slug))


def repositories_of(project_id: int) -> QuerySet[Repository]:
    """Return the repositories that a project owns now, by name."""
    return Repository.objects.filter(
        memberships__project_id=project_id, memberships__ends_at=None
    ).order_by("full_name")


def _intervals(
    table: str, key: str, ids: Iterable[int]
) -> dict[int, tuple[tuple[int, int | None], ...]]:
    condition, parameters = sql.in_ids(key, ids)
    found: dict[int, list[tuple[int, int | None]]] = defaultdict(list)
    for owner, starts_at, ends_at in sql.fetch(
        f"SELECT {key}, starts_at, ends_at FROM {table} WHERE {condition}"
        f" ORDER BY {key}, starts_at, id",
        parameters,
    ):
        found[owner].append((starts_at, ends_at))
    return {owner: tuple(intervals) for owner, intervals in found.items()}


def repository_ids() -> dict[str, int]:
    """Return GitHub's ids of all repositories by their latest full name, case folded."""
    return {
        name.casefold(): github_id
        for name, github_id in Repository.objects.values_list("full_name", "github_id")
    }
