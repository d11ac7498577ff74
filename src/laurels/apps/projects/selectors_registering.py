"""Reads about registered repositories: where each stands, and what its registration did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from laurels.apps import sql
from laurels.apps.projects.models import Project, Registration, Repository
from laurels.apps.projects.models_registering import Step

_ORDER = {step.value: place for place, step in enumerate(Step)}


@dataclass(frozen=True, slots=True)
class RegisteredRow:
    """A repository as lists show it; `steps` are (step, state) in order, empty from an import.

    `hook_id` is that of the webhook we have at GitHub; `disabled_at` is None while it counts.
    """

    pk: int
    github_id: int
    full_name: str
    project: str
    hook_id: int | None
    steps: tuple[tuple[str, str], ...]
    disabled_at: int | None
    disabled_cause: str
    disabled_reason: str


def repositories_list(*, project: int | None = None, full_name: str = "") -> list[RegisteredRow]:
    """Return the repositories there are by name, of a project or of one name (two statements)."""
    conditions: list[str] = []
    parameters: list[object] = []
    if project is not None:
        conditions.append("m.project_id = %s")
        parameters.append(project)
    if full_name:
        conditions.append("LOWER(r.full_name) = %s")
        parameters.append(full_name.lower())
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    rows = sql.fetch(
        "SELECT r.id, r.github_id, r.full_name, p.slug, h.hook_id, d.starts_at, d.cause, d.reason"
        " FROM projects_repository r"
        " LEFT JOIN projects_repositorymembership m"
        "   ON m.repository_id = r.id AND m.ends_at IS NULL"
        " LEFT JOIN projects_project p ON p.id = m.project_id"
        " LEFT JOIN projects_repositoryhook h ON h.repository_id = r.id AND h.state = 'active'"
        " LEFT JOIN projects_repositorydisablement d"
        f"   ON d.repository_id = r.id AND d.ends_at IS NULL{where}",
        parameters,
    )
    steps = _steps([row[0] for row in rows])
    found = [
        RegisteredRow(
            pk=pk,
            github_id=github_id,
            full_name=name,
            project=slug or "",
            hook_id=hook_id,
            steps=steps.get(pk, ()),
            disabled_at=disabled_at,
            disabled_cause=cause or "",
            disabled_reason=reason or "",
        )
        for pk, github_id, name, slug, hook_id, disabled_at, cause, reason in rows
    ]
    # Ordered here: the engines disagree about how texts compare.
    return sorted(found, key=lambda row: (row.full_name.casefold(), row.github_id))


def _steps(repositories: list[int]) -> dict[int, tuple[tuple[str, str], ...]]:
    condition, parameters = sql.in_ids("g.repository_id", repositories)
    found: dict[int, list[tuple[str, str]]] = {}
    for repository, step, state in sql.fetch(
        "SELECT g.repository_id, s.step, s.state FROM projects_registrationstep s"
        f" JOIN projects_registration g ON g.id = s.registration_id WHERE {condition}",
        parameters,
    ):
        found.setdefault(repository, []).append((step, state))
    return {
        repository: tuple(sorted(steps, key=lambda one: _ORDER[one[0]]))
        for repository, steps in found.items()
    }


def repository_in(project_id: int, github_id: int) -> Repository | None:
    """Return a repository that belongs to this project now, by GitHub's id."""
    return Repository.objects.filter(
        github_id=github_id, memberships__project_id=project_id, memberships__ends_at=None
    ).first()


def registrations_of(project_id: int) -> list[Registration]:
    """Return the registrations begun in a project with their steps, by name."""
    found = Registration.objects.filter(project_id=project_id).prefetch_related("steps")
    return sorted(found, key=lambda one: one.full_name.casefold())


def registration_of(repository_id: int) -> Registration | None:
    """Return the registration of a repository; None where it came by an import."""
    return Registration.objects.filter(repository_id=repository_id).first()


def owners_ours(logins: Iterable[str]) -> frozenset[str]:
    """Return those of these logins, casefolded, whose repositories the program takes.

    It does where a project takes an owner's new repositories, or where one of theirs was
    registered by name. Both are decided here, by people, and no event of GitHub's changes them.
    """
    keys = {login.casefold() for login in logins if login}
    found = set(Project.objects.filter(owner_key__in=keys).values_list("owner_key", flat=True))
    for key in keys - found:
        registered = Registration.objects.filter(repository__isnull=False)
        if registered.filter(name_key__startswith=f"{key}/").exists():
            found.add(key)
    return frozenset(found)
