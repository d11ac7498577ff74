"""Whoever connected a repository and lost the rights at GitHub loses the role here, once."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import override_settings

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.intake.services.sync.reconciling import Reconciled, reconcile
from laurels.apps.intake.services.sync.rights import others_ask
from laurels.apps.jobs.models import Job
from laurels.apps.jobs.registry import spec_for
from laurels.apps.people.models import Contributor
from laurels.apps.people.services.github_tokens import github_token_keep
from laurels.apps.projects.models import Registration, Repository, RepositoryDisablement
from laurels.apps.projects.models_registering import RegistrationStep, Step, StepState
from laurels.apps.projects.models_roles import ProjectRole
from laurels.apps.projects.register import Register
from laurels.lab.github.things import Account
from tests.apps.intake.sync.conftest import DAY, Hall


@pytest.fixture
def connected(hall: Hall) -> Registration:
    """Connect the repository by its maintainer, whose token we have; its owner owns the project."""
    hall.sync("repo", "harbour/tide", register=Register.all())
    for login in ("olga", "mira"):
        hall.sync("user", login)
    row, mira = Repository.objects.get(), Contributor.objects.get(login="mira")
    project = row.memberships.get().project
    olga = Contributor.objects.get(login="olga")
    ProjectRole.objects.create(project=project, contributor=olga, role="owner", since=1)
    ProjectRole.objects.create(project=project, contributor=mira, role="maintainer", since=1)
    github_token_keep(
        mira,
        token=hall.town.hub.world.token_for(hall.town.maintainer),
        refresh="",
        expires_at=None,
        scopes="repo",
        vault=settings.LAURELS_VAULT,
        now=hall.now(),
        acting=SYSTEM,
    )
    made = Registration.objects.create(
        project=project, repository=row, full_name=row.full_name, name_key=row.full_name,
        registrar=mira, created_at=hall.now(),
    )  # fmt: skip
    RegistrationStep.objects.create(
        registration=made, step=Step.RIGHTS, state=StepState.DONE, changed_at=hall.now()
    )
    hall.town.clock.forward(DAY)
    return made


def again(hall: Hall, *, is_report: bool = False) -> Reconciled:
    return reconcile(github=hall.github, clock=hall, acting=SYSTEM, is_report=is_report)


def lower(hall: Hall) -> None:
    hall.town.repository.rights[hall.town.maintainer.id] = "push"


def roles() -> list[tuple[str, str]]:
    held = ProjectRole.objects.filter(until=None).order_by("pk")
    return list(held.values_list("contributor__login", "role"))


def test_rights_when_they_hold_then_nothing_is_told(hall: Hall, connected: Registration) -> None:
    assert again(hall).differences == []
    assert len(roles()) == 2


def test_rights_when_lost_then_told_the_role_ends_and_the_step_says_why(
    hall: Hall, connected: Registration
) -> None:
    lower(hall)
    (told,) = again(hall).differences
    assert (told.field, told.here, told.github) == (
        "rights of the registrar", "administers", "write",
    )  # fmt: skip
    assert roles() == [("olga", "owner")]
    step = RegistrationStep.objects.get()
    assert (step.state, step.error) == (StepState.FAILED, "rights_missing")
    assert again(hall).differences == []


def test_rights_when_only_a_report_is_wanted_then_the_role_stays(
    hall: Hall, connected: Registration
) -> None:
    lower(hall)
    assert len(again(hall, is_report=True).differences) == 1
    assert len(roles()) == 2
    assert RegistrationStep.objects.get().state == StepState.DONE


def test_rights_when_nobody_can_be_asked_then_nothing_is_concluded(
    hall: Hall, connected: Registration
) -> None:
    lower(hall)
    hall.town.hub.places.revoke(hall.town.maintainer)
    assert again(hall).differences == []
    assert len(roles()) == 2


def others(hall: Hall, made: Registration) -> str:
    return others_ask(made.pk, github=hall.github, now=hall.now(), acting=SYSTEM)


def signed_in(hall: Hall, account: Account) -> None:
    github_token_keep(
        Contributor.objects.get(login=account.login),
        token=hall.town.hub.world.token_for(account),
        refresh="",
        expires_at=None,
        scopes="",
        vault=settings.LAURELS_VAULT,
        now=hall.now(),
        acting=SYSTEM,
    )


def disabled() -> list[tuple[str, int, int | None]]:
    rows = RepositoryDisablement.objects.order_by("pk")
    return list(rows.values_list("cause", "starts_at", "ends_at"))


def test_rights_when_somebody_else_has_them_then_they_take_the_registration_over(
    hall: Hall, connected: Registration
) -> None:
    lower(hall)
    signed_in(hall, hall.town.owner)
    again(hall)
    assert Job.objects.filter(kind="repository.rights").count() == 1
    assert others(hall, connected) == "taken over"
    connected.refresh_from_db()
    assert connected.registrar is not None and connected.registrar.login == "olga"
    assert RegistrationStep.objects.get().state == StepState.DONE
    assert disabled() == []
    assert others(hall, connected) == "held"


def test_rights_when_nobody_has_them_then_disabled_since_they_were_lost(
    hall: Hall, connected: Registration
) -> None:
    lower(hall)
    hall.town.group.members.clear()
    signed_in(hall, hall.town.owner)
    again(hall)
    lost_at = hall.now()
    hall.town.clock.forward(DAY)
    for _ in range(2):
        assert others(hall, connected) == "disabled"
    assert disabled() == [("rights_lost", lost_at, None)]
    # Neither asked again nor read: only whether GitHub shows it still.
    done = again(hall)
    assert (done.repositories, done.examined) == (1, 0)


def test_rights_when_somebody_cannot_be_asked_then_counts_on_and_is_asked_again(
    hall: Hall, connected: Registration
) -> None:
    lower(hall)
    again(hall)
    assert others(hall, connected) == "unknown"
    assert disabled() == []
    Job.objects.all().delete()
    again(hall)
    assert Job.objects.filter(kind="repository.rights").count() == 1


def test_rights_when_nobody_is_left_on_the_team_then_disabled_by_the_job(
    hall: Hall, connected: Registration
) -> None:
    ProjectRole.objects.filter(contributor__login="olga").delete()
    ProjectRole.objects.filter(contributor__login="mira").update(role="owner")
    lower(hall)
    again(hall)
    assert roles() == [("mira", "owner")]
    job = Job.objects.get(kind="repository.rights")
    with override_settings(LAURELS_GITHUB=lambda: hall.github):
        assert spec_for("repository.rights").function(job, hall.now()) == "disabled"
    assert [one[0] for one in disabled()] == ["rights_lost"]
