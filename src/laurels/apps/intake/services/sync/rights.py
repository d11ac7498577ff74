"""Whoever connected a repository must still administer it: looked up again with their own token.

Guarantee: somebody who is told to have no such rights any more loses their role in the project (the
last owner stays, as when a webhook says so), once, and the registration's first step says why and
can be tried again. Nothing is concluded where nobody can be asked.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from laurels.adapters.github.client import Forbidden, GitHub, Missing, Postponed, TokenInvalid
from laurels.apps.audit.actors import Actor
from laurels.apps.people.services.tokens import token_for
from laurels.apps.projects.models import Registration
from laurels.apps.projects.models_registering import RegistrationStep, Step, StepState
from laurels.apps.projects.services.teams import rights_lost


@dataclass(frozen=True, slots=True)
class Lost:
    """A registration whose registrar has only `role` at GitHub by now."""

    registration: Registration
    role: str


def rights_look(github: GitHub, repositories: Collection[int]) -> list[Lost]:
    """Return the registrations of these repositories (rows) whose registrar lost the rights."""
    done = Registration.objects.filter(
        repository__in=list(repositories),
        registrar__isnull=False,
        steps__step=Step.RIGHTS,
        steps__state=StepState.DONE,
    ).select_related("registrar", "repository")
    lost = []
    for one in done.order_by("pk"):
        person, repository = one.registrar, one.repository
        token = None if person is None else token_for(person)
        if person is None or repository is None or token is None:
            continue
        owner, _, name = repository.full_name.partition("/")
        try:
            rights = github.using(token.token, owner=person.ref).own_rights(owner, name)
        except (Forbidden, Missing, Postponed, TokenInvalid):
            continue
        if not rights.can_administer:
            lost.append(Lost(one, rights.role))
    return lost


@transaction.atomic
def rights_mend(lost: Lost, *, now: int, acting: Actor) -> None:
    """End the registrar's role in the project, and say so on the registration."""
    one = lost.registration
    RegistrationStep.objects.filter(registration=one, step=Step.RIGHTS).update(
        state=StepState.FAILED,
        error="rights_missing",
        detail=f"This needs admin or maintain rights at GitHub; yours are: {lost.role}.",
        changed_at=now,
    )
    if one.registrar is not None and one.registrar.github_id is not None:
        rights_lost(one.registrar.github_id, project_ids=[one.project_id], now=now, acting=acting)
