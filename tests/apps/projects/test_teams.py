"""Teams: invitations, answers, removals, and that a project with an owner keeps one."""

from __future__ import annotations

import json

import pytest

from laurels.apps.audit.actors import SYSTEM, operator
from laurels.apps.audit.models import AuditRow
from laurels.apps.people.models import Contributor
from laurels.apps.projects.errors import (
    InvitationNotFound,
    LastOwner,
    NotOnTheTeam,
    ProjectFaults,
    ProjectNotFound,
    StateConflict,
)
from laurels.apps.projects.models import Invitation, Project, ProjectRole
from laurels.apps.projects.selectors_roles import invitations_for, invitations_of, team_of
from laurels.apps.projects.services import (
    invitation_answer,
    invitation_make,
    invitation_withdraw,
    project_create,
    rights_lost,
    role_end,
    roles_forget,
)
from laurels.apps.projects.services.teams import INVITATION_SECONDS
from tests.apps import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(db: None) -> Contributor:
    return factories.contributor("olga")


@pytest.fixture
def guest(db: None) -> Contributor:
    return factories.contributor("gina")


@pytest.fixture
def hall(owner: Contributor) -> Project:
    return project_create(slug="hall", name="Hall", founder=owner.pk, now=1, acting=operator())


def invite(
    hall: Project, guest: Contributor, role: str = "maintainer", now: int = 10
) -> Invitation:
    return invitation_make(
        hall.pk,
        github_id=guest.github_id or 0,
        login=guest.login,
        role=role,
        now=now,
        acting=operator(),
    )


def answer(made: Invitation, who: Contributor, *, yes: bool = True, now: int = 20) -> Invitation:
    return invitation_answer(
        made.pk, contributor_id=who.pk, is_accepted=yes, now=now, acting=operator()
    )


def join(hall: Project, guest: Contributor, role: str = "maintainer") -> None:
    answer(invite(hall, guest, role), guest)


def team(hall: Project) -> list[tuple[str, str]]:
    return [(row.contributor.login, row.role) for row in team_of(hall.pk)]


def test_create_when_somebody_founds_it_then_they_own_it(hall: Project) -> None:
    assert team(hall) == [("olga", "owner")]


def test_invitation_when_accepted_then_on_the_team(hall: Project, guest: Contributor) -> None:
    made = invite(hall, guest)
    assert list(invitations_for(guest.github_id, now=11)) == [made]
    answer(made, guest)
    assert team(hall) == [("olga", "owner"), ("gina", "maintainer")]
    assert not invitations_of(hall.pk, now=20)
    actions = list(AuditRow.objects.order_by("id").values_list("action", flat=True))
    assert actions == ["project:create", "maintainer:invite", "maintainer:accept"]


def test_invitation_when_declined_then_not_on_the_team(hall: Project, guest: Contributor) -> None:
    made = answer(invite(hall, guest), guest, yes=False)
    assert (made.state, made.answered_at) == ("declined", 20)
    assert team(hall) == [("olga", "owner")]
    with pytest.raises(InvitationNotFound):
        answer(made, guest)


def test_invitation_when_another_answers_then_it_is_not_there(
    hall: Project, guest: Contributor
) -> None:
    made = invite(hall, guest)
    stranger = factories.contributor("stan")
    nobody = factories.contributor("ghost", github_id=None)
    for who in (stranger, nobody):
        with pytest.raises(InvitationNotFound):
            answer(made, who)
    assert team(hall) == [("olga", "owner")]


def test_invitation_when_somebody_took_the_login_over_then_they_inherit_nothing(
    hall: Project, guest: Contributor
) -> None:
    made = invite(hall, guest)
    Contributor.objects.filter(pk=guest.pk).update(login="gina-2", login_key="gina-2")
    thief = factories.contributor("gina")
    assert not invitations_for(thief.github_id, now=11)
    with pytest.raises(InvitationNotFound):
        answer(made, thief)


def test_invitation_when_its_time_is_over_then_it_is_gone_and_can_be_made_again(
    hall: Project, guest: Contributor
) -> None:
    made, over = invite(hall, guest), 10 + INVITATION_SECONDS
    assert invitations_for(guest.github_id, now=over - 1)
    assert not invitations_for(guest.github_id, now=over)
    with pytest.raises(InvitationNotFound):
        answer(made, guest, now=over)
    again = invite(hall, guest, now=over)
    assert list(invitations_of(hall.pk, now=over)) == [again]


def test_invitation_when_open_or_on_the_team_then_no_second(
    hall: Project, owner: Contributor, guest: Contributor
) -> None:
    invite(hall, guest)
    with pytest.raises(StateConflict, match="invited already"):
        invite(hall, guest)
    with pytest.raises(StateConflict, match="on the team already"):
        invite(hall, owner)


@pytest.mark.parametrize(
    ("role", "github_id", "login"),
    [("king", 1, "x"), ("maintainer", 0, "x"), ("maintainer", -1, "x"), ("owner", 1, "")],
)
def test_invitation_when_something_is_wrong_then_refused(
    hall: Project, role: str, github_id: int, login: str
) -> None:
    with pytest.raises(ProjectFaults):
        invitation_make(
            hall.pk, github_id=github_id, login=login, role=role, now=1, acting=operator()
        )
    assert not Invitation.objects.exists()


def test_invitation_when_the_project_is_unknown_then_refused(db: None) -> None:
    with pytest.raises(ProjectNotFound):
        invitation_make(99, github_id=1, login="x", role="owner", now=1, acting=operator())


def test_withdraw_when_open_then_gone_and_only_by_its_project(
    hall: Project, guest: Contributor
) -> None:
    attic = project_create(slug="attic", name="Attic", now=1, acting=operator())
    made = invite(hall, guest)
    with pytest.raises(InvitationNotFound):
        invitation_withdraw(attic.pk, made.pk, now=15, acting=operator())
    invitation_withdraw(hall.pk, made.pk, now=15, acting=operator())
    with pytest.raises(InvitationNotFound):
        invitation_withdraw(hall.pk, made.pk, now=16, acting=operator())
    with pytest.raises(InvitationNotFound):
        answer(made, guest)


def test_remove_when_the_last_owner_then_refused_until_another_owns_it(
    hall: Project, owner: Contributor, guest: Contributor
) -> None:
    join(hall, guest)
    with pytest.raises(LastOwner):
        role_end(hall.pk, owner.pk, now=30, acting=operator())
    other = factories.contributor("otto")
    join(hall, other, "owner")
    role_end(hall.pk, owner.pk, cause="left", now=30, acting=operator())
    assert team(hall) == [("otto", "owner"), ("gina", "maintainer")]
    with pytest.raises(LastOwner):
        role_end(hall.pk, other.pk, now=31, acting=operator())


def test_remove_when_not_on_the_team_then_refused(hall: Project, guest: Contributor) -> None:
    with pytest.raises(NotOnTheTeam):
        role_end(hall.pk, guest.pk, now=30, acting=operator())
    join(hall, guest)
    role_end(hall.pk, guest.pk, now=30, reason="quiet", acting=operator())
    with pytest.raises(NotOnTheTeam):
        role_end(hall.pk, guest.pk, now=31, acting=operator())
    row = ProjectRole.objects.get(contributor=guest)
    assert (row.since, row.until, row.ended_by) == (20, 30, "removed")


def test_accept_when_a_maintainer_becomes_owner_then_one_role_holds(
    hall: Project, guest: Contributor
) -> None:
    made = invite(hall, guest, "owner")
    ProjectRole.objects.create(project=hall, contributor=guest, role="maintainer", since=5)
    answer(made, guest)
    assert team(hall) == [("gina", "owner"), ("olga", "owner")]
    assert ProjectRole.objects.filter(contributor=guest).count() == 2


def test_accept_when_an_owner_is_asked_to_maintain_then_they_are_not_lowered(
    hall: Project, guest: Contributor
) -> None:
    made = invite(hall, guest, "maintainer")
    ProjectRole.objects.create(project=hall, contributor=guest, role="owner", since=5)
    answer(made, guest)
    assert ("gina", "owner") in team(hall)


def test_rights_lost_when_a_maintainer_then_ended_and_when_the_last_owner_then_told(
    hall: Project, owner: Contributor, guest: Contributor
) -> None:
    join(hall, guest)
    lost = {"project_ids": [hall.pk], "now": 40, "acting": SYSTEM}
    assert rights_lost(guest.github_id or 0, **lost) == [hall.pk]  # type: ignore[arg-type]
    assert rights_lost(guest.github_id or 0, **lost) == []  # type: ignore[arg-type]
    assert rights_lost(owner.github_id or 0, **lost) == []  # type: ignore[arg-type]
    assert team(hall) == [("olga", "owner")]
    row = AuditRow.objects.get(action="maintainer:rights-lost")
    assert json.loads(row.after)["kept"] == "the last owner"


def test_rights_lost_when_in_another_project_then_nothing(
    hall: Project, guest: Contributor
) -> None:
    join(hall, guest)
    attic = project_create(slug="attic", name="Attic", now=1, acting=operator())
    assert rights_lost(guest.github_id or 0, project_ids=[attic.pk], now=40, acting=SYSTEM) == []
    assert ("gina", "maintainer") in team(hall)


def test_forget_when_erased_then_no_role_and_no_invitation(
    hall: Project, owner: Contributor, guest: Contributor
) -> None:
    invite(hall, guest)
    assert roles_forget(owner.pk, github_id=owner.github_id, now=50) == 1
    assert roles_forget(guest.pk, github_id=guest.github_id, now=50) == 0
    assert team(hall) == []
    assert not Invitation.objects.exists()


def test_audit_when_people_come_and_go_then_names_nobody(
    hall: Project, owner: Contributor, guest: Contributor
) -> None:
    join(hall, guest)
    role_end(hall.pk, guest.pk, now=30, acting=operator())
    told = " ".join(
        row.subject + row.before + row.after + row.reason for row in AuditRow.objects.all()
    )
    for word in (owner.login, guest.login, str(guest.github_id)):
        assert word not in told
