"""Somebody lost their rights at GitHub: their roles here end, and so may what rested on them."""

from __future__ import annotations

from django.db.models import Q

from laurels.apps.audit.actors import Actor
from laurels.apps.jobs.services import enqueue
from laurels.apps.projects.models import ProjectRole, RegistrationStep
from laurels.apps.projects.models_registering import Step, StepState
from laurels.apps.projects.services.teams import rights_lost

RIGHTS = "repository.rights"
"""The job that looks for somebody else on the team who administers a repository."""
MISSING = "rights_missing"


def rights_told(
    organization: int | None,
    repository: int | None,
    person: int,
    at: int,
    *,
    acting: Actor,
    now: int,
) -> None:
    """End the roles that somebody held when they lost their rights at GitHub.

    `organization` and `person` are GitHub's ids, `repository` is a row; one of the first two is
    given. A role given later stands, and so do rights that were proved later: an old delivery may
    be worked again. Where they had connected a repository, a job looks who else administers it.
    """
    held = ProjectRole.objects.filter(contributor__github_id=person, until=None, since__lte=at)
    steps = RegistrationStep.objects.filter(
        Q(state=StepState.DONE, changed_at__lte=at) | Q(error=MISSING, changed_at__lt=at),
        step=Step.RIGHTS,
        registration__registrar__github_id=person,
    )
    # Both conditions in one call: they are about one and the same membership.
    if repository is not None:
        held = held.filter(
            project__memberships__ends_at=None, project__memberships__repository_id=repository
        )
        steps = steps.filter(registration__repository_id=repository)
    else:
        held = held.filter(
            project__memberships__ends_at=None,
            project__memberships__repository__owner_github_id=organization,
        )
        steps = steps.filter(registration__repository__owner_github_id=organization)
    projects = sorted(set(held.values_list("project_id", flat=True)))
    if projects:
        rights_lost(person, project_ids=projects, now=now, acting=acting)
    for pk, registration in steps.order_by("pk").values_list("pk", "registration_id"):
        step_fail(pk, "GitHub told that you no longer administer it.", at=at)
        enqueue(RIGHTS, {"registration": registration}, now=now, acting=acting)


def step_fail(step: int, detail: str, *, at: int) -> None:
    """Let the first step of a registration say that the rights are missing since an instant."""
    RegistrationStep.objects.filter(pk=step).update(
        state=StepState.FAILED, error=MISSING, detail=detail, changed_at=at
    )
