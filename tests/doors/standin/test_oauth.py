from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from laurels.lab.github.doors.oauth import challenge_of
from tests.fakes.github import Town

BACK = "http://127.0.0.1:8000/accounts/github/login/callback/"
VERIFIER = "a-verifier-that-is-long-enough-to-be-one-0123456789"


@pytest.fixture(autouse=True)
def app(town: Town) -> Any:
    return town.hub.world.app_add("client", "secret", callback="http://127.0.0.1:8000/accounts/")


@pytest.fixture
def code(town: Town, ask: Any) -> Callable[..., str]:
    def given(**more: str) -> str:
        asked = {
            "client_id": "client",
            "redirect_uri": BACK,
            "state": "s",
            "scope": "read:user",
        } | more
        reply = ask("POST", "/login/oauth/authorize", form=asked | {"as": str(town.contributor.id)})
        assert reply.status == 302
        found = dict(parse_qsl(urlsplit(reply.headers["Location"]).query))
        assert found["state"] == "s"
        return found["code"]

    return given


def exchange(ask: Any, code: str, **more: str) -> Any:
    form = {"client_id": "client", "client_secret": "secret", "code": code} | more
    reply = ask("POST", "/login/oauth/access_token", form=form, Accept="application/json")
    assert reply.status == 200
    return reply.body


def test_page_when_opened_then_everybody_can_be_chosen_and_the_question_is_kept(
    town: Town, ask: Any
) -> None:
    town.contributor.name = "<b>Carl</b>"
    query = urlencode({"client_id": "client", "redirect_uri": BACK, "state": '"><script>'})
    text = ask("GET", f"/login/oauth/authorize?{query}").raw.decode()
    assert set(re.findall(r'name="as" value="(\d+)"', text)) == {
        str(person.id) for person in (town.owner, town.maintainer, town.contributor, town.outsider)
    }
    assert "<script>" not in text and "<b>Carl" not in text
    assert 'name="state" value="&quot;&gt;&lt;script&gt;"' in text


def test_exchange_when_code_and_verifier_fit_then_token_is_the_persons(
    town: Town, ask: Any, code: Callable[..., str]
) -> None:
    got = exchange(
        ask,
        code(code_challenge=challenge_of(VERIFIER), code_challenge_method="S256"),
        code_verifier=VERIFIER,
        redirect_uri=BACK,
    )
    assert (got["token_type"], got["scope"]) == ("bearer", "read:user")
    reply = ask("GET", "/api/v3/user", token=got["access_token"])
    assert reply.body["id"] == town.contributor.id
    assert reply.headers["X-OAuth-Scopes"] == "read:user"


def test_exchange_when_code_is_used_again_then_refused(ask: Any, code: Callable[..., str]) -> None:
    once = code()
    assert "access_token" in exchange(ask, once)
    assert exchange(ask, once)["error"] == "bad_verification_code"


def test_exchange_when_ten_minutes_have_passed_then_refused(
    town: Town, ask: Any, code: Callable[..., str]
) -> None:
    late = code()
    town.clock.forward(600)
    assert exchange(ask, late)["error"] == "bad_verification_code"


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"code_verifier": "another"}, "bad_verification_code"),
        ({}, "bad_verification_code"),
        ({"client_secret": "wrong"}, "incorrect_client_credentials"),
        ({"client_id": "another"}, "incorrect_client_credentials"),
        ({"code_verifier": VERIFIER, "redirect_uri": BACK + "x"}, "redirect_uri_mismatch"),
    ],
)
def test_exchange_when_something_does_not_fit_then_refused(
    ask: Any, code: Callable[..., str], more: dict[str, str], error: str
) -> None:
    given = code(code_challenge=challenge_of(VERIFIER), code_challenge_method="S256")
    assert exchange(ask, given, **more)["error"] == error


def test_decide_when_cancelled_then_browser_returns_with_the_refusal(ask: Any) -> None:
    form = {"client_id": "client", "redirect_uri": BACK, "state": "s", "as": ""}
    reply = ask("POST", "/login/oauth/authorize", form=form)
    assert dict(parse_qsl(urlsplit(reply.headers["Location"]).query))["error"] == "access_denied"


@pytest.mark.parametrize(
    "redirect",
    [
        "http://evil.example/accounts/",
        "http://127.0.0.1:8000/elsewhere/",
        "http://127.0.0.1:8000/accounts/../admin/",
        "https://127.0.0.1:8000/accounts/",
    ],
)
def test_page_when_redirect_is_foreign_then_refused(ask: Any, redirect: str) -> None:
    query = urlencode({"client_id": "client", "redirect_uri": redirect})
    assert ask("GET", f"/login/oauth/authorize?{query}").status == 422


def test_page_when_application_is_unknown_then_not_found(ask: Any) -> None:
    assert ask("GET", "/login/oauth/authorize?client_id=x").status == 404


def test_decide_when_challenge_is_plain_then_refused(town: Town, ask: Any) -> None:
    form = {"client_id": "client", "redirect_uri": BACK, "as": str(town.owner.id)}
    form |= {"code_challenge": "x", "code_challenge_method": "plain"}
    assert ask("POST", "/login/oauth/authorize", form=form).status == 422


def test_tokens_when_they_expire_then_refreshed_once(
    town: Town, ask: Any, code: Callable[..., str], app: Any
) -> None:
    app.has_expiring_tokens = True
    first = exchange(ask, code())
    assert first["expires_in"] == 28_800
    town.clock.forward(28_800)
    assert ask("GET", "/user", token=first["access_token"]).status == 401
    again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = exchange(ask, "", **again)
    assert ask("GET", "/user", token=second["access_token"]).status == 200
    assert exchange(ask, "", **again)["error"] == "bad_refresh_token"


def test_exchange_when_json_is_not_asked_for_then_a_form_answers(
    ask: Any, code: Callable[..., str]
) -> None:
    form = {"client_id": "client", "client_secret": "secret", "code": code()}
    reply = ask("POST", "/login/oauth/access_token", form=form)
    assert dict(parse_qsl(reply.raw.decode()))["token_type"] == "bearer"


def test_emails_when_scope_was_not_given_then_not_found(town: Town, ask: Any) -> None:
    person = town.contributor
    assert ask("GET", "/user/emails", person).status == 404
    shown = ask("GET", "/user/emails", person, scopes=("user:email",)).body
    assert [one["primary"] for one in shown] == [True]


def test_user_when_nobody_asks_then_401(ask: Any) -> None:
    assert ask("GET", "/user").status == 401
    assert ask("GET", "/user", token="gho_unknown").status == 401
