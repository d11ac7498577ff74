"""One contract for what workers share about tokens: in the database, in Redis, in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from laurels.adapters.github.client.redis_state import RedisState, connect
from laurels.adapters.github.client.shared import Budget, SharedState, StateAway, Token
from laurels.apps.intake.models_sync import TokenBudget, TokenPermit, TokenState
from laurels.apps.intake.services.sync.shared import DatabaseState
from tests.fakes import redis_server
from tests.fakes.token_state import MemoryState

NOW = 1_700_000_000
KEY = Token("ghp_one").key
OTHER = Token("ghp_two").key


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with redis_server.running(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(params=["memory", pytest.param("database", marks=pytest.mark.django_db), "redis"])
def state(request: pytest.FixtureRequest) -> SharedState:
    if request.param == "memory":
        return MemoryState()
    if request.param == "database":
        request.getfixturevalue("db")
        return DatabaseState()
    fresh = connect(request.getfixturevalue("redis_url"), f"gh-{request.node.name}:")
    assert isinstance(fresh, RedisState)
    return fresh


def budget(state: SharedState, now: int = NOW, resource: str = "core") -> Budget | None:
    return state.standing(KEY, resource, now=now).budget


def test_token_when_unknown_then_nothing_stands_against_it(state: SharedState) -> None:
    standing = state.standing(KEY, "core", now=NOW)
    assert (standing.invalid, standing.cooldown_until, standing.budget) == (None, 0, None)


def test_budget_when_answers_come_out_of_order_then_the_smaller_rest_stays(
    state: SharedState,
) -> None:
    for remaining, reset in ((90, NOW + 60), (95, NOW + 61), (88, NOW + 60), (99, NOW + 59)):
        state.budget_note(KEY, "core", Budget(remaining, reset), now=NOW)
    assert budget(state) == Budget(88, NOW + 61)


def test_budget_when_the_next_window_begins_then_it_replaces(state: SharedState) -> None:
    state.budget_note(KEY, "core", Budget(3, NOW + 60), now=NOW)
    state.budget_note(KEY, "core", Budget(4_999, NOW + 3_660), now=NOW + 61)
    state.budget_note(KEY, "core", Budget(2, NOW + 60), now=NOW + 62)
    assert budget(state, NOW + 62) == Budget(4_999, NOW + 3_660)


def test_budget_when_its_reset_has_passed_then_forgotten(state: SharedState) -> None:
    state.budget_note(KEY, "core", Budget(0, NOW + 60), now=NOW)
    assert budget(state, NOW + 64) == Budget(0, NOW + 60)
    assert budget(state, NOW + 66) is None


def test_budget_when_of_another_resource_or_token_then_apart(state: SharedState) -> None:
    state.budget_note(KEY, "graphql", Budget(0, NOW + 60), now=NOW)
    assert budget(state) is None
    assert state.standing(OTHER, "graphql", now=NOW).budget is None


def test_cooldown_when_a_shorter_one_comes_then_the_longer_stays(state: SharedState) -> None:
    state.cooldown(KEY, NOW + 60, now=NOW)
    state.cooldown(KEY, NOW + 30, now=NOW)
    assert state.standing(KEY, "core", now=NOW).cooldown_until == NOW + 60
    assert state.standing(OTHER, "core", now=NOW).cooldown_until == 0


def test_invalid_when_told_twice_then_the_first_reason_stays(state: SharedState) -> None:
    state.invalidate(KEY, "Bad credentials", now=NOW)
    state.invalidate(KEY, "later", now=NOW + 1)
    assert state.standing(KEY, "core", now=NOW).invalid == "Bad credentials"
    assert state.standing(OTHER, "core", now=NOW).invalid is None


def take(state: SharedState, now: int = NOW, most: int = 2) -> str | None:
    return state.permit_take(KEY, most=most, until=now + 300, now=now)


def test_permits_when_all_are_held_then_refused_until_one_comes_back(state: SharedState) -> None:
    first, second = take(state), take(state)
    assert first and second and first != second
    assert take(state) is None
    state.permit_return(KEY, first)
    assert take(state) is not None
    assert take(state) is None


def test_permits_when_the_holders_died_then_free_at_their_deadline(state: SharedState) -> None:
    take(state), take(state, NOW + 10)
    assert take(state, NOW + 299) is None
    assert take(state, NOW + 300) is not None
    assert take(state, NOW + 309) is None
    assert take(state, NOW + 310) is not None


def test_permits_when_a_dead_holder_wakes_then_it_cannot_free_anothers(
    state: SharedState,
) -> None:
    dead = take(state, most=1)
    assert dead is not None
    assert take(state, NOW + 300, most=1) is not None
    state.permit_return(KEY, dead)
    assert take(state, NOW + 300, most=1) is None


def test_permits_when_of_another_token_then_apart(state: SharedState) -> None:
    take(state, most=1)
    assert state.permit_take(OTHER, most=1, until=NOW + 300, now=NOW) is not None


@pytest.mark.django_db
def test_rows_when_looked_at_then_no_token_is_among_them() -> None:
    state = DatabaseState()
    state.invalidate(KEY, "gone", now=NOW)
    state.budget_note(KEY, "core", Budget(1, NOW), now=NOW)
    take(state)
    rows = [*TokenState.objects.values_list(), *TokenBudget.objects.values_list(),
            *TokenPermit.objects.values_list()]  # fmt: skip
    assert len(rows) == 3
    assert "ghp_" not in repr(rows) and len(KEY) == 32
    assert "ghp_" not in repr(Token("ghp_one"))


@pytest.mark.django_db
def test_database_when_it_fails_then_state_away() -> None:
    with connection.execute_wrapper(_broken), pytest.raises(StateAway):
        DatabaseState().standing(KEY, "core", now=NOW)


def _broken(*_: object) -> None:
    from django.db import OperationalError

    raise OperationalError("gone")


def test_redis_when_away_then_permits_are_refused_not_free(tmp_path: Path) -> None:
    with redis_server.running(tmp_path) as url:
        state = connect(url)
        assert take(state) is not None
    for ask in (
        lambda: take(state),
        lambda: state.standing(KEY, "core", now=NOW),
        lambda: state.permit_return(KEY, "x"),
        lambda: state.budget_note(KEY, "core", Budget(1, NOW), now=NOW),
        lambda: state.cooldown(KEY, NOW + 1, now=NOW),
        lambda: state.invalidate(KEY, "x", now=NOW),
    ):
        with pytest.raises(StateAway):
            ask()


def test_redis_when_looked_into_then_the_names_and_times_of_the_contract(redis_url: str) -> None:
    import redis

    raw = redis.Redis.from_url(redis_url, decode_responses=True)
    raw.flushall()
    state = connect(redis_url)
    state.budget_note(KEY, "core", Budget(7, NOW + 100), now=NOW)
    state.cooldown(KEY, NOW + 10_000, now=NOW)
    take(state)
    assert set(raw.keys()) == {f"gh:budget:{KEY}", f"gh:cooldown:{KEY}", f"gh:sem:{KEY}"}
    assert 100 < raw.ttl(f"gh:budget:{KEY}") <= 105
    assert 590 < raw.ttl(f"gh:cooldown:{KEY}") <= 600
    assert 290 < raw.ttl(f"gh:sem:{KEY}") <= 300
    raw.close()
