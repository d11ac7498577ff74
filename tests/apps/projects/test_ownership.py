"""Handing ownership on, and roles in the program."""

from __future__ import annotations

import pytest

from laurels.apps.audit.actors import operator
from laurels.apps.audit.models import AuditRow
from laurels.apps.people.models import Contributor
from laurels.apps.projects.errors import NotOnTheTeam, OfferNotFound, StateConflict
from laurels.apps.projects.models import OwnershipTransfer, Project, ProjectRole
from laurels.apps.projects.selectors_roles import asker_for, offer_of, offers_for, team_of
from laurels.apps.projects.services import (
    ownership_answer,
    ownership_offer,
    ownership_withdraw,
    program_role_end,
    program_role_grant,
    project_create,
)
from laurels.apps.projects.services.ownership import OFFER_SECONDS
from laurels.domain.policies import Role
from tests.apps import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def giver(db: None) -> Contributor:
    return factories.contributor("olga")


@pytest.fixture
def taker(db: None) -> Contributor:
    return factories.contributor("tara")


@pytest.fixture
def hall(giver: Contributor) -> Project:
    return project_create(slug="hall", name="Hall", founder=giver.pk, now=1, acting=operator())


def offer(
    hall: Project, giver: Contributor | None, taker: Contributor, now: int = 10
) -> OwnershipTransfer:
    return ownership_offer(
        hall.pk,
        giver_id=None if giver is None else giver.pk,
        taker_id=taker.pk,
        now=now,
        acting=operator(),
    )


def answer(made: OwnershipTransfer, who: Contributor, *, yes: bool = True, now: int = 20) -> None:
    ownership_answer(made.pk, contributor_id=who.pk, is_accepted=yes, now=now, acting=operator())


def team(hall: Project) -> list[tuple[str, str]]:
    return [(row.contributor.login, row.role) for row in team_of(hall.pk)]


def test_offer_when_accepted_then_giver_and_taker_change_together(
    hall: Project, giver: Contributor, taker: Contributor
) -> None:
    made = offer(hall, giver, taker)
    assert offer_of(hall.pk, now=11) == made
    assert list(offers_for(taker.pk, now=11)) == [made]
    assert team(hall) == [("olga", "owner")]
    answer(made, taker)
    assert team(hall) == [("tara", "owner"), ("olga", "maintainer")]
    with pytest.raises(OfferNotFound):
        answer(made, taker)


def test_offer_when_declined_then_nothing_changes(
    hall: Project, giver: Contributor, taker: Contributor
) -> None:
    answer(offer(hall, giver, taker), taker, yes=False)
    assert team(hall) == [("olga", "owner")]
    offer(hall, giver, taker, now=30)


def test_offer_when_another_answers_or_too_late_then_it_is_not_there(
    hall: Project, giver: Contributor, taker: Contributor
) -> None:
    made = offer(hall, giver, taker)
    with pytest.raises(OfferNotFound):
        answer(made, giver)
    with pytest.raises(OfferNotFound):
        answer(made, taker, now=10 + OFFER_SECONDS)
    assert team(hall) == [("olga", "owner")]
    offer(hall, giver, taker, now=10 + OFFER_SECONDS)


def test_offer_when_staff_makes_it_then_the_owner_stays(
    hall: Project, giver: Contributor, taker: Contributor
) -> None:
    answer(offer(hall, None, taker), taker)
    assert team(hall) == [("olga", "owner"), ("tara", "owner")]


def test_offer_when_withdrawn_then_it_cannot_be_accepted(
    hall: Project, giver: Contributor, taker: Contributor
) -> None:
    made = offer(hall, giver, taker)
    ownership_withdraw(hall.pk, made.pk, now=15, acting=operator())
    with pytest.raises(OfferNotFound):
        answer(made, taker)
    with pytest.raises(OfferNotFound):
        ownership_withdraw(hall.pk, made.pk, now=16, acting=operator())


def test_offer_when_it_cannot_be_then_refused(
    hall: Project, giver: Contributor, taker: Contributor
) -> None:
    robot = factories.contributor("robot", is_bot=True)
    gone = factories.contributor("", github_id=None, erased_at=5)
    with pytest.raises(NotOnTheTeam):
        offer(hall, taker, taker)
    with pytest.raises(StateConflict, match="owns the project already"):
        offer(hall, None, giver)
    for who in (robot, gone):
        with pytest.raises(StateConflict, match="cannot own"):
            offer(hall, giver, who)
    offer(hall, giver, taker)
    with pytest.raises(StateConflict, match="to somebody already"):
        offer(hall, giver, factories.contributor("zoe"))


def test_accept_when_the_giver_owns_it_no_longer_then_nothing_changes(
    hall: Project, giver: Contributor, taker: Contributor
) -> None:
    made = offer(hall, giver, taker)
    ProjectRole.objects.filter(contributor=giver).update(role="maintainer")
    with pytest.raises(NotOnTheTeam):
        answer(made, taker)
    made.refresh_from_db()
    assert (made.state, team(hall)) == ("pending", [("olga", "maintainer")])


def test_program_role_when_granted_and_ended_then_the_asker_follows(taker: Contributor) -> None:
    for role, has in (("organiser", "is_organiser"), ("staff", "is_staff")):
        program_role_grant(taker.pk, role, now=10, acting=operator())
        taker.refresh_from_db()
        assert getattr(asker_for(taker, now=10), has)
        with pytest.raises(StateConflict, match="already"):
            program_role_grant(taker.pk, role, now=11, acting=operator())
        program_role_end(taker.pk, role, now=12, acting=operator())
        taker.refresh_from_db()
        assert not getattr(asker_for(taker, now=12), has)
        with pytest.raises(StateConflict, match="is not"):
            program_role_end(taker.pk, role, now=13, acting=operator())
    actions = AuditRow.objects.order_by("id").values_list("action", flat=True)
    assert list(actions) == ["role:grant", "role:end"] * 2


def test_program_role_when_a_robot_then_refused(db: None) -> None:
    robot = factories.contributor("robot", is_bot=True)
    with pytest.raises(StateConflict, match="cannot have a role"):
        program_role_grant(robot.pk, "staff", now=1, acting=operator())


def test_asker_when_roles_are_held_then_each_by_its_project(
    hall: Project, giver: Contributor
) -> None:
    attic = factories.project("attic")
    ProjectRole.objects.create(project=attic, contributor=giver, role="maintainer", since=1)
    asker = asker_for(giver, now=5)
    assert asker.projects == {hall.pk: Role.OWNER, attic.pk: Role.MAINTAINER}
    assert (asker.contributor, asker.is_banned, asker.is_staff) == (giver.pk, False, False)


def test_asker_when_banned_or_erased_then_told_so(giver: Contributor) -> None:
    giver.bans.create(starts_at=5, ends_at=9, reason="spam")
    assert [asker_for(giver, now=now).is_banned for now in (4, 5, 8, 9)] == [
        False,
        True,
        True,
        False,
    ]
    giver.erased_at = 7
    assert asker_for(giver, now=10).contributor is None
