from __future__ import annotations

import logging
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.internal import statekit
from django.contrib.sessions.models import Session
from django.test import Client
from limits.errors import StorageError

from laurels.apps.audit.actors import operator
from laurels.apps.people.models import Contributor, SignIn
from laurels.apps.people.services import ban_start, forget
from laurels.kit.clock import ManualClock
from tests.doors.web.conftest import NOW
from tests.fakes.oauth import CLIENT_SECRET, GitHubOAuth
from tests.plugins import account
from tests.plugins.account import back, begin, walk_in


def refusal(answer: Any, code: str, status: int = 403) -> None:
    text = answer.content.decode()
    assert answer.status_code == status, text
    assert f"<code>{code}</code>" in text
    assert "This sign-in was refused." in text
    assert answer["X-Robots-Tag"] == "noindex"


def is_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def test_sign_in_when_all_is_well_then_in_and_on_the_way(github: GitHubOAuth) -> None:
    browser = Client()
    answer = walk_in(browser, github, "ada", "/rules/?a=b")
    assert (answer.status_code, answer["Location"]) == (302, "/rules/?a=b")
    assert is_in(browser)
    assert Contributor.objects.get(github_id=7).claimed_at == NOW
    assert github.asked == ["/login/oauth/access_token", "/user"]


def test_sign_in_page_when_shown_then_the_form_may_lead_to_github(github: GitHubOAuth) -> None:
    answer = Client().get("/sign-in/?next=/rules/")
    assert 'value="/rules/"' in answer.content.decode()
    rule = next(
        part for part in answer["Content-Security-Policy"].split("; ") if "form-action" in part
    )
    assert rule == f"form-action 'self' {github.url}"


def test_sign_in_page_when_somebody_is_in_then_says_as_whom(github: GitHubOAuth) -> None:
    browser = Client()
    walk_in(browser, github, "ada")
    text = browser.get("/sign-in/").content.decode()
    assert "You are signed in as <bdi>ada</bdi> already." in text
    assert "signed in as" not in Client().get("/sign-in/").content.decode()


def test_start_when_sent_to_github_then_pkce_state_and_the_least_scope(
    github: GitHubOAuth,
) -> None:
    location = begin(Client())
    asked = parse_qs(urlsplit(location).query)
    assert location.startswith(f"{github.url}/login/oauth/authorize?")
    assert asked["scope"] == ["read:user"]
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["code_challenge"][0]) == 43
    assert len(asked["state"][0]) == 32
    assert asked["redirect_uri"] == [f"{account.PUBLIC}/sign-in/github/"]
    more = parse_qs(urlsplit(begin(Client(), **{"for": "hooks"})).query)
    assert sorted(more["scope"][0].split()) == ["admin:repo_hook", "read:user"]


def test_session_when_signing_in_then_made_anew(github: GitHubOAuth) -> None:
    browser = Client()
    location = begin(browser)
    before = browser.cookies["sessionid"].value
    answer = browser.get(back(github.approve(location, "ada")))
    cookie = answer.cookies["sessionid"]
    assert cookie.value != before
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert not browser.session.exists(before)
    assert browser.session.exists(cookie.value)
    assert not Session.objects.filter(session_key=cookie.value).exists(), "kept as a hash"


def test_session_when_the_address_is_https_then_the_cookie_is_secure() -> None:
    from laurels.config import settings as built

    assert built.SESSION_COOKIE_SECURE is built.LAURELS.is_https
    assert built.SESSION_COOKIE_HTTPONLY is True


def test_state_when_used_twice_then_refused(github: GitHubOAuth) -> None:
    browser = Client()
    address = back(github.approve(begin(browser), "ada"))
    assert browser.get(address).status_code == 302
    asked = list(github.asked)
    refusal(browser.get(address), "state_invalid")
    assert github.asked == asked, "GitHub is not asked with a code that came without its state"


def test_state_when_of_another_browser_then_refused(github: GitHubOAuth) -> None:
    mine, theirs = Client(), Client()
    begin(theirs)
    address = back(github.approve(begin(mine), "ada"))
    refusal(theirs.get(address), "state_invalid")
    refusal(Client().get(address), "state_invalid")
    assert not is_in(theirs)
    assert mine.get(address).status_code == 302


def test_state_when_two_browsers_swap_codes_then_refused(github: GitHubOAuth) -> None:
    github.add("eve", 66)
    victim, attacker = Client(), Client()
    own = back(github.approve(begin(victim), "ada"))
    foreign = back(github.approve(begin(attacker), "eve"))
    state = parse_qs(urlsplit(own).query)["state"][0]
    code = parse_qs(urlsplit(foreign).query)["code"][0]
    answer = victim.get("/sign-in/github/", {"state": state, "code": code})
    refusal(answer, "code_refused")  # the verifier of the victim's browser does not fit the code
    assert not is_in(victim)


@pytest.mark.parametrize(("seconds", "is_good"), [(599, True), (601, False)])
def test_state_when_ten_minutes_have_passed_then_refused(
    github: GitHubOAuth, monkeypatch: pytest.MonkeyPatch, seconds: int, is_good: bool
) -> None:
    browser = Client()
    real = statekit.time.time()
    address = back(github.approve(begin(browser), "ada"))
    monkeypatch.setattr(statekit.time, "time", lambda: real + seconds)
    answer = browser.get(address)
    assert is_in(browser) is is_good
    if not is_good:
        refusal(answer, "state_invalid")


def test_code_when_used_twice_then_refused(github: GitHubOAuth) -> None:
    first, second = Client(), Client()
    address = back(github.approve(begin(first), "ada"))
    used = parse_qs(urlsplit(address).query)["code"][0]
    assert first.get(address).status_code == 302
    state = parse_qs(urlsplit(begin(second)).query)["state"][0]
    refusal(second.get("/sign-in/github/", {"code": used, "state": state}), "code_refused")


@pytest.mark.parametrize("extra", [{}, {"code": "x"}, {"code": "x", "state": "y"}])
def test_come_back_when_nothing_was_begun_then_refused(
    github: GitHubOAuth, extra: dict[str, str]
) -> None:
    refusal(Client().get("/sign-in/github/", extra), "state_invalid")


def test_come_back_when_the_person_said_no_then_told_so(github: GitHubOAuth) -> None:
    for error, code in (("access_denied", "cancelled"), ("suspended", "code_missing")):
        browser = Client()
        state = parse_qs(urlsplit(begin(browser)).query)["state"][0]
        refusal(browser.get("/sign-in/github/", {"error": error, "state": state}), code)


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/%0d%0aLocation:x\r\nX: y",
        "http:///evil.example",
        "rules/",
        "///evil.example",
        "/\tevil",
        "/" + "x" * 600,
    ],
)
def test_next_when_not_a_path_of_ours_then_refused(github: GitHubOAuth, place: str) -> None:
    refusal(Client().get("/sign-in/", {"next": place}), "next_refused", 400)
    refusal(Client().post("/sign-in/", {"next": place}), "next_refused", 400)


@pytest.mark.parametrize("said", ["{}", "[]", '{"id": "7", "login": "ada"}', '{"id": null}', "7"])
def test_come_back_when_github_says_nobody_then_refused(github: GitHubOAuth, said: str) -> None:
    github.broken = said
    refusal(walk_in(Client(), github, "ada"), "github_unavailable", 502)
    assert not Contributor.objects.exists()


def test_come_back_when_github_is_away_then_refused(github: GitHubOAuth, settings: Any) -> None:
    browser = Client()
    address = back(github.approve(begin(browser), "ada"))
    closed = "http://127.0.0.1:9"
    settings.LAURELS = settings.LAURELS.model_copy(update={"github_api_url": closed})
    refusal(browser.get(address), "github_unavailable", 502)


def test_come_back_when_an_organisation_then_refused(github: GitHubOAuth) -> None:
    github.add("corp", 9, "Organization")
    refusal(walk_in(Client(), github, "corp"), "not_a_person")


def test_ban_when_started_then_the_session_ends_at_once_and_nobody_comes_in(
    github: GitHubOAuth, clock: ManualClock
) -> None:
    browser = Client()
    walk_in(browser, github, "ada")
    person = Contributor.objects.get(github_id=7)
    ban_start(person.pk, reason="spam", now=NOW, acting=operator())
    browser.get("/")
    assert not is_in(browser)
    refusal(walk_in(Client(), github, "ada"), "banned")
    assert SignIn.objects.count() == 1


def test_erased_when_coming_back_then_refused_and_the_session_is_over(
    github: GitHubOAuth,
) -> None:
    browser = Client()
    walk_in(browser, github, "ada")
    forget(Contributor.objects.get(github_id=7).pk, now=NOW, acting=operator())
    assert browser.get("/").status_code == 200
    assert not is_in(browser)
    refusal(walk_in(Client(), github, "ada"), "erased")


def test_sign_in_when_another_person_uses_the_browser_then_the_first_is_out(
    github: GitHubOAuth,
) -> None:
    github.add("bob", 8)
    browser = Client()
    walk_in(browser, github, "ada")
    walk_in(browser, github, "bob")
    assert list(SignIn.objects.order_by("id").values_list("contributor__login", "ended_at")) == [
        ("ada", NOW),
        ("bob", None),
    ]


def test_sign_out_when_asked_then_out_and_only_by_post(github: GitHubOAuth) -> None:
    browser = Client()
    walk_in(browser, github, "ada")
    assert browser.get("/sign-out/").status_code == 405
    cookie = browser.cookies["sessionid"].value
    assert browser.post("/sign-out/").status_code == 302
    assert not is_in(browser)
    thief = Client()
    thief.cookies["sessionid"] = cookie
    thief.get("/")
    assert not is_in(thief)
    assert SignIn.objects.get().ended_at == NOW
    assert Client().post("/sign-out/").status_code == 302


def test_sign_in_when_the_form_lacks_its_token_then_refused(github: GitHubOAuth) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/sign-in/", {"next": "/"}).status_code == 403
    assert strict.post("/sign-out/").status_code == 403


def test_sign_in_when_not_set_up_then_the_page_says_so(db: None, client: Client) -> None:
    page = client.get("/sign-in/").content.decode()
    assert "not set up here" in page
    assert "<form" not in page
    refusal(client.post("/sign-in/", {"next": "/"}), "not_set_up", 503)
    refusal(client.get("/sign-in/github/?code=a&state=b"), "not_set_up", 503)


def test_seen_when_an_hour_has_passed_then_noted_and_not_more_often(
    github: GitHubOAuth, clock: ManualClock
) -> None:
    browser = Client()
    walk_in(browser, github, "ada")
    clock.advance(3_599)
    browser.get("/")
    assert SignIn.objects.get().seen_at == NOW
    clock.advance(1)
    browser.get("/")
    assert SignIn.objects.get().seen_at == NOW + 3_600


def test_secrets_when_signing_in_then_neither_in_the_log_nor_on_a_page(
    github: GitHubOAuth, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = Client()
    location = begin(browser)
    seen = [browser.get(back(github.approve(location, "ada"))).content.decode()]
    seen.append(walk_in(Client(), github, "ada").content.decode())
    seen.append(browser.get("/").content.decode())
    (token, *_) = github.tokens
    for text in (*seen, caplog.text):
        assert token not in text
        assert CLIENT_SECRET not in text


@pytest.mark.usefixtures("still")
def test_sign_in_when_tried_too_often_then_told_to_wait(github: GitHubOAuth) -> None:
    answers = [Client().post("/sign-in/", {"next": "/"}) for _ in range(21)]
    assert {answer.status_code for answer in answers[:20]} == {302}
    refusal(answers[-1], "too_many_requests", 429)
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60
    refusal(Client().get("/sign-in/github/?code=a&state=b"), "too_many_requests", 429)


def test_sign_in_when_counting_fails_then_refused(
    github: GitHubOAuth, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: Any) -> bool:
        raise StorageError(ConnectionError("gone"))

    monkeypatch.setattr(settings.LAURELS_THROTTLE._limiter, "hit", away)
    answer = Client().post("/sign-in/", {"next": "/"})
    refusal(answer, "unavailable", 503)
    assert int(answer["Retry-After"]) > 0
