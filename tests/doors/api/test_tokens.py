from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from laurels.apps.audit.actors import operator
from laurels.apps.people.models import Contributor, PersonalToken
from laurels.apps.people.services import ban_lift, ban_start
from laurels.apps.people.services.access import access_end
from laurels.kit.clock import ManualClock
from tests.apps import factories
from tests.doors.api.conftest import NOW, V1, Make, Pair, refusal
from tests.plugins.signed_in import sign_in_as


def test_token_when_made_then_shown_once_and_stored_as_a_hash(mine: Client, pair: Pair) -> None:
    answer = mine.post(
        f"{V1}/tokens",
        {"name": "  my  script ", "scopes": ["write", "read", "read"], "lasts_days": 1},
        content_type="application/json",
    )
    made = answer.json()
    assert answer.status_code == 201
    assert made["token"].startswith("lrl_")
    assert (made["name"], made["scopes"]) == ("my script", ["read", "write"])
    assert made["expires_at"] == "2026-09-22T14:13:20Z"
    (row,) = pair.access.ask("get", "/tokens").json()["rows"]
    assert "token" not in row
    assert row["hint"] == f"lrl_…{made['token'][-4:]}"
    assert made["token"] not in str(PersonalToken.objects.values_list())


def test_token_when_shown_then_it_serves_with_its_scopes_and_use_is_noted(
    personal: Make, clock: ManualClock, pair: Pair
) -> None:
    script = personal("read", "maintain")
    clock.advance(100)
    assert script.ask("get", "/auth/me").json()["scopes"] == ["maintain", "read"]
    assert PersonalToken.objects.get().last_used_at == NOW + 100
    clock.advance(59)
    script.ask("get", "/auth/me")
    assert PersonalToken.objects.get().last_used_at == NOW + 100
    clock.advance(1)
    script.ask("get", "/auth/me")
    (row,) = pair.access.ask("get", "/tokens").json()["rows"]
    assert row["last_used_at"] == "2026-09-21T14:16:00Z"


def test_token_when_the_scope_is_missing_then_refused(personal: Make) -> None:
    refusal(personal("write").ask("get", "/auth/me"), 403, "scope_missing")


def test_token_when_personal_then_it_makes_no_others(personal: Make) -> None:
    script = personal("read", "write", "maintain")
    for method, path in (("get", "/tokens"), ("post", "/tokens"), ("delete", "/tokens/1")):
        refusal(script.ask(method, path), 401, "personal_token")
    refusal(script.ask("post", "/auth/logout"), 401, "personal_token")


def test_token_when_its_days_are_over_then_expired(personal: Make, clock: ManualClock) -> None:
    script = personal("read", lasts_days=1)
    clock.advance(86_399)
    assert script.code == "ok"
    clock.advance(1)
    assert script.code == "token_expired"


def test_token_when_revoked_then_refused_at_once_and_only_by_its_owner(
    mine: Client, personal: Make
) -> None:
    script = personal("read")
    pk = PersonalToken.objects.get().pk
    bob = sign_in_as(Client(), factories.contributor("bob"))
    refusal(bob.delete(f"{V1}/tokens/{pk}"), 404, "not_found")
    assert script.code == "ok"
    assert mine.delete(f"{V1}/tokens/{pk}").status_code == 204
    assert script.code == "token_revoked"
    refusal(mine.delete(f"{V1}/tokens/{pk}"), 404, "not_found")
    assert mine.get(f"{V1}/tokens").json() == {"rows": []}


def test_token_when_its_owner_is_banned_then_refused_while_it_lasts(
    personal: Make, ada: Contributor
) -> None:
    script = personal("read")
    access_end(ada.pk, reason="logout_everywhere", now=NOW, acting=operator())
    assert script.code == "ok", "signing out everywhere leaves programs alone"
    ban_start(ada.pk, reason="spam", now=NOW, acting=operator())
    assert script.code == "banned"
    ban_lift(ada.pk, reason="sorry", now=NOW, acting=operator())
    assert script.code == "ok"


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "   "},
        {"name": "x" * 81},
        {"scopes": []},
        {"scopes": ["root"]},
        {"lasts_days": 0},
        {"lasts_days": 367},
        {"more": 1},
    ],
)
def test_token_when_what_is_asked_is_wrong_then_refused(
    mine: Client, change: dict[str, Any]
) -> None:
    body = {"name": "x", "scopes": ["read"], "lasts_days": 1, **change}
    answer = mine.post(f"{V1}/tokens", body, content_type="application/json")
    refusal(answer, 422, "invalid")
    assert not PersonalToken.objects.exists()


def test_token_when_there_are_twenty_then_no_more(personal: Make, mine: Client) -> None:
    for _ in range(20):
        personal("read")
    body = {"name": "x", "scopes": ["read"]}
    answer = mine.post(f"{V1}/tokens", body, content_type="application/json")
    refusal(answer, 409, "too_many_tokens")
