from __future__ import annotations

import logging
import time
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from limits.errors import StorageError
from structlog.testing import capture_logs

from laurels.adapters.throttle import Rule
from laurels.api import access as access_door
from laurels.apps.audit.actors import operator
from laurels.apps.people.models import Contributor, RefreshToken, TokenFamily
from laurels.apps.people.services import ban_start, forget
from laurels.apps.people.services.access import access_end
from laurels.kit.clock import ManualClock
from tests.apps import factories
from tests.doors.api.conftest import NOW, V1, Pair, exchange, pair_of, refusal
from tests.plugins.signed_in import sign_in_as


def test_me_when_a_browser_or_a_token_asks_then_who_it_is(mine: Client, pair: Pair) -> None:
    said = {"login": "ada", "github_id": 7, "is_staff": False, "scopes": None}
    assert mine.get(f"{V1}/auth/me").json() == said
    answer = pair.access.ask("get", "/auth/me")
    assert answer.json() == said
    assert answer["Cache-Control"] == "no-store"
    assert int(answer["RateLimit-Remaining"]) < int(answer["RateLimit-Limit"])


def test_me_when_nobody_asks_then_sign_in(ada: Contributor) -> None:
    answer = Client().get(f"{V1}/auth/me")
    refusal(answer, 401, "sign_in_required")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_token_when_nobody_or_a_token_asks_then_refused(pair: Pair) -> None:
    refusal(Client().post(f"{V1}/auth/token"), 401, "sign_in_required")
    refusal(pair.access.ask("post", "/auth/token"), 401, "sign_in_required")


def test_token_when_the_browser_lacks_the_csrf_token_then_refused(ada: Contributor) -> None:
    strict = sign_in_as(Client(enforce_csrf_checks=True), ada)
    refusal(strict.post(f"{V1}/auth/token"), 403, "csrf_failed")


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu", "America/Los_Angeles"])
def test_access_when_thirty_minutes_have_passed_then_expired_in_any_zone(
    mine: Client, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        answer = mine.post(f"{V1}/auth/token")
        assert answer.json()["expires_at"] == "2026-09-21T14:43:20Z"
        assert answer.json()["refresh_expires_at"] == "2026-09-28T14:13:20Z"
        access = pair_of(answer).access
        clock.advance(1_799)
        assert access.code == "ok"
        clock.advance(1)
        assert access.code == "token_expired"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_refresh_when_exchanged_then_a_new_pair_and_the_old_access_still_holds(pair: Pair) -> None:
    new = pair_of(exchange(pair.refresh))
    assert new.refresh != pair.refresh
    assert (pair.access.code, new.access.code) == ("ok", "ok")


def test_refresh_when_used_twice_then_the_whole_family_is_revoked(pair: Pair) -> None:
    new = pair_of(exchange(pair.refresh))
    newest = pair_of(exchange(new.refresh))
    refusal(exchange(pair.refresh), 401, "refresh_reused")
    for one in (pair, new, newest):
        assert one.access.code == "token_revoked"
    refusal(exchange(newest.refresh), 401, "token_revoked")
    assert TokenFamily.objects.get().revoked_reason == "refresh_reused"


def test_refresh_when_reused_then_other_families_go_on(mine: Client, pair: Pair) -> None:
    other = pair_of(mine.post(f"{V1}/auth/token"))
    exchange(pair.refresh)
    exchange(pair.refresh)
    assert other.access.code == "ok"
    assert pair_of(exchange(other.refresh)).access.code == "ok"


def test_refresh_when_seven_days_have_passed_then_expired(pair: Pair, clock: ManualClock) -> None:
    clock.advance(7 * 86_400 - 1)
    new = pair_of(exchange(pair.refresh))
    clock.advance(7 * 86_400)
    refusal(exchange(new.refresh), 401, "token_expired")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"refresh_token": "nonsense"}, 401, "token_invalid"),
        ({"refresh_token": ""}, 422, "invalid"),
        ({"refresh_token": 7}, 422, "invalid"),
        ({}, 422, "invalid"),
        ({"refresh_token": "a", "more": 1}, 422, "invalid"),
    ],
)
def test_refresh_when_the_body_is_wrong_then_refused_without_repeating_it(
    body: dict[str, Any], status: int, code: str
) -> None:
    answer = Client().post(f"{V1}/auth/refresh", body, content_type="application/json")
    refusal(answer, status, code)
    assert "nonsense" not in answer.content.decode()


def test_refresh_when_the_body_is_no_json_then_refused() -> None:
    answer = Client().post(f"{V1}/auth/refresh", "{", content_type="application/json")
    refusal(answer, 400, "bad_request")


def test_ban_when_started_then_a_valid_access_token_is_refused_at_the_next_request(
    pair: Pair, ada: Contributor
) -> None:
    assert pair.access.code == "ok"
    ban_start(ada.pk, reason="spam", now=NOW, acting=operator())
    assert pair.access.code == "token_revoked"
    refusal(exchange(pair.refresh), 401, "token_revoked")


def test_ban_when_it_begins_later_then_it_bites_by_itself(
    pair: Pair, ada: Contributor, clock: ManualClock
) -> None:
    ban_start(ada.pk, reason="x", now=NOW, starts_at=NOW + 10, acting=operator())
    assert pair.access.code == "ok"
    clock.advance(10)
    assert pair.access.code == "banned"
    refusal(exchange(pair.refresh), 401, "banned")


@pytest.mark.parametrize("how", ["logout", "sign out", "everywhere", "service", "erased"])
def test_access_when_ended_then_refused_at_the_next_request(
    how: str, mine: Client, pair: Pair, ada: Contributor
) -> None:
    if how == "logout":
        assert pair.access.ask("post", "/auth/logout").status_code == 204
    elif how == "sign out":
        mine.post("/sign-out/")
    elif how == "everywhere":
        assert pair.access.ask("post", "/auth/logout?everywhere=true").status_code == 204
        refusal(mine.get(f"{V1}/auth/me"), 401, "sign_in_required")
    elif how == "service":
        access_end(ada.pk, reason="x", now=NOW, acting=operator())
    else:
        forget(ada.pk, now=NOW, acting=operator())
    assert pair.access.code in ("token_revoked", "token_invalid")
    assert exchange(pair.refresh).status_code == 401


def test_logout_when_one_family_ends_then_the_browser_stays_in(mine: Client, pair: Pair) -> None:
    pair.access.ask("post", "/auth/logout")
    assert mine.get(f"{V1}/auth/me").status_code == 200
    assert mine.post(f"{V1}/auth/logout").status_code == 204
    refusal(mine.get(f"{V1}/auth/me"), 401, "sign_in_required")


@pytest.mark.parametrize("header", ["Basic eDp5", "Bearer", "Bearer ", "Bearer a b", "bearer x.y"])
def test_access_when_the_header_is_odd_then_refused(header: str) -> None:
    answer = Client().get(f"{V1}/auth/me", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.json()["code"] in ("sign_in_required", "token_invalid")


def test_access_when_made_for_another_person_then_theirs_alone(pair: Pair) -> None:
    bob = sign_in_as(Client(), factories.contributor("bob"))
    theirs = pair_of(bob.post(f"{V1}/auth/token")).access
    assert theirs.ask("get", "/auth/me").json()["login"] == "bob"
    assert pair.access.ask("get", "/auth/me").json()["login"] == "ada"


def test_keys_when_asked_then_public_halves_alone(pair: Pair) -> None:
    (key, *_) = Client().get(f"{V1}/auth/keys").json()["keys"]
    assert key["kty"] == "OKP"
    assert "d" not in key


@pytest.mark.usefixtures("still")
def test_limits_when_token_routes_are_asked_too_often_then_429_with_a_time() -> None:
    answers = [exchange("x") for _ in range(31)]
    assert {answer.status_code for answer in answers[:30]} == {401}
    refusal(answers[-1], 429, "too_many_requests")
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60
    assert answers[-1]["RateLimit-Remaining"] == "0"
    assert Client().get(f"{V1}/auth/keys").status_code == 200
    elsewhere = Client(REMOTE_ADDR="192.0.2.9")
    body = {"refresh_token": "x"}
    again = elsewhere.post(f"{V1}/auth/refresh", body, content_type="application/json")
    assert again.status_code == 401


@pytest.fixture
def uncounted(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the store that counts requests be away."""

    def away(*args: Any) -> bool:
        raise StorageError(ConnectionError("gone"))

    monkeypatch.setattr(settings.LAURELS_THROTTLE._limiter, "hit", away)


def test_limits_when_nothing_can_be_counted_then_no_tokens_are_given(
    mine: Client, pair: Pair, uncounted: None
) -> None:
    for answer in (
        exchange(pair.refresh),
        mine.post(f"{V1}/auth/token"),
        mine.post(f"{V1}/tokens", {}, content_type="application/json"),
    ):
        refusal(answer, 503, "unavailable")
        assert int(answer["Retry-After"]) > 0
        assert "RateLimit-Limit" not in answer
    assert RefreshToken.objects.filter(used_at=None).count() == 1, "the refresh token still serves"


def test_limits_when_nothing_can_be_counted_then_other_routes_answer_and_it_is_logged(
    pair: Pair, uncounted: None
) -> None:
    with capture_logs() as lines:
        answer = pair.access.ask("get", "/auth/me")
    assert answer.status_code == 200
    assert "RateLimit-Remaining" not in answer
    told = [(line["event"], line["rule"], line["passed"]) for line in lines]
    assert told == [("limit_not_counted", rule, True) for rule in ("api-address", "api-person")]


@pytest.mark.usefixtures("still")
def test_limits_when_a_person_asks_too_often_then_429_from_whatever_address(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_door, "_PERSON", Rule("api-person", 3, 60))
    headers = {"Authorization": f"Bearer {pair.access.token}"}
    answers = [
        Client(REMOTE_ADDR=f"192.0.2.{n}").get(f"{V1}/auth/me", headers=headers) for n in range(4)
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    refusal(answers[-1], 429, "too_many_requests")
    assert answers[0]["RateLimit-Limit"] == "3"


def test_body_when_larger_than_any_then_413() -> None:
    answer = exchange("x" * 1_100_000)
    refusal(answer, 413, "too_large")


@pytest.mark.usefixtures("still")
def test_limits_when_a_forwarding_header_is_forged_then_not_believed() -> None:
    for number in range(31):
        answer = Client().post(
            f"{V1}/auth/refresh",
            {"refresh_token": "x"},
            content_type="application/json",
            headers={"X-Forwarded-For": f"10.0.0.{number}"},
        )
    assert answer.status_code == 429


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/nowhere", 404, "not_found"),
        ("get", "/auth/token", 405, "method_not_allowed"),
        ("put", "/auth/me", 405, "method_not_allowed"),
    ],
)
def test_errors_when_django_answers_then_they_are_problems_too(
    method: str, path: str, status: int, code: str
) -> None:
    answer = getattr(Client(), method)(f"{V1}{path}")
    refusal(answer, status, code)
    assert ("Allow" in answer) is (status == 405)


def test_fault_when_ours_then_told_without_detail_and_logged(
    monkeypatch: pytest.MonkeyPatch, pair: Pair, caplog: pytest.LogCaptureFixture
) -> None:
    from laurels.api.routes import auth

    def broken(*args: Any, **more: Any) -> None:
        raise RuntimeError("the secret is in here")

    monkeypatch.setattr(auth, "allow", broken)
    answer = pair.access.ask("get", "/auth/me")
    refusal(answer, 500, "fault")
    assert "secret" not in answer.content.decode()
    assert "fault in the API at /api/v1/auth/me" in caplog.text


def test_secrets_when_tokens_are_made_then_hashes_alone_are_stored_and_nothing_is_logged(
    mine: Client, pair: Pair, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    pair.access.ask("get", "/auth/me")
    exchange(pair.refresh)
    exchange(pair.refresh)
    with connection.cursor() as cursor:
        cursor.execute("SELECT token_hash FROM people_refreshtoken")
        stored = str(cursor.fetchall())
    assert RefreshToken.objects.count() == 2
    for secret in (pair.refresh, pair.access.token):
        assert secret not in stored
        assert secret not in caplog.text
    cache.clear()
