"""Register repositories: what an operator or a maintainer asks for, and the steps it takes.

A registration is a row with four steps: rights, hook, ping, backfill. Each remembers where it
stands, so that a page can show it and a person can have it tried again. Registering without
GitHub marks all four as skipped: deliveries then come in under the program's own secret, or facts
from files.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.jobs import registry
from laurels.apps.jobs.services import enqueue
from laurels.apps.projects.errors import (
    ProjectFaults,
    ProjectNotFound,
    RegistrationNotFound,
    StateConflict,
)
from laurels.apps.projects.models import Project, Registration, RegistrationStep, Repository
from laurels.apps.projects.models_registering import Step, StepState
from laurels.apps.projects.naming import full_name_of
from laurels.apps.projects.register import Register
from laurels.apps.projects.services.observing import repositories_observe
from laurels.domain.lifecycle.facts import RepositoryFact

CONNECT = "repository.connect"
"""The job that does the steps with GitHub."""
BACKFILL = "sync.first"
"""The job that reads a repository from GitHub; its handler lives above, with the sync."""


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


@transaction.atomic
def registration_begin(
    project_id: int, full_name: str, *, registrar_id: int, now: int, acting: Actor
) -> Registration:
    """Begin to connect a repository with the registrar's rights at GitHub; a job does the steps.

    A registration of this name that the project has already is tried again. Raises ProjectFaults
    where the name cannot be, and ProjectNotFound.
    """
    name = _name(full_name)
    project = Project.objects.filter(pk=project_id).first()
    if project is None:
        raise ProjectNotFound("no such project")
    known = Registration.objects.filter(project=project, name_key=name.casefold()).first()
    if known is not None:
        return registration_repair(
            project_id, known.pk, registrar_id=registrar_id, now=now, acting=acting
        )
    registration, _ = _registration(name, project, None, registrar_id, now)
    _steps(registration, StepState.WAITING, now)
    record(
        acting=acting,
        action="registration:begin",
        subject=f"project:{project.ref}",
        after={"registration": registration.pk},
        now=now,
    )
    enqueue(CONNECT, {"registration": registration.pk}, now=now, acting=acting)
    return registration


@transaction.atomic
def registration_repair(
    project_id: int, registration_id: int, *, registrar_id: int | None, now: int, acting: Actor
) -> Registration:
    """Try every step that is not done again, with the rights of whoever asks for it.

    A hook that GitHub no longer has is noticed: the hook's step and what follows are looked at
    again even where they were done. Raises RegistrationNotFound.
    """
    registration = (
        Registration.objects.filter(pk=registration_id, project_id=project_id)
        .select_related("project")
        .first()
    )
    if registration is None:
        raise RegistrationNotFound("no such registration")
    if registrar_id is not None:
        Registration.objects.filter(pk=registration.pk).update(registrar_id=registrar_id)
    again = [Step.RIGHTS, Step.HOOK, Step.PING]
    is_pending = RegistrationStep.objects.filter(registration=registration).exclude(
        state=StepState.DONE
    )
    steps = RegistrationStep.objects.filter(registration=registration)
    steps.filter(Q(step__in=again) | Q(pk__in=is_pending.values("pk"))).update(
        state=StepState.WAITING, error="", detail="", changed_at=now
    )
    record(
        acting=acting,
        action="registration:repair",
        subject=f"project:{registration.project.ref}",
        after={"registration": registration.pk},
        now=now,
    )
    enqueue(CONNECT, {"registration": registration.pk}, now=now, acting=acting)
    return registration


def backfill_enqueue(
    repository_id: int, *, registration_id: int | None = None, now: int, acting: Actor
) -> bool:
    """Have a repository read from GitHub, unless that waits already; False where nothing can."""
    if BACKFILL not in registry.kinds():
        return False
    arguments = {"repository": repository_id}
    if registration_id is not None:
        arguments["registration"] = registration_id
    key = f"{BACKFILL}:{repository_id}"
    enqueue(BACKFILL, arguments, dedupe_key=key, now=now, acting=acting)
    return True


def hook_url() -> str:
    """Return where GitHub sends deliveries to."""
    return f"{settings.LAURELS.public_url}/webhooks/github"


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
