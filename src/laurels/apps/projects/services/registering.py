"""Register repositories: what an operator or a maintainer asks for, and the steps it takes.

A registration is a row with four steps: rights, hook, ping, backfill. Each remembers where it
stands, so that a page can show it and a person can have it tried again. Registering without
GitHub marks all four as skipped: deliveries then come in under the program's own secret, or facts
from files.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.projects.errors import ProjectFaults, ProjectNotFound, StateConflict
from laurels.apps.projects.models import Project, Registration, RegistrationStep, Repository
from laurels.apps.projects.models_registering import Step, StepState
from laurels.apps.projects.naming import full_name_of
from laurels.apps.projects.register import Register
from laurels.apps.projects.services.observing import repositories_observe
from laurels.domain.lifecycle.facts import RepositoryFact


@dataclass(frozen=True, slots=True)
class Registered:
    """A registered repository, the project it belongs to now, and whether it is new here."""

    repository: Repository
    project: Project
    is_new: bool


@transaction.atomic
def repository_add(
    full_name: str,
    *,
    github_id: int,
    project_id: int | None = None,
    now: int,
    acting: Actor,
) -> Registered:
    """Register a repository by its numeric id, asking GitHub nothing; again changes nothing.

    Without a project it comes to its owner's, made where there is none. Raises ProjectFaults where
    name or id cannot be, ProjectNotFound, and StateConflict where it belongs to another project.
    """
    name = _name(full_name)
    if github_id <= 0:
        raise ProjectFaults((("github_id", "must be a number above 0"),))
    if project_id is not None and not Project.objects.filter(pk=project_id).exists():
        raise ProjectNotFound("no such project")
    registered = repository_place(name, github_id, project_id, now=now, acting=acting)
    registration, is_begun = _registration(
        name, registered.project, registered.repository, None, now
    )
    if is_begun:
        _steps(registration, StepState.SKIPPED, now)
    if registered.is_new or is_begun:
        _record(acting, registered, now)
    return registered


def repository_place(
    full_name: str,
    github_id: int,
    project_id: int | None,
    *,
    now: int,
    acting: Actor,
    is_private: bool | None = None,
    is_fork: bool | None = None,
) -> Registered:
    """Find or make the repository's row in this project, inside the caller's transaction.

    Raises StateConflict where it belongs to another project: it can be moved, not taken.
    """
    is_new = not Repository.objects.filter(github_id=github_id).exists()
    fact = RepositoryFact(
        github_id=github_id,
        full_name=full_name,
        owner_login=full_name.partition("/")[0],
        owner_github_id=None,
        is_fork=is_fork,
        is_private=is_private,
        topics=None,
        at=now,
    )
    repositories_observe(
        [fact], register=Register.all(), now=now, acting=acting, project=project_id
    )
    repository = Repository.objects.get(github_id=github_id)
    membership = repository.memberships.filter(ends_at=None).select_related("project").get()
    if project_id not in (None, membership.project_id):
        raise StateConflict(
            "this repository belongs to another project; an organiser can move it here"
        )
    return Registered(repository, membership.project, is_new)


def _name(text: str) -> str:
    try:
        return full_name_of(text)
    except ValueError as error:
        raise ProjectFaults((("full_name", str(error)),)) from None


def _registration(
    full_name: str,
    project: Project,
    repository: Repository | None,
    registrar: int | None,
    now: int,
) -> tuple[Registration, bool]:
    """Return the registration of this repository, begun where there is none."""
    known = None
    if repository is not None:
        known = Registration.objects.filter(repository=repository).first()
    if known is not None:
        return known, False
    made = Registration.objects.create(
        project=project,
        repository=repository,
        full_name=full_name,
        name_key=full_name.casefold(),
        registrar_id=registrar,
        created_at=now,
    )
    return made, True


def _steps(registration: Registration, state: StepState, now: int) -> None:
    RegistrationStep.objects.bulk_create(
        [
            RegistrationStep(registration=registration, step=step, state=state, changed_at=now)
            for step in Step
        ]
    )


def _record(acting: Actor, registered: Registered, now: int) -> None:
    record(
        acting=acting,
        action="repository:register",
        subject=f"repository:{registered.repository.pk}",
        after={"project": registered.project.ref},
        now=now,
    )
