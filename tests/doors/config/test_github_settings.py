"""Settings of the client: each reaches what it is about; wave-metrics' names are read with W003."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from django.conf import LazySettings

from laurels.adapters.github.client import GitHub, Postponed, TokenInvalid, Unavailable
from laurels.adapters.github.client.redis_state import RedisState
from laurels.config import checks, wiring
from laurels.config.env import Settings, load, variable
from laurels.config.env_github import OLD_NAMES
from laurels.kit.clock import ManualClock
from tests.fakes.app_keys import app_key
from tests.fakes.scripted import Reply, Scripted, serving
from tests.fakes.token_state import MemoryState

NOW = 1_700_000_000

DEFAULTS: dict[str, int | str] = {
    "GH_MAX_RETRIES": 2,
    "GH_CONCURRENCY_PER_TOKEN": 2,
    "GH_BACKOFF_BASE_SECONDS": 5,
    "GH_BACKOFF_CAP_SECONDS": 60,
    "GH_REDIS_PREFIX": "gh:",
    "GH_SEMAPHORE_TTL_SECONDS": 300,
    "GH_SEMAPHORE_ACQUIRE_TIMEOUT_SECONDS": 60,
    "GH_COOLDOWN_MAX_WAIT_SECONDS": 600,
    "TOKEN_REF_TTL_SECONDS_NORMAL": 900,
    "TOKEN_REF_TTL_SECONDS_BULK": 86400,
    "USER_LOCK_TTL_SECONDS": 900,
}
"""What wave-metrics had, by its names."""

OTHERS = {"GH_MAX_RETRIES": ("0", "1"), "GH_CONCURRENCY_PER_TOKEN": ("3", "4")}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing of the machine's own environment be read."""
    for name in OLD_NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"LAURELS_{name}", raising=False)


@pytest.mark.parametrize("name", DEFAULTS)
def test_setting_when_not_set_then_as_wave_metrics_had_it(name: str) -> None:
    assert getattr(load(), name.lower()) == DEFAULTS[name]


@pytest.mark.parametrize("name", DEFAULTS)
def test_setting_when_called_by_its_old_name_then_read_with_a_warning(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    value, newer = ("old:", "new:") if name == "GH_REDIS_PREFIX" else OTHERS.get(name, ("90", "80"))
    default = load()
    monkeypatch.setenv(name, value)
    assert str(getattr(load(), name.lower())) == value != str(getattr(default, name.lower()))
    (warning,) = checks.old_names_used()
    assert warning.id == "laurels.W003" and variable(name.lower()) in warning.msg
    monkeypatch.setenv(f"LAURELS_{name}", newer)
    assert str(getattr(load(), name.lower())) == newer
    assert checks.old_names_used() == []


def test_old_name_when_we_have_no_such_setting_then_not_read_and_no_warning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unread = [name for name in OLD_NAMES if name.lower() not in Settings.model_fields]
    for name in unread:
        monkeypatch.setenv(name, "1")
    assert load() == load() and checks.old_names_used() == []
    assert os.environ.keys() >= set(unread)


class Client:
    """A client built from settings as a process builds it, but for store, pause and clock."""

    def __init__(self, server: Scripted, clock: ManualClock, **given: Any) -> None:
        self.clock = clock
        ours = Settings(github_api_url=server.url, github_tokens=("ghp_a",), **given)
        self.github: GitHub = wiring.github_client(ours, clock)()
        self.core = self.github.core
        self.state = self.core.state = MemoryState()
        self.pauses: list[float] = []
        self.core.pause = self._pause
        self.core.chance = lambda: 1.0
        self.core.notice = None
        self.key = self.github.tokens.pick("core", 1, 0, now=NOW).key

    def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.clock.advance(1)

    def put_off(self) -> int:
        """Ask; return how many seconds it is put off."""
        with pytest.raises(Postponed) as caught:
            self.github.account("ann")
        return caught.value.until - self.clock.now()


@pytest.fixture
def server() -> Iterator[Scripted]:
    with serving() as found:
        found.script = lambda asked: Reply(200, {"id": 1, "login": "ann"})
        yield found


@pytest.fixture
def make(server: Scripted) -> Iterator[Any]:
    made: list[Client] = []

    def one(**given: Any) -> Client:
        made.append(Client(server, ManualClock(NOW), **given))
        return made[-1]

    yield one
    for client in made:
        client.core.close()


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_max_retries_when_set_then_so_many_more_requests(
    server: Scripted, make: Any, retries: int
) -> None:
    client = make(gh_max_retries=retries)
    server.script = lambda asked: Reply(502)
    with pytest.raises(Unavailable):
        client.github.account("ann")
    assert len(server.asked) == retries + 1


def test_concurrency_when_set_then_so_many_permits(make: Any) -> None:
    client = make(gh_concurrency_per_token=3, gh_semaphore_acquire_timeout_seconds=0)
    for held in range(3):
        assert client.github.account("ann").id == 1, held
        client.state.permit_take(client.key, most=9, until=NOW + 300, now=NOW)
    assert client.put_off() > 0


def test_acquire_timeout_when_set_then_waited_so_long(make: Any) -> None:
    client = make(gh_concurrency_per_token=1, gh_semaphore_acquire_timeout_seconds=7)
    client.state.permit_take(client.key, most=1, until=NOW + 300, now=NOW)
    client.put_off()
    assert client.clock.now() == NOW + 7


def test_semaphore_ttl_when_set_then_a_permit_ends_so_late(server: Scripted, make: Any) -> None:
    client = make(gh_semaphore_ttl_seconds=77)
    held: list[int] = []

    def script(asked: Any) -> Reply:
        held.extend(client.state.permits[client.key].values())
        return Reply(200, {"id": 1, "login": "ann"})

    server.script = script
    client.github.account("ann")
    assert held == [NOW + 77]


def test_backoff_when_set_then_from_the_base_to_the_cap(server: Scripted, make: Any) -> None:
    client = make(gh_backoff_base_seconds=3, gh_backoff_cap_seconds=10)
    server.script = lambda asked: Reply(429, {})
    waits = []
    for _ in range(4):
        waits.append(client.put_off())
        client.clock.advance(waits[-1])
    assert waits == [3, 6, 10, 10]


def test_cooldown_when_set_then_no_longer_than_that(server: Scripted, make: Any) -> None:
    client = make(gh_cooldown_max_wait_seconds=20)
    server.script = lambda asked: Reply(403, {}, {"Retry-After": "500"})
    assert client.put_off() == 20


def test_reserve_when_set_then_kept_for_people_who_wait(make: Any) -> None:
    from laurels.adapters.github.client import Budget

    client = make(gh_budget_reserve=40)
    client.state.budget_note(client.key, "core", Budget(40, NOW + 90), now=NOW)
    assert client.put_off() == 90
    assert client.github.urgent().account("ann").id == 1


def test_prefix_when_set_then_keys_in_redis_begin_so() -> None:
    ours = Settings(
        database_url="postgresql://x@localhost/x", redis_url="redis://127.0.0.1:1/0",
        gh_redis_prefix="ours:",
    )  # fmt: skip
    state = wiring._shared_state(ours)
    assert isinstance(state, RedisState) and state._key("sem", "k") == "ours:sem:k"


def test_app_when_its_id_and_key_are_set_then_the_client_signs_with_them(
    server: Scripted, tmp_path: Path, settings: LazySettings
) -> None:
    pem = tmp_path / "app.pem"
    pem.write_text(app_key().private, encoding="ascii")
    ours = Settings(github_api_url=server.url, github_app_id="9", github_app_key_file=pem)
    github = wiring.github_client(ours, ManualClock(NOW))()
    github.core.state, github.core.notice = MemoryState(), None
    server.script = lambda asked: Reply(401, {"message": "no"})
    with pytest.raises(TokenInvalid):
        github.account("ann")
    assert [one.path for one in server.asked] == ["/app/installations?per_page=100&page=1"]
    assert isinstance(github.core.http, httpx2.Client)
    github.core.close()
