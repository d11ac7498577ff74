"""Archived, given away, rights lost: when a repository is disabled by what GitHub tells."""

from __future__ import annotations

import itertools

import pytest

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.contributions.models import Signal
from laurels.apps.contributions.selectors_signals import signals_open
from laurels.apps.jobs.models import Job
from laurels.apps.people.models import Contributor
from laurels.apps.projects.models import (
    Project,
    Registration,
    RegistrationStep,
    Repository,
    RepositoryDisablement,
    RepositoryHook,
)
from laurels.apps.projects.services import repository_disable, repository_enable
from tests.apps import factories
from tests.apps.intake.events.conftest import GADGETS, apply
from tests.apps.intake.events.lifecycles import at, changed
from tests.apps.intake.events.test_telling import intervals, merged, points, removed, role
from tests.fakes.archive import ALICE, BOB, WIDGETS, Json
from tests.fakes.webhooks import delivery

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("program")]
STRANGERS = {"id": 77, "login": "strangers", "type": "Organization"}
AWAY = WIDGETS | {"full_name": "strangers/widgets", "owner": STRANGERS}
GUILD = WIDGETS | {"full_name": "guild/widgets", "owner": GADGETS["owner"]}


def test_repository_when_archived_for_a_while_then_disabled_and_nothing_earned_is_lost() -> None:
    apply(*merged(1, 1))
    before = points(ALICE)
    apply(changed("archived", 9, WIDGETS))
    assert intervals(WIDGETS) == [("archived", at(9), None)]
    apply(changed("unarchived", 20, WIDGETS), *merged(2, 30, BOB))
    assert intervals(WIDGETS) == [("archived", at(9), at(20))]
    assert points(ALICE) == before > 0
    assert points(BOB) > 0


def test_repository_when_unarchived_while_private_then_stays_disabled() -> None:
    apply(changed("privatized", 3), changed("archived", 5), changed("unarchived", 7))
    assert intervals() == [("privatised", at(3), None)]
    apply(changed("publicized", 9))
    assert intervals() == [("privatised", at(3), at(9))]


def test_repository_when_told_in_any_order_and_twice_then_disabled_alike() -> None:
    def happened(repo: Json) -> list[object]:
        moved = repo | {"full_name": "strangers/one", "owner": STRANGERS}
        back = repo | {"full_name": "guild/one"}
        return [
            changed("archived", 2, repo), changed("unarchived", 6, repo),
            changed("transferred", 4, moved), changed("transferred", 9, back),
        ]  # fmt: skip

    found = set()
    for order in itertools.permutations(range(4)):
        RepositoryDisablement.objects.all().delete()
        row = Repository.objects.get(github_id=GADGETS["id"])
        row.events.all().delete()
        for place in (*order, order[0]):
            apply(happened(GADGETS)[place], is_settled=False)  # type: ignore[arg-type]
        found.add(tuple(intervals()))
    assert found == {(("archived", at(2), at(6)), ("transferred", at(6), at(9)))}


def test_repository_when_given_to_a_stranger_then_disabled_and_the_team_is_told() -> None:
    apply(*merged(1, 1))
    before = points(ALICE)
    apply(changed("transferred", 5, AWAY), *merged(2, 9, BOB, AWAY))
    assert intervals(WIDGETS) == [("transferred", at(5), None)]
    assert (points(ALICE), points(BOB)) == (before, 0)
    [signal] = signals_open([Repository.objects.get(github_id=WIDGETS["id"]).pk])
    assert (signal.kind, signal.is_disabling) == ("transferred", True)


def test_repository_when_given_to_an_owner_of_ours_then_counts_on() -> None:
    apply(changed("transferred", 5, GUILD))
    assert intervals(WIDGETS) == []
    assert Signal.objects.get().detail == "{}"


def test_repository_when_one_of_the_new_owner_is_registered_then_counts_on() -> None:
    row = Repository.objects.get(github_id=GADGETS["id"])
    Registration.objects.create(
        project=Project.objects.get(slug="guild"), repository=row, full_name="Strangers/x",
        name_key="strangers/x", created_at=1,
    )  # fmt: skip
    apply(changed("transferred", 5, AWAY))
    assert intervals(WIDGETS) == []


def test_repository_when_the_owner_becomes_ours_later_then_the_first_word_stands() -> None:
    apply(changed("transferred", 5, AWAY))
    factories.project("strangers", owner_key="strangers")
    apply(changed("transferred", 5, AWAY))
    assert intervals(WIDGETS) == [("transferred", at(5), None)]


def test_repository_when_enabled_by_hand_after_a_word_of_github_then_stays_enabled() -> None:
    row = Repository.objects.get(github_id=GADGETS["id"])
    repository_disable(row.pk, reason="a look first", now=at(1), acting=SYSTEM)
    apply(changed("archived", 5))
    repository_enable(row.pk, reason="seen", now=at(8), acting=SYSTEM)
    apply(changed("archived", 5), changed("edited", 9))
    assert intervals() == [("manual", at(1), at(8)), ("archived", at(5), at(8))]


def test_repository_when_it_counts_again_then_is_read_where_it_has_a_hook() -> None:
    row = Repository.objects.get(github_id=GADGETS["id"])
    RepositoryHook.objects.create(repository=row, hook_id=5, secret="sealed", created_at=1)
    apply(changed("archived", 5))
    assert not Job.objects.filter(kind="sync.first").exists()
    apply(changed("unarchived", 9))
    assert Job.objects.filter(kind="sync.first").count() == 1


@pytest.fixture
def connected() -> Registration:
    """Connect acme/widgets by Bob, whose rights were proved at minute 4."""
    role(ALICE, role="owner")
    role(BOB)
    made = Registration.objects.create(
        project=Project.objects.get(slug="acme"), full_name="acme/widgets",
        repository=Repository.objects.get(github_id=WIDGETS["id"]), name_key="acme/widgets",
        registrar=Contributor.objects.get(github_id=BOB["id"]), created_at=1,
    )  # fmt: skip
    RegistrationStep.objects.create(
        registration=made, step="rights", state="done", changed_at=at(4)
    )
    return made


def test_member_when_removed_who_connected_it_then_the_step_says_so_and_others_are_asked(
    connected: Registration,
) -> None:
    apply(removed(5))
    step = connected.steps.get()
    assert (step.state, step.error, step.changed_at) == ("failed", "rights_missing", at(5))
    [job] = Job.objects.filter(kind="repository.rights")
    assert job.arguments == f'{{"registration":{connected.pk}}}'
    assert intervals(WIDGETS) == []


def test_member_when_an_old_removal_is_told_late_then_rights_proved_since_stand(
    connected: Registration,
) -> None:
    apply(removed(3))
    assert connected.steps.get().state == "done"
    assert not Job.objects.filter(kind="repository.rights").exists()


@pytest.mark.parametrize("order", [(5, 8), (8, 5)])
def test_member_when_removed_twice_then_the_later_loss_is_told(
    connected: Registration, order: tuple[int, int]
) -> None:
    for minutes in order:
        apply(removed(minutes))
    assert connected.steps.get().changed_at == at(8)


def test_organization_when_left_by_who_connected_it_then_others_are_asked(
    connected: Registration,
) -> None:
    organization = {"id": WIDGETS["owner"]["id"], "login": "acme"}
    body = {"action": "member_removed", "organization": organization, "membership": {"user": BOB}}
    apply(delivery("organization", body, received_at=at(5)))
    assert connected.steps.get().error == "rights_missing"
    assert Job.objects.filter(kind="repository.rights").count() == 1
