"""Whoever connected a repository must still administer it: looked up again with their own token.

Guarantee: somebody who is told to have no such rights any more loses their role in the project (the
last owner stays, as when a webhook says so), once, and the registration's first step says why and
can be tried again. Then the others on the team are asked: the first who administers the repository
takes the registration over. It is disabled, from when the rights were lost, only where each of
them is known to have none. Nothing is concluded where somebody cannot be asked.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from laurels.adapters.github.client import Forbidden, GitHub, Missing, Postponed, TokenInvalid
from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.intake.services.events.repositories import changes_tell
from laurels.apps.intake.services.events.rights import MISSING, RIGHTS, step_fail
from laurels.apps.jobs.services import enqueue
from laurels.apps.people.models import Contributor
from laurels.apps.people.services.tokens import token_for
from laurels.apps.projects.models import ProjectRole, Registration, Repository
from laurels.apps.projects.models_registering import RegistrationStep, Step, StepState
from laurels.apps.projects.services.happenings import RIGHTS_GONE
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
    detail = f"This needs admin or maintain rights at GitHub; yours are: {lost.role}."
    for pk in _step(one).values_list("pk", flat=True):
        step_fail(pk, detail, at=now)
    if one.registrar is not None and one.registrar.github_id is not None:
        rights_lost(one.registrar.github_id, project_ids=[one.project_id], now=now, acting=acting)


def others_ask_enqueue(repositories: Collection[int], *, now: int, acting: Actor) -> None:
    """Have the teams asked of those of these repositories whose registrar lost the rights."""
    failed = Registration.objects.filter(
        repository__in=list(repositories), steps__step=Step.RIGHTS, steps__error=MISSING
    )
    for pk in failed.order_by("pk").values_list("pk", flat=True):
        key = f"{RIGHTS}:{pk}"
        enqueue(RIGHTS, {"registration": pk}, dedupe_key=key, now=now, acting=acting)


def others_ask(registration_id: int, *, github: GitHub, now: int, acting: Actor) -> str:
    """Look who else on the team administers a repository; return how that ended.

    `taken over`, `disabled` (nobody does), `unknown` (somebody could not be asked), or `held` where
    there was nothing to look for any more. Raises Postponed and Unavailable as the client does.
    """
    found = Registration.objects.select_related("repository").filter(pk=registration_id).first()
    step = None if found is None else _step(found).filter(error=MISSING).first()
    if found is None or step is None or found.repository is None:
        return "held"
    is_sure = True
    for member in _others(found, found.repository):
        administers = _administers(github, found.repository, member)
        if administers:
            return "taken over" if _take_over(found, step, member, now, acting) else "held"
        is_sure = is_sure and administers is not None
    if not is_sure:
        return "unknown"
    return "disabled" if _disable(found.repository, step, now, acting) else "held"


def _step(one: Registration):  # type: ignore[no-untyped-def] # a queryset
    return RegistrationStep.objects.filter(registration=one, step=Step.RIGHTS)


def _others(one: Registration, repository: Repository) -> list[Contributor]:
    """Return who is on the team of the project that the repository belongs to now, owners first."""
    roles = ProjectRole.objects.filter(
        project__memberships__repository=repository,
        project__memberships__ends_at=None,
        until=None,
    ).exclude(contributor=one.registrar_id)
    ordered = sorted(roles.select_related("contributor"), key=lambda r: (r.role != "owner", r.pk))
    return [role.contributor for role in ordered]


def _administers(github: GitHub, repository: Repository, person: Contributor) -> bool | None:
    """Ask with somebody's own token, else as our App; None where neither can tell."""
    owner, _, name = repository.full_name.partition("/")
    token = token_for(person)
    try:
        if token is not None:
            own = github.using(token.token, owner=person.ref).own_rights(owner, name)
            return own.can_administer
        as_app = github.of_owner(owner)
        if as_app is github:
            return None
        rights = as_app.rights(owner, name, person.login)
    except (Forbidden, Missing, TokenInvalid):
        return None
    # Asked by login: the answer has to be about the account that we know by its id.
    if rights.account_id not in (None, person.github_id):
        return None
    return rights.can_administer


@transaction.atomic
def _take_over(
    one: Registration, step: RegistrationStep, member: Contributor, now: int, acting: Actor
) -> bool:
    still = RegistrationStep.objects.filter(pk=step.pk, error=MISSING)
    if not still.update(state=StepState.DONE, error="", detail="", changed_at=now):
        return False  # somebody has just tried it again
    Registration.objects.filter(pk=one.pk).update(registrar=member)
    record(
        acting=acting,
        action="registration:take-over",
        subject=f"registration:{one.pk}",
        after={"contributor": member.ref},
        now=now,
    )
    return True


@transaction.atomic
def _disable(repository: Repository, step: RegistrationStep, now: int, acting: Actor) -> bool:
    if not RegistrationStep.objects.filter(pk=step.pk, error=MISSING).exists():
        return False
    changes_tell({(repository.pk, RIGHTS_GONE, step.changed_at)}, acting=acting, now=now)
    return True
