"""The client over real HTTP: what it sends, what it makes of answers, and what it tells others."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from laurels.adapters.github.client import (
    BadAnswer,
    Forbidden,
    Missing,
    Postponed,
    Rejected,
    TokenInvalid,
    Unavailable,
)
from tests.contract.github.conftest import NOW, TOKEN, Bench
from tests.fakes.scripted import Asked, Reply

REPOSITORY: dict[str, Any] = {
    "id": 1296269,
    "node_id": "R_1",
    "name": "Hello-World",
    "full_name": "octocat/Hello-World",
    "owner": {"id": 1, "login": "octocat", "type": "User"},
    "private": False,
    "fork": False,
    "permissions": {"admin": False, "maintain": True, "push": True, "triage": True, "pull": True},
    "a_field_of_next_year": {"deep": [1]},
}
HOOK: dict[str, Any] = {"id": 7, "active": True, "events": ["push"], "config": {"url": "https://x"}}


class Answered(msgspec.Struct):
    viewer: dict[str, str] | None = None


def test_repository_when_read_then_typed_and_unknown_fields_ignored(bench: Bench) -> None:
    bench.server.then(Reply(200, REPOSITORY))
    body = bench.github.repository("octocat", "Hello-World")
    asked = bench.server.asked[0]
    assert (body.id, body.full_name, body.permissions and body.permissions.role) == (
        1296269, "octocat/Hello-World", "maintain",
    )  # fmt: skip
    assert (asked.method, asked.path) == ("GET", "/repos/octocat/Hello-World")
    assert asked.headers["authorization"] == "Bearer ghp_secret"
    assert asked.headers["x-github-api-version"] == "2022-11-28"


def test_names_when_they_hold_slashes_and_dots_then_they_stay_in_their_place(bench: Bench) -> None:
    bench.server.then(Reply(200, REPOSITORY), Reply(200, REPOSITORY))
    bench.github.repository("..", "a/b?c")
    assert bench.server.asked[0].path == "/repos/%2E%2E/a%2Fb%3Fc"


@pytest.mark.parametrize(
    ("body", "role", "can_administer"),
    [
        ({"permission": "admin", "role_name": "admin"}, "admin", True),
        ({"permission": "write", "role_name": "maintain"}, "maintain", True),
        ({"permission": "write", "role_name": "write"}, "write", False),
        ({"permission": "none", "role_name": "none"}, "none", False),
    ],
)
def test_rights_when_asked_then_the_role_by_its_exact_name(
    bench: Bench, body: dict[str, Any], role: str, can_administer: bool
) -> None:
    bench.server.then(Reply(200, {**body, "user": {"id": 5, "login": "ann"}}))
    rights = bench.github.rights("octocat", "Hello-World", "ann")
    assert (rights.role, rights.can_administer, rights.account_id) == (role, can_administer, 5)


def test_rights_when_nobody_there_then_none(bench: Bench) -> None:
    bench.server.then(Reply(404, {"message": "Not Found"}), Reply(200, REPOSITORY))
    assert bench.github.rights("octocat", "Hello-World", "ann").role == "none"


def test_rights_when_the_repository_is_gone_then_missing(bench: Bench) -> None:
    with pytest.raises(Missing):
        bench.github.rights("octocat", "gone", "ann")


def test_own_rights_when_asked_then_from_the_repository(bench: Bench) -> None:
    bench.server.then(Reply(200, REPOSITORY))
    assert bench.github.own_rights("octocat", "Hello-World").can_administer


def test_hook_when_made_then_the_secret_goes_out_once_and_the_id_comes_back(bench: Bench) -> None:
    bench.server.then(Reply(201, HOOK))
    hook = bench.github.hook_create("octocat", "h", url="https://x/hook", secret="s3cret")
    sent = bench.server.asked[0].json
    assert (hook.id, len(bench.server.asked)) == (7, 1)
    assert sent["config"] == {
        "url": "https://x/hook", "content_type": "json", "insecure_ssl": "0", "secret": "s3cret",
    }  # fmt: skip
    assert "pull_request" in sent["events"]


def test_hook_when_github_fails_while_making_it_then_not_made_twice(bench: Bench) -> None:
    bench.server.then(Reply(502))
    with pytest.raises(Unavailable):
        bench.github.hook_create("octocat", "h", url="https://x", secret="s")
    assert len(bench.server.asked) == 1


def test_hook_when_it_exists_then_rejected_with_githubs_words(bench: Bench) -> None:
    bench.server.then(Reply(422, {"message": "Hook already exists on this repository"}))
    with pytest.raises(Rejected, match="already exists"):
        bench.github.hook_create("octocat", "h", url="https://x", secret="s")


def test_hook_when_deleted_twice_then_the_second_says_it_was_gone(bench: Bench) -> None:
    bench.server.then(Reply(204), Reply(404, {"message": "Not Found"}))
    assert bench.github.hook_delete("o", "h", 7) is True
    assert bench.github.hook_delete("o", "h", 7) is False


def test_hook_when_pinged_updated_and_listed_then_each_asks_its_place(bench: Bench) -> None:
    bench.server.then(Reply(204), Reply(200, HOOK), Reply(200, [HOOK]), Reply(200, HOOK))
    bench.github.hook_ping("o", "h", 7)
    bench.github.hook_update("o", "h", 7, url="https://y", secret="t")
    assert [hook.id for hook in bench.github.hooks("o", "h")] == [7]
    assert bench.github.hook("o", "h", 7).config.url == "https://x"
    assert [(asked.method, asked.path) for asked in bench.server.asked] == [
        ("POST", "/repos/o/h/hooks/7/pings"),
        ("PATCH", "/repos/o/h/hooks/7"),
        ("GET", "/repos/o/h/hooks?per_page=100"),
        ("GET", "/repos/o/h/hooks/7"),
    ]


def delivery(number: int, at: str, code: int = 200) -> dict[str, Any]:
    return {"id": number, "guid": f"g{number}", "delivered_at": at, "status_code": code,
            "status": "OK", "event": "push", "redelivery": False}  # fmt: skip


def test_deliveries_when_listed_then_page_by_page_back_to_the_instant(bench: Bench) -> None:
    link = f'<{bench.server.url}/next>; rel="next"'
    bench.server.then(
        Reply(200, [delivery(3, "2023-11-14T22:00:00Z")], {"Link": link}),
        Reply(
            200,
            [delivery(2, "2023-11-14T21:00:00Z", 502), delivery(1, "2023-11-01T00:00:00Z")],
            {"Link": link},
        ),
    )
    found = bench.github.deliveries("o", "h", 7, since=NOW - 86_400)
    assert [(one.id, one.is_good) for one in found] == [(3, True), (2, False)]
    assert len(bench.server.asked) == 2


def test_list_when_it_leads_to_another_host_then_not_followed(bench: Bench) -> None:
    link = '<http://127.0.0.1:1/next>; rel="next"'
    bench.server.then(Reply(200, [HOOK], {"Link": link}))
    with pytest.raises(BadAnswer, match="another host"):
        bench.github.hooks("o", "h")


def test_redeliver_when_asked_then_posted(bench: Bench) -> None:
    bench.server.then(Reply(202, {}))
    bench.github.redeliver("o", "h", 7, 9)
    assert bench.server.asked[0].path == "/repos/o/h/hooks/7/deliveries/9/attempts"


def test_get_when_the_repository_moved_then_followed_on_the_same_host(bench: Bench) -> None:
    bench.server.then(
        Reply(301, {"message": "Moved"}, {"Location": "/repositories/1296269"}),
        Reply(200, REPOSITORY),
    )
    assert bench.github.repository("old", "name").id == 1296269
    assert bench.server.asked[1].headers["authorization"] == "Bearer ghp_secret"


def test_get_when_moved_to_another_host_then_the_token_stays_here(bench: Bench) -> None:
    bench.server.then(Reply(302, {}, {"Location": "http://127.0.0.1:1/steal"}))
    with pytest.raises(Rejected):
        bench.github.repository("old", "name")


def test_get_when_unchanged_then_the_kept_body_serves_and_only_for_its_token(bench: Bench) -> None:
    def script(asked: Asked) -> Reply:
        if asked.headers.get("if-none-match") == '"v1"':
            return Reply(304)
        return Reply(200, REPOSITORY, {"ETag": '"v1"'})

    bench.server.script = script
    first = bench.github.repository("o", "h")
    again = bench.github.repository("o", "h")
    other = bench.github.using("gho_other").repository("o", "h")
    assert first == again == other
    assert [asked.headers.get("if-none-match") for asked in bench.server.asked] == [
        None, '"v1"', None,
    ]  # fmt: skip


def test_query_when_asked_then_one_post_with_the_document(bench: Bench) -> None:
    bench.server.then(Reply(200, {"data": {"viewer": {"login": "ann"}}}))
    read = bench.github.ask("query { viewer { login } }", {"a": 1}, Answered)
    asked = bench.server.asked[0]
    assert read.data.viewer == {"login": "ann"}
    assert (asked.path, json.loads(asked.body)["variables"]) == ("/graphql", {"a": 1})


def test_query_when_partly_answered_then_data_kept_and_gaps_told(bench: Bench) -> None:
    error = {"type": "NOT_FOUND", "path": ["viewer"], "message": "Could not resolve"}
    bench.server.then(Reply(200, {"data": {"viewer": None}, "errors": [error]}))
    read = bench.github.ask("query { viewer { login } }", {}, Answered)
    assert read.data.viewer is None
    assert [(gap.path, gap.code) for gap in read.gaps] == [("viewer", "NOT_FOUND")]


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"data": {"viewer": 3}}', b"\xff"])
def test_query_when_the_answer_is_none_then_bad_answer_or_rejected(
    bench: Bench, body: bytes
) -> None:
    bench.server.then(Reply(200, body))
    with pytest.raises((BadAnswer, Rejected)):
        bench.github.ask("query { viewer { login } }", {}, Answered)


def test_page_when_github_fails_on_it_then_halved_until_it_goes(bench: Bench) -> None:
    def script(asked: Asked) -> Reply:
        first = asked.json["variables"]["first"]
        if first > 30:
            return Reply(502)
        return Reply(200, {"data": {"viewer": {"first": str(first)}}})

    bench.server.script = script
    bench.core.breaker.threshold = 100
    read, size = bench.github.query_page("search", {"query": "x"}, Answered, first=100)
    assert (read.data.viewer, size) == ({"first": "25"}, 25)
    assert [asked.json["variables"]["first"] for asked in bench.server.asked] == (
        [100] * 3 + [50] * 3 + [25]
    )


def test_page_when_even_one_row_fails_then_unavailable(bench: Bench) -> None:
    bench.server.script = lambda asked: Reply(502)
    bench.core.breaker.threshold = 100
    with pytest.raises(Unavailable):
        bench.github.query_page("search", {"query": "x"}, Answered, first=2)


def test_budget_when_told_then_shared_by_resource(bench: Bench) -> None:
    headers = {"X-RateLimit-Remaining": "41", "X-RateLimit-Reset": str(NOW + 60),
               "X-RateLimit-Resource": "core"}  # fmt: skip
    bench.server.then(Reply(200, REPOSITORY, headers))
    bench.github.repository("o", "h")
    assert bench.state.budgets[TOKEN.key, "core"].remaining == 41
    with pytest.raises(Postponed) as kept:
        bench.github.repository("o", "h")
    assert (kept.value.until, len(bench.server.asked)) == (NOW + 60, 1)
    bench.server.then(Reply(200, REPOSITORY))
    assert bench.github.urgent().repository("o", "h").id == 1296269


def test_budget_when_its_reset_has_passed_then_asked_again(bench: Bench) -> None:
    used = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(NOW + 60)}
    bench.server.then(Reply(403, {"message": "API rate limit exceeded"}, used))
    with pytest.raises(Postponed) as limit:
        bench.github.repository("o", "h")
    assert (limit.value.until, limit.value.reason) == (NOW + 60, "budget used up")
    bench.clock.advance(61)
    bench.server.then(Reply(200, REPOSITORY))
    assert bench.github.repository("o", "h").id == 1296269


@pytest.mark.parametrize("status", [403, 429])
@pytest.mark.parametrize("after", ["30", "Tue, 14 Nov 2023 22:13:50 GMT"])
def test_secondary_limit_when_met_then_cooldown_for_every_worker(
    bench: Bench, status: int, after: str
) -> None:
    bench.server.then(Reply(status, {"message": "secondary rate limit"}, {"Retry-After": after}))
    with pytest.raises(Postponed) as met:
        bench.github.repository("o", "h")
    assert (met.value.until, bench.pauses) == (NOW + 30, [])
    with pytest.raises(Postponed):
        bench.github.repository("o", "other")
    assert len(bench.server.asked) == 1


def test_secondary_limit_when_it_says_hours_then_capped(bench: Bench) -> None:
    bench.server.then(Reply(403, {}, {"Retry-After": "86400"}))
    with pytest.raises(Postponed) as met:
        bench.github.repository("o", "h")
    assert met.value.until == NOW + 600


def test_abuse_when_warned_again_then_back_off_doubles_to_the_cap(bench: Bench) -> None:
    waits = []
    for _ in range(6):
        bench.server.then(Reply(403, {"message": "You have triggered an abuse detection"}))
        with pytest.raises(Postponed) as met:
            bench.github.repository("o", "h")
        waits.append(met.value.until - bench.clock.now())
        bench.clock.set(met.value.until)
    assert waits == [4, 8, 15, 30, 45, 45]


def test_abuse_when_a_call_goes_well_then_back_off_begins_anew(bench: Bench) -> None:
    bench.server.then(Reply(429, {}), Reply(200, REPOSITORY), Reply(429, {}))
    for _ in range(2):
        with pytest.raises(Postponed) as met:
            bench.github.repository("o", "h")
        assert met.value.until - bench.clock.now() == 4
        bench.clock.set(met.value.until)
        if bench.server.replies and bench.server.replies[0].status == 200:
            bench.github.repository("o", "h")


def test_server_error_when_it_passes_then_nobody_notices(bench: Bench) -> None:
    bench.server.then(Reply(500), Reply(200, b"", hang_up=True), Reply(200, REPOSITORY))
    assert bench.github.repository("o", "h").id == 1296269
    assert bench.pauses == [0.25, 0.5]


def test_server_error_when_it_stays_then_unavailable_and_the_circuit_opens(bench: Bench) -> None:
    bench.server.script = lambda asked: Reply(503)
    for _ in range(2):
        with pytest.raises(Unavailable):
            bench.github.repository("o", "h")
    asked = len(bench.server.asked)
    with pytest.raises(Postponed, match="away") as refused:
        bench.github.repository("o", "h")
    assert (asked, len(bench.server.asked)) == (6, 6)
    bench.clock.set(refused.value.until)
    bench.server.then(Reply(200, REPOSITORY))
    assert bench.github.repository("o", "h").id == 1296269


def test_circuit_when_it_opens_and_closes_then_told_once_each(bench: Bench) -> None:
    told: list[bool] = []
    bench.core.notice = lambda is_away, now: told.append(is_away)
    bench.server.script = lambda asked: Reply(503)
    for _ in range(3):
        with pytest.raises((Unavailable, Postponed)):
            bench.github.repository("o", "h")
    assert told == [True]
    bench.clock.advance(60)
    bench.server.script = lambda asked: Reply(200, REPOSITORY)
    for _ in range(3):
        bench.github.repository("o", "h")
    assert told == [True, False]


def test_token_when_unauthorised_then_never_asked_with_again(bench: Bench) -> None:
    bench.server.then(Reply(401, {"message": "Bad credentials"}))
    for _ in range(2):
        with pytest.raises(TokenInvalid, match="Bad credentials"):
            bench.github.repository("o", "h")
    assert len(bench.server.asked) == 1


def test_forbidden_when_it_is_about_rights_then_no_cooldown(bench: Bench) -> None:
    bench.server.then(
        Reply(403, {"message": "Resource not accessible by personal access token"}),
        Reply(200, REPOSITORY),
    )
    with pytest.raises(Forbidden, match="not accessible"):
        bench.github.repository("o", "h")
    assert bench.github.repository("o", "h").id == 1296269


def test_permit_when_all_are_held_then_waited_for_and_then_put_off(bench: Bench) -> None:
    for _ in range(2):
        bench.state.permit_take(TOKEN.key, most=2, until=NOW + 300, now=NOW)
    with pytest.raises(Postponed, match="permits"):
        bench.github.repository("o", "h")
    assert (len(bench.pauses), bench.server.asked) == (60, [])


def test_permit_when_its_holder_died_then_free_after_its_deadline(bench: Bench) -> None:
    for _ in range(2):
        bench.state.permit_take(TOKEN.key, most=2, until=NOW + 300, now=NOW)
    bench.clock.advance(300)
    bench.server.then(Reply(200, REPOSITORY))
    assert bench.github.repository("o", "h").id == 1296269


def test_permit_when_the_call_fails_then_given_back(bench: Bench) -> None:
    for _ in range(5):
        with pytest.raises(Missing):
            bench.github.repository("o", "gone")
    assert bench.state.permits[TOKEN.key] == {}


def test_store_when_away_then_permits_refused_and_nothing_asked(bench: Bench) -> None:
    bench.state.is_away = True
    with pytest.raises(Postponed, match="shared state is away"):
        bench.github.repository("o", "h")
    assert bench.server.asked == []
