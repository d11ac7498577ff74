"""Signals on a project's pages: told by webhooks, shown to its team, noted as seen."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.audit.models import AuditRow
from laurels.apps.intake.services.events import Received
from laurels.apps.people.models import Contributor
from laurels.apps.projects.models import Project
from laurels.apps.scoring.services import program_init
from tests.apps import factories
from tests.apps.intake.events.conftest import apply, register
from tests.apps.intake.events.lifecycles import at, changed, pushed_one
from tests.doors.web.conftest import NOW, Reading
from tests.doors.web.test_permissions import browser, people
from tests.fakes.archive import ALICE, WIDGETS
from tests.fakes.webhooks import delivery, hook

pytestmark = pytest.mark.django_db
SETTINGS = "/projects/acme/settings/"


@pytest.fixture
def acme() -> Project:
    """The project of acme/widgets, in which everything happened that a signal can tell."""
    program_init("fair", now=NOW, acting=SYSTEM)
    register(WIDGETS)
    body = {"installation": {"id": 6, "account": WIDGETS["owner"]}, "sender": ALICE}
    apply(
        *pushed_one(),
        rewritten(),
        delivery("installation", body | {"action": "suspend"}),
        changed("transferred", 30, WIDGETS),
        changed("archived", 31, WIDGETS),
    )
    return Project.objects.get(slug="acme")


def rewritten() -> Received:
    main = WIDGETS | {"default_branch": "main", "pushed_at": at(9)}
    push = {"ref": "refs/heads/main", "before": "0", "after": "c" * 40, "commits": []}
    received: Received = hook("push", push | {"forced": True}, repo=main)
    return received


@pytest.fixture
def team(acme: Project) -> dict[str, Contributor]:
    """A person for each role; the maintainer is acme's."""
    found = people()
    acme.roles.create(contributor=found["maintainer"], role="maintainer", since=1)
    return found


def reading(client: Client, address: str) -> Reading:
    answer: Any = client.get(address)
    assert answer.status_code == 200
    return Reading(answer.content.decode())


def seen_forms(page: Reading) -> list[str]:
    forms = [given.get("action") or "" for tag, given in page.tags if tag == "form"]
    return [action for action in forms if "/signals/" in action]


def test_signals_when_a_maintainer_looks_then_each_is_told_with_where_to_look(
    team: dict[str, Contributor],
) -> None:
    page = reading(browser(team["maintainer"]), SETTINGS)
    for told in (
        "Pull request #3 landed by a commit",
        "Pull request #3 was reverted",
        "The history of the default branch was rewritten",
        "The GitHub App may not read this repository any more",
        "The repository was given to another owner",
        "The repository was archived on GitHub",
    ):
        assert told in page.text
    addresses = [given.get("href") or "" for tag, given in page.tags if tag == "a"]
    for ending in ("acme/widgets/issues/3", f"commit/{'a' * 40}", f"commit/{'c' * 40}"):
        assert any(address.endswith(ending) for address in addresses), ending
    assert len(seen_forms(page)) == 6


def test_signals_when_on_the_public_page_then_only_the_team_is_led_to_them(
    team: dict[str, Contributor],
) -> None:
    public = "/projects/acme/"
    assert "6 signals to look at" in reading(browser(team["maintainer"]), public).text
    for other in (Client(), browser(team["contributor"])):
        assert "to look at" not in reading(other, public).text
        assert other.get(SETTINGS).status_code in (302, 403)


def test_signal_when_noted_as_seen_then_shown_no_more_and_on_record(
    team: dict[str, Contributor],
) -> None:
    client = browser(team["maintainer"])
    address = seen_forms(reading(client, SETTINGS))[0]
    for _ in range(2):  # who clicks twice is told the same
        answer = client.post(address, follow=True)
        assert "Noted as seen." in Reading(answer.content.decode()).text
    assert len(seen_forms(reading(client, SETTINGS))) == 5
    row = AuditRow.objects.get(action="signal:close")
    assert row.actor == f"contributor:{team['maintainer'].ref}"


def test_signal_when_it_is_another_projects_then_not_found_and_open(
    acme: Project, team: dict[str, Contributor]
) -> None:
    factories.project("attic").roles.create(contributor=team["contributor"], role="owner", since=1)
    address = seen_forms(reading(browser(team["maintainer"]), SETTINGS))[0]
    elsewhere = address.replace("/acme/", "/attic/")
    assert browser(team["contributor"]).post(elsewhere).status_code == 404
    assert len(seen_forms(reading(browser(team["maintainer"]), SETTINGS))) == 6


@pytest.mark.parametrize("event", ["member", "organization"])
def test_rights_when_lost_at_github_then_the_pages_of_the_team_close_at_the_next_request(
    acme: Project, team: dict[str, Contributor], event: str
) -> None:
    acme.roles.create(contributor=team["owner"], role="owner", since=1)
    client = browser(team["maintainer"])
    assert client.get(SETTINGS).status_code == 200
    person = {"id": team["maintainer"].github_id, "login": "maintainer"}
    organization = WIDGETS["owner"]
    if event == "member":
        told = hook("member", {"action": "removed", "member": person}, received_at=NOW)
    else:
        body = {"organization": organization, "membership": {"user": person}, "sender": ALICE}
        told = delivery(event, body | {"action": "member_removed"}, received_at=NOW)
    assert [one.state for one in apply(told)] == ["processed"]
    assert client.get(SETTINGS).status_code == 403
    assert acme.roles.get(contributor=team["maintainer"]).ended_by == "rights_lost"
    assert AuditRow.objects.filter(action__startswith="maintainer:").exists()
    assert browser(team["owner"]).get(SETTINGS).status_code == 200
