"""What the stand-in answers is what GitHub's OpenAPI description says it answers."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from laurels.adapters.github.client.app_auth import app_jwt
from tests.contract.standin.conftest import Lived, faults_of, with_nulls
from tests.doors.standin.conftest import Asker, Reply
from tests.fakes.app_keys import app_key

PLACE = "/repos/{owner}/{repo}"
HOOK = PLACE + "/hooks/{hook_id}"
OURS = ("/favicon.ico", "/login/", "/_standin", "/graphql", "/([^/]+)/([^/]+)")
"""Paths that are not of GitHub's REST interface: the last are those of pages."""
UNDESCRIBED = ("/repositories/", "/user/(")
"""By id, where GitHub redirects to; its description leaves the paths out."""


@pytest.fixture(scope="module")
def asked(lived: Lived) -> list[tuple[str, str, Reply]]:
    """Return what each route answered, with the path by which GitHub describes it."""
    town = lived.town
    ask, world = Asker(town), town.hub.world
    scopes = ("user:email", "admin:repo_hook")
    person = world.token_for(town.owner, scopes)
    world.register_app("1", app_key().public)
    app = app_jwt("1", app_key().private, now=town.clock.now)
    base = "/repos/harbour/tide"
    sent = lived.hook.sent[0].id
    app_sent = lived.app_hook.sent[0].id
    hook = {"config": {"url": "http://127.0.0.1:1/", "content_type": "json"}, "events": ["push"]}
    installation = f"/app/installations/{lived.installed.id}"
    found: list[tuple[str, str, Reply]] = []

    def call(line: str, path: str, token: str = person, body: Any = None) -> Reply:
        method, template = line.split(" ")
        reply = ask(method, path, token=token, body=body)
        found.append((method, template, reply))
        return reply

    call("GET /user", "/user")
    call("GET /user/emails", "/user/emails")
    call("GET /users/{username}", "/users/carl")
    call("GET /users/{username}", "/users/harbour")
    call("GET /user/repos", "/user/repos")
    call("GET /orgs/{org}/memberships/{username}", "/orgs/harbour/memberships/olga")
    call("GET /rate_limit", "/rate_limit")
    call(f"GET {PLACE}", base)
    call(f"GET {PLACE}", "/repos/harbour/ebb")
    call(f"GET {PLACE}", "/repos/harbour/nothing")
    call(f"GET {PLACE}", base, "")
    call(f"GET {PLACE}/languages", f"{base}/languages")
    permission = f"{PLACE}/collaborators/{{username}}/permission"
    for login in ("mira", "olga", "otto"):
        call(f"GET {permission}", f"{base}/collaborators/{login}/permission")
    call(f"GET {PLACE}/pulls", f"{base}/pulls?state=all")
    call(f"GET {PLACE}/pulls/{{pull_number}}", f"{base}/pulls/1")
    call(f"GET {PLACE}/pulls/{{pull_number}}/reviews", f"{base}/pulls/1/reviews")
    call(f"GET {PLACE}/pulls/{{pull_number}}/comments", f"{base}/pulls/1/comments")
    call(f"GET {PLACE}/issues", f"{base}/issues?state=all")
    call(f"GET {PLACE}/issues/{{issue_number}}", f"{base}/issues/{lived.issue.number}")
    call(f"GET {PLACE}/issues/{{issue_number}}/comments", f"{base}/issues/1/comments")
    call(f"GET {PLACE}/hooks", f"{base}/hooks")
    own = call(f"POST {PLACE}/hooks", f"{base}/hooks", body=hook).body["id"]
    call(f"POST {PLACE}/hooks", f"{base}/hooks", body=hook)
    call(f"GET {HOOK}", f"{base}/hooks/{own}")
    call(f"PATCH {HOOK}", f"{base}/hooks/{own}", body={"active": False})
    call(f"POST {HOOK}/pings", f"{base}/hooks/{own}/pings")
    call(f"DELETE {HOOK}", f"{base}/hooks/{own}")
    listed = f"{base}/hooks/{lived.hook.id}/deliveries"
    call(f"GET {HOOK}/deliveries", listed)
    call(f"GET {HOOK}/deliveries/{{delivery_id}}", f"{listed}/{sent}")
    call(f"POST {HOOK}/deliveries/{{delivery_id}}/attempts", f"{listed}/{sent}/attempts")
    call("GET /app/installations", "/app/installations", app)
    call("GET /app/installations/{installation_id}", installation, app)
    token = call(
        "POST /app/installations/{installation_id}/access_tokens",
        f"{installation}/access_tokens",
        app,
    ).body["token"]
    call(f"GET {PLACE}/installation", f"{base}/installation", app)
    call("GET /installation/repositories", "/installation/repositories", token)
    call("GET /app/hook/deliveries", "/app/hook/deliveries", app)
    call("GET /app/hook/deliveries/{delivery_id}", f"/app/hook/deliveries/{app_sent}", app)
    attempts = "/app/hook/deliveries/{delivery_id}/attempts"
    call(f"POST {attempts}", f"/app/hook/deliveries/{app_sent}/attempts", app)
    assert town.hub.post.drain()
    return found


def test_answers_when_held_against_the_description_then_fit(
    asked: list[tuple[str, str, Reply]], openapi: dict[str, Any]
) -> None:
    wrong, checked = {}, 0
    for method, template, reply in asked:
        answers = openapi["paths"][template][method.lower()]["responses"]
        line = f"{method} {template} {reply.status}"
        described = answers.get(str(reply.status))
        if described is None:
            wrong[line] = f"only {sorted(answers)} are described"
            continue
        if "$ref" in described:
            described = openapi["components"]["responses"][described["$ref"].split("/")[-1]]
        content = described.get("content", {}).get("application/json")
        if content is None:
            assert reply.raw in (b"", b"{}"), line
            continue
        checked += 1
        schema = {**with_nulls(content["schema"]), "components": openapi["components"]}
        if fault := faults_of(schema, reply.body):
            wrong[line] = fault
    assert wrong == {}
    assert checked >= 36


def test_routes_when_listed_then_all_are_githubs_and_all_were_asked(
    lived: Lived, asked: list[tuple[str, str, Reply]], openapi: dict[str, Any]
) -> None:
    def shape(path: str) -> str:
        return re.sub(r"\{\w+\}|\(\[\^/\]\+\)", "*", path)

    described = {
        (method.upper(), shape(path))
        for path, methods in openapi["paths"].items()
        for method in methods
    }
    routes = set()
    for method, pattern, _ in lived.town.hub.table._routes:
        path = pattern.pattern[1:-1]
        if path == "/" or path.startswith((*OURS, *UNDESCRIBED)):
            continue
        routes.add((method, shape(path)))
    assert routes - described == set()
    assert routes - {(method, shape(template)) for method, template, _ in asked} == set()


def test_redirect_when_followed_then_same_repository(
    lived: Lived, asked: list[tuple[str, str, Reply]]
) -> None:
    (moved,) = [reply for _, _, reply in asked if reply.status == 301]
    assert urlsplit(moved.headers["Location"]).path.startswith("/api/v3/repositories/")
    reply = Asker(lived.town)("GET", moved.headers["Location"])
    assert reply.body["id"] == lived.town.repository.id
