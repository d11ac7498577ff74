"""What staff do in the admin is written down under their own name, never the operator's."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from laurels.apps.audit.actors import SYSTEM, operator
from laurels.apps.audit.models import AuditRow
from laurels.apps.audit.services_staff import staff_link_make
from laurels.apps.intake.models import DeliveryAlarm, DeliveryProgress
from laurels.apps.people.services.accounts import staff_set
from laurels.apps.scoring.models import RulesetVersion
from laurels.apps.scoring.services import program_init
from tests.apps.intake.inbox import accept, arrival, states
from tests.fakes.oauth import GitHubOAuth
from tests.plugins.account import SignIn, person

INBOX = "/admin/intake/deliveryprogress/"


@pytest.fixture
def ended(db: None) -> list[int]:
    """Make two deliveries, one dead and one processed."""
    accept(arrival(guid="dead"), arrival(guid="done"))
    rows = list(DeliveryProgress.objects.order_by("pk").values_list("pk", flat=True))
    for row, state in zip(rows, ("dead", "processed"), strict=True):
        DeliveryProgress.objects.filter(pk=row).update(state=state)
    return rows


def replay(browser: Client, rows: list[int]) -> Any:
    data = {"action": "replay", "_selected_action": [str(row) for row in rows]}
    return browser.post(INBOX, data, follow=True)


def replays() -> set[tuple[str, str]]:
    """Return who had which delivery worked again, by the audit chain."""
    return set(AuditRow.objects.filter(action="delivery:replay").values_list("actor", "subject"))


def test_replay_when_a_staff_member_asks_then_the_audit_row_names_them(
    ended: list[int], sign_in: SignIn
) -> None:
    browser = sign_in("ada")
    staff_set(person("ada").pk, is_staff=True, now=1, acting=operator())
    page = replay(browser, ended).content.decode()
    assert "2 wait again." in page
    assert states() == ["received", "received"]
    name = f"contributor:{person('ada').ref}"
    assert replays() == {(name, f"delivery:{row}") for row in ended}


def test_replay_when_some_still_wait_then_the_others_go_on_and_it_is_told(
    ended: list[int], sign_in: SignIn
) -> None:
    browser = sign_in("ada")
    staff_set(person("ada").pk, is_staff=True, now=1, acting=operator())
    accept(arrival(guid="waiting"))
    rows = list(DeliveryProgress.objects.values_list("pk", flat=True))
    page = replay(browser, rows).content.decode()
    assert "2 wait again." in page
    assert "still waits to be worked" in page
    assert len(replays()) == 2


def test_replay_when_the_operators_link_is_used_then_the_operator_is_named(
    ended: list[int], client: Client
) -> None:
    from django.conf import settings

    token = staff_link_make(now=settings.LAURELS_CLOCK.now(), acting=operator())
    client.post(f"/staff/{token}/")
    assert replay(client, ended[:1]).status_code == 200
    assert replays() == {("operator", f"delivery:{ended[0]}")}


def test_replay_when_asked_by_somebody_who_is_not_staff_any_more_then_refused(
    ended: list[int], github: GitHubOAuth, sign_in: SignIn
) -> None:
    browser = sign_in("ada")
    assert replay(browser, ended).redirect_chain[0][0].startswith("/admin/login/")
    for is_staff in (True, False):
        staff_set(person("ada").pk, is_staff=is_staff, now=1, acting=operator())
    assert "/admin/login/" in replay(browser, ended).redirect_chain[0][0]
    assert states() == ["dead", "processed"]
    assert replays() == set()


def test_rules_when_a_staff_member_publishes_them_then_the_audit_row_names_them(
    sign_in: SignIn,
) -> None:
    program_init("nest", now=1, acting=SYSTEM)
    browser = sign_in("ada")
    staff_set(person("ada").pk, is_staff=True, now=1, acting=operator())
    browser.post("/admin/scoring/rulesetversion/publish/", {"preset": "fair"})
    assert RulesetVersion.objects.count() == 2
    row = AuditRow.objects.filter(action="ruleset:publish").latest("pk")
    assert row.actor == f"contributor:{person('ada').ref}"


def test_inbox_when_a_key_was_reused_then_staff_see_the_alarm(
    ended: list[int], sign_in: SignIn
) -> None:
    browser = sign_in("ada")
    staff_set(person("ada").pk, is_staff=True, now=1, acting=operator())
    accept(arrival(b"[]", guid="dead"))
    assert DeliveryAlarm.objects.count() == 1
    page = browser.get("/admin/intake/deliveryalarm/").content.decode()
    assert "refused 2 other bytes under the same key" in page
