"""How often somebody may ask: sliding windows in memory, or in Redis where processes share them.

Guarantee: with memory the count is exact for one process; with Redis for all that share it.
Redis away: a rule that fails closed refuses, any other lets through; `is_blind` tells that nothing
was counted. Keys hold a hash of who asked, never an address or a token.
"""

from __future__ import annotations

import hashlib
import math
import time
from dataclasses import dataclass

from limits import RateLimitItemPerSecond
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

MEMORY = "memory://"
_BLIND_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Rule:
    """`most` requests in any `seconds`; `fails_closed` says what holds when counting fails."""

    name: str
    most: int
    seconds: int
    fails_closed: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a request may pass, and what to say of it; `retry_after` is in seconds."""

    allowed: bool
    limit: int
    remaining: int
    retry_after: int
    is_blind: bool = False


class Throttle:
    """Counts requests by rule and by who asks."""

    def __init__(self, address: str = MEMORY) -> None:
        """Count in the store at `address`: memory:// or redis://…"""
        options = {} if address == MEMORY else {"wrap_exceptions": True}
        self._limiter = SlidingWindowCounterRateLimiter(storage_from_string(address, **options))

    def hit(self, rule: Rule, who: str) -> Standing:
        """Count one request and say whether it may pass."""
        item = RateLimitItemPerSecond(rule.most, rule.seconds, namespace=f"laurels:{rule.name}")
        key = hashlib.sha256(who.encode("utf-8", "replace")).hexdigest()[:32]
        try:
            allowed = self._limiter.hit(item, key)
            window = self._limiter.get_window_stats(item, key)
        except StorageError:
            wait = _BLIND_SECONDS if rule.fails_closed else 0
            return Standing(not rule.fails_closed, rule.most, 0, wait, is_blind=True)
        wait = 0 if allowed else max(1, math.ceil(window.reset_time - time.time()))
        return Standing(allowed, rule.most, max(0, window.remaining), wait)
