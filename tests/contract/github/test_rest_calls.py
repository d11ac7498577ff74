"""Every REST call that we make passes GitHub's OpenAPI description, and its examples are read.

Prism holds each request of the real client against the description and answers with the bodies
that GitHub published beside it; a path that GitHub has not comes back as 404.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from laurels.adapters.github.client import Core, GitHub, Rejected, Tuning, http_client
from laurels.adapters.github.client.app_auth import AppAuth, AppTokens
from laurels.adapters.github.client.tokens import OneToken
from laurels.kit.clock import ManualClock
from tests.contract.github.conftest import NOW, TOKEN
from tests.fakes.app_keys import app_key
from tests.fakes.prism import Prism, subset
from tests.fakes.token_state import MemoryState

PLACE = "/repos/{owner}/{repo}"
HOOK = PLACE + "/hooks/{hook_id}"
WORLD = ("octocat", "Hello-World")

CALLS: dict[str, tuple[str, Callable[[GitHub], Any], Any]] = {
    "viewer": ("GET /user", lambda hub: hub.viewer().login, "octocat"),
    "account": ("GET /users/{username}", lambda hub: hub.account("octocat").id, 1),
    "repository": (
        f"GET {PLACE}",
        lambda hub: (hub.repository(*WORLD).id, hub.repository(*WORLD).full_name),
        (1296269, "octocat/Hello-World"),
    ),
    "own_rights": (f"GET {PLACE}", lambda hub: hub.own_rights(*WORLD).role, "read"),
    "rights": (
        f"GET {PLACE}/collaborators/{{username}}/permission",
        lambda hub: (hub.rights(*WORLD, "octocat").role, hub.rights(*WORLD, "octocat").account_id),
        ("admin", 1),
    ),
    "hook_create": (
        f"POST {PLACE}/hooks",
        lambda hub: hub.hook_create(*WORLD, url="https://example.com/webhook", secret="s").id,
        12345678,
    ),
    "hook_update": (
        f"PATCH {HOOK}",
        lambda hub: hub.hook_update(*WORLD, 7, url="https://example.com", secret="s").events,
        ["push", "pull_request"],
    ),
    "hooks": (
        f"GET {PLACE}/hooks",
        lambda hub: [hook.config.url for hook in hub.hooks(*WORLD)],
        ["https://example.com/webhook"],
    ),
    "hook": (f"GET {HOOK}", lambda hub: hub.hook(*WORLD, 12345678).active, True),
    "hook_delete": (f"DELETE {HOOK}", lambda hub: hub.hook_delete(*WORLD, 12345678), True),
    "hook_ping": (f"POST {HOOK}/pings", lambda hub: hub.hook_ping(*WORLD, 12345678), None),
    "deliveries": (
        f"GET {HOOK}/deliveries",
        lambda hub: [(one.guid, one.is_good) for one in hub.deliveries(*WORLD, 12345678)],
        [
            ("0b989ba4-242f-11e5-81e1-c7b6966d2516", True),
            ("0b989ba4-242f-11e5-81e1-c7b6966d2516", True),
        ],
    ),
    "redeliver": (
        f"POST {HOOK}/deliveries/{{delivery_id}}/attempts",
        lambda hub: hub.redeliver(*WORLD, 12345678, 9),
        None,
    ),
}
"""By method of the client: the operation it calls, how, and what GitHub's own example gives."""

APP = (
    "GET /app/installations",
    "POST /app/installations/{installation_id}/access_tokens",
    "GET /app/hook/deliveries",
    "POST /app/hook/deliveries/{delivery_id}/attempts",
)
NOT_REST = {"using", "of_owner", "urgent", "query", "ask", "query_page"}


@pytest.fixture(scope="module")
def prism(octokit: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prism]:
    described = tmp_path_factory.mktemp("prism") / "github.json"
    whole = json.loads((octokit / "openapi" / "generated" / "api.github.com.json").read_bytes())
    lines = {line for line, _, _ in CALLS.values()} | set(APP)
    described.write_text(json.dumps(subset(whole, lines)), encoding="utf-8")
    with Prism(octokit.parent / ".bin" / "prism", described) as server:
        yield server


@pytest.fixture(scope="module")
def github(prism: Prism) -> Iterator[GitHub]:
    clock = ManualClock(NOW)
    core = Core(
        http_client("laurels tests", prism.transport),
        MemoryState(),
        clock,
        lambda: 0.5,
        lambda _: None,
        Tuning(),
    )
    yield GitHub(core, OneToken(TOKEN), prism.url)
    core.close()


@pytest.mark.parametrize("name", CALLS)
def test_call_when_held_against_the_description_then_fits_and_the_example_is_read(
    prism: Prism, github: GitHub, name: str
) -> None:
    _, call, expected = CALLS[name]
    assert (call(github), prism.faults) == (expected, [])


def test_app_when_it_buys_a_token_then_fits_and_the_examples_are_read(
    prism: Prism, github: GitHub
) -> None:
    auth = AppAuth(github.core, "1", app_key().private, github.api_url)
    token = AppTokens(auth, "octocat").pick("core", 1, 0, now=NOW)
    assert (token.value, token.kind) == ("ghs_16C7e42F292c6912E7710c838347Ae178B4a", "installation")
    assert [one.event for one in auth.deliveries(since=0)] == ["issues", "issues"]
    auth.redeliver(12345678)
    assert prism.faults == []


def test_methods_when_counted_then_each_was_called() -> None:
    public = {name for name, one in vars(GitHub).items() if name[0] != "_" and callable(one)}
    assert public - NOT_REST == set(CALLS)


def test_prism_when_a_request_does_not_fit_then_tells(prism: Prism, github: GitHub) -> None:
    with pytest.raises(Rejected):
        github.hook_create(*WORLD, url="https://x", secret="s", events=[7])  # type: ignore[list-item]
    found = prism.faults[:]
    prism.faults.clear()
    assert [fault.split(":")[0] for fault in found] == ["POST /repos/octocat/Hello-World/hooks"]
    assert "events" in found[0]
