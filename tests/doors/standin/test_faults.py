from __future__ import annotations

import http.client
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from tests.fakes.github import Town

PLACE = "/repos/harbour/tide"
VIEWER = {"query": "{viewer{login}}"}


@pytest.fixture
def token(town: Town) -> str:
    return town.hub.world.token_for(town.owner)


def test_budget_when_used_up_then_403_until_it_is_reset(town: Town, ask: Any, token: str) -> None:
    town.hub.faults.limits["core"] = 2
    assert [ask("GET", "/user", token=token).status for _ in range(3)] == [200, 200, 403]
    refused = ask("GET", "/user", token=token)
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert ask("GET", "/rate_limit", token=token).body["rate"]["remaining"] == 0
    town.clock.now = int(refused.headers["X-RateLimit-Reset"])
    assert ask("GET", "/user", token=token).status == 200


def test_budget_when_graphql_is_used_up_then_200_with_the_error(
    town: Town, ask: Any, token: str
) -> None:
    town.hub.faults.limits["graphql"] = 1
    assert "data" in ask("POST", "/graphql", token=token, body=VIEWER).body
    reply = ask("POST", "/graphql", token=token, body=VIEWER)
    assert (reply.status, reply.body["errors"][0]["type"]) == (200, "RATE_LIMITED")
    assert reply.headers["X-RateLimit-Remaining"] == "0"


@pytest.mark.parametrize(
    ("kind", "status", "place", "code"),
    [
        ("primary", 200, "type", "RATE_LIMITED"),
        ("graphql-type", 200, "type", "RATE_LIMIT"),
        ("graphql-extensions", 200, "extensions", {"code": "RATE_LIMIT", "type": "RATE_LIMIT"}),
        ("graphql-403", 403, "type", "RATE_LIMITED"),
        ("internal", 200, "type", "INTERNAL"),
    ],
)
def test_graphql_when_refused_then_in_every_dress(
    town: Town, ask: Any, token: str, kind: str, status: int, place: str, code: Any
) -> None:
    town.hub.faults.add(kind)
    reply = ask("POST", "/graphql", token=token, body=VIEWER)
    assert reply.status == status
    assert reply.body["errors"][0][place] == code


def test_limits_when_secondary_then_told_in_seconds_or_as_a_date(
    town: Town, ask: Any, token: str
) -> None:
    town.hub.faults.add("secondary", seconds=90)
    town.hub.faults.add("secondary-date", seconds=90)
    town.hub.faults.add("abuse")
    first, second, third = (ask("GET", "/user", token=token) for _ in range(3))
    assert (first.status, first.headers["Retry-After"]) == (403, "90")
    at = parsedate_to_datetime(second.headers["Retry-After"]).timestamp()
    assert (second.status, at) == (429, town.clock.now + 90)
    assert third.status == 403 and "Retry-After" not in third.headers
    assert third.headers["X-RateLimit-Remaining"] != "0"


def test_faults_when_they_fit_some_then_others_pass(town: Town, ask: Any, token: str) -> None:
    town.hub.faults.add("502", times=-1, path="/pulls$", method="GET", after=1)
    seen = [ask("GET", f"{PLACE}/pulls", token=token).status for _ in range(3)]
    assert seen == [200, 502, 502]
    assert ask("GET", PLACE, token=token).status == 200
    town.hub.faults.clear()
    assert ask("GET", f"{PLACE}/pulls", token=token).status == 200
    assert town.hub.faults.count("/pulls$") == 4


@pytest.mark.parametrize("kind", ["reset", "timeout"])
def test_line_when_cut_then_no_answer(town: Town, ask: Any, token: str, kind: str) -> None:
    town.hub.faults.add(kind, seconds=0.05)
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        ask("GET", "/user", token=token)
    assert town.hub.faults.log[-1].status == 0


def test_answer_when_truncated_then_no_json(town: Town, ask: Any, token: str) -> None:
    town.hub.faults.add("truncated")
    with pytest.raises(ValueError):
        _ = ask("GET", "/user", token=token).body


def test_token_when_unauthorized_then_401(town: Town, ask: Any, token: str) -> None:
    town.hub.faults.add("unauthorized")
    assert ask("GET", "/user", token=token).status == 401


@pytest.mark.parametrize(("kind", "code"), [("partial", "NOT_FOUND"), ("forbidden", "FORBIDDEN")])
def test_data_when_partial_then_one_node_is_null_and_told(
    town: Town, ask: Any, token: str, kind: str, code: str
) -> None:
    ids = [town.hub.acts.open(town.repository, town.owner, name).node_id for name in "AB"]
    town.hub.faults.add(kind)
    body = {"query": "query($i:[ID!]!){nodes(ids:$i){id}}", "variables": {"i": ids}}
    got = ask("POST", "/graphql", token=token, body=body).body
    assert got["data"]["nodes"] == [None, {"id": ids[1]}]
    assert (got["errors"][0]["type"], got["errors"][0]["path"]) == (code, ["nodes", 0])


def test_unknown_fault_when_it_strikes_then_the_test_hears_of_it(town: Town) -> None:
    from laurels.lab.github.faults import Fault, refusal

    with pytest.raises(ValueError, match="no such fault"):
        refusal(Fault("odd"), "core", 1, [1, 1], 0)


def test_control_when_scripted_from_outside_then_the_world_follows(town: Town, ask: Any) -> None:
    made = ask(
        "POST",
        "/_standin/acts/open",
        body={"place": "harbour/tide", "author": "carl", "title": "From afar"},
    )
    assert made.body["number"] == 1
    merge = {"thread": "harbour/tide#1", "actor": "mira"}
    assert ask("POST", "/_standin/acts/merge", body=merge).status == 200
    assert ask("POST", "/_standin/acts/merge", body=merge).status == 422
    assert town.repository.threads[1].merged_by is town.maintainer
    assert ask("POST", "/_standin/acts/explode", body={}).status == 404
    assert ask("POST", "/_standin/acts/merge", body={"thread": "harbour/tide#9"}).status == 404
    person = ask("POST", "/_standin/acts/make_account", body={"login": "nina"}).body
    assert town.hub.world.accounts[person["id"]].login == "nina"


def test_control_when_asked_for_tokens_and_faults_then_given(town: Town, ask: Any) -> None:
    token = ask("POST", "/_standin/tokens", body={"login": "mira"}).body["token"]
    assert ask("GET", "/user", token=token).body["login"] == "mira"
    assert ask("POST", "/_standin/faults", body={"kind": "503", "times": -1}).status == 204
    assert ask("GET", "/user", token=token).status == 503
    assert ask("POST", "/_standin/faults", body={}).status == 204
    assert ask("POST", "/_standin/faults", body={"latency_seconds": 0.01}).status == 204
    assert ask("GET", "/user", token=token).status == 200
    assert ask("GET", "/_standin/requests?path=user$").body == {"count": 3}
    assert ask("POST", "/_standin/drain").body == {"is_drained": True}
