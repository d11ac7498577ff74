"""The shared state of tokens in Redis, under the names of spec/github.md §3.

`gh:budget:{h}` remaining and reset of each resource, until reset + 5 s · `gh:cooldown:{h}` ·
`gh:sem:{h}` permits with their own deadlines · `gh:invalid:{h}`; h = SHA-256(token)[:32].
Guarantee: that of laurels.adapters.github.client.shared; each change is one script, so two workers
never see half of it. Redis away, or not answering in two seconds, is StateAway: permits are
refused, never free. Not guaranteed: that marks survive a flushed Redis; budgets are learned again
with the next answer, an invalid token with its next 401.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import redis

from laurels.adapters.github.client.judgement import COOLDOWN_MOST_SECONDS
from laurels.adapters.github.client.shared import (
    RESET_SLACK_SECONDS,
    Budget,
    Standing,
    StateAway,
)

INVALID_SECONDS: Final = 90 * 86_400

_BUDGET = f"""
local rest = tonumber(redis.call('HGET', KEYS[1], ARGV[1] .. ':remaining'))
local reset = tonumber(redis.call('HGET', KEYS[1], ARGV[1] .. ':reset'))
local newrest, newreset = tonumber(ARGV[2]), tonumber(ARGV[3])
if reset and newreset < reset - {RESET_SLACK_SECONDS} then return 0 end
if reset and newreset <= reset + {RESET_SLACK_SECONDS} then
  newrest = math.min(newrest, rest)
  newreset = math.max(newreset, reset)
end
redis.call('HSET', KEYS[1], ARGV[1] .. ':remaining', newrest, ARGV[1] .. ':reset', newreset)
local ttl = math.max(1, newreset + {RESET_SLACK_SECONDS} - tonumber(ARGV[4]))
if redis.call('TTL', KEYS[1]) < ttl then redis.call('EXPIRE', KEYS[1], ttl) end
return 1
"""
_COOLDOWN = """
local held = tonumber(redis.call('GET', KEYS[1]) or '0')
local till, now = tonumber(ARGV[1]), tonumber(ARGV[2])
if till > held and till > now then redis.call('SET', KEYS[1], till, 'EX', till - now) end
return 1
"""
_PERMIT = """
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[4])
local ttl = math.max(1, tonumber(ARGV[3]) - tonumber(ARGV[1]))
if redis.call('TTL', KEYS[1]) < ttl then redis.call('EXPIRE', KEYS[1], ttl) end
return 1
"""


class RedisState:
    """The shared state as keys of one Redis."""

    def __init__(self, connection: redis.Redis, prefix: str = "gh:") -> None:
        """Use a connection (see `connect`), with every key beginning with `prefix`."""
        self._redis: Any = connection
        self._prefix = prefix
        self._budget = connection.register_script(_BUDGET)
        self._cooldown = connection.register_script(_COOLDOWN)
        self._permit = connection.register_script(_PERMIT)

    def standing(self, key: str, resource: str, *, now: int) -> Standing:
        """Return what is known of a token for one resource."""
        names = (f"{resource}:remaining", f"{resource}:reset")
        with _away():
            pipe = self._redis.pipeline(transaction=False)
            pipe.get(self._key("invalid", key))
            pipe.get(self._key("cooldown", key))
            pipe.hmget(self._key("budget", key), names)
            invalid, cooldown, (remaining, reset) = pipe.execute()
        budget = None
        if remaining is not None and reset is not None:
            budget = Budget(int(remaining), int(reset))
            if budget.reset_at + RESET_SLACK_SECONDS <= now:
                budget = None
        return Standing(
            None if invalid is None else invalid.decode(),
            int(cooldown or 0),
            budget,
        )

    def budget_note(self, key: str, resource: str, budget: Budget, *, now: int) -> None:
        """Keep the smaller remainder of one window; a later window replaces it."""
        with _away():
            self._budget(
                keys=[self._key("budget", key)],
                args=[resource, budget.remaining, budget.reset_at, now],
            )

    def cooldown(self, key: str, until: int, *, now: int) -> None:
        """Let nobody use the token before `until`; a longer cooldown that holds stays."""
        until = min(until, now + COOLDOWN_MOST_SECONDS)
        with _away():
            self._cooldown(keys=[self._key("cooldown", key)], args=[until, now])

    def invalidate(self, key: str, reason: str, *, now: int) -> None:
        """Mark the token as one that GitHub knows no more."""
        with _away():
            self._redis.set(self._key("invalid", key), reason, ex=INVALID_SECONDS, nx=True)

    def permit_take(self, key: str, *, most: int, until: int, now: int) -> str | None:
        """Take one of `most` permits until the deadline; None where all are held."""
        holder = secrets.token_hex(16)
        with _away():
            taken = self._permit(keys=[self._key("sem", key)], args=[now, most, until, holder])
        return holder if taken else None

    def permit_return(self, key: str, holder: str) -> None:
        """Give a permit back; one that has passed to another holder is left alone."""
        with _away():
            self._redis.zrem(self._key("sem", key), holder)

    def _key(self, what: str, key: str) -> str:
        return f"{self._prefix}{what}:{key}"


def connect(url: str, prefix: str = "gh:") -> RedisState:
    """Return the shared state at an address; it is not asked before the first use."""
    connection = redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
    return RedisState(connection, prefix)


@contextmanager
def _away() -> Iterator[None]:
    try:
        yield
    except redis.RedisError as error:
        raise StateAway(str(error)) from error
