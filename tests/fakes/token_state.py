"""The shared state of tokens in memory: the third implementation, for tests that need no store."""

from __future__ import annotations

import threading
from itertools import count

from laurels.adapters.github.client.shared import Budget, Standing, StateAway, joined


class MemoryState:
    """As the protocol says, for one process; `is_away` makes it refuse as a lost store does."""

    def __init__(self) -> None:
        self.is_away = False
        self.invalid: dict[str, str] = {}
        self.cooldowns: dict[str, int] = {}
        self.budgets: dict[tuple[str, str], Budget] = {}
        self.permits: dict[str, dict[str, int]] = {}
        self._numbers = count(1)
        self._lock = threading.Lock()

    def standing(self, key: str, resource: str, *, now: int) -> Standing:
        self._there()
        budget = self.budgets.get((key, resource))
        return Standing(
            self.invalid.get(key),
            self.cooldowns.get(key, 0),
            budget if budget is not None and budget.reset_at + 5 > now else None,
        )

    def budget_note(self, key: str, resource: str, budget: Budget, *, now: int) -> None:
        self._there()
        with self._lock:
            self.budgets[key, resource] = joined(self.budgets.get((key, resource)), budget)

    def cooldown(self, key: str, until: int, *, now: int) -> None:
        self._there()
        self.cooldowns[key] = max(until, self.cooldowns.get(key, 0))

    def invalidate(self, key: str, reason: str, *, now: int) -> None:
        self._there()
        self.invalid.setdefault(key, reason)

    def permit_take(self, key: str, *, most: int, until: int, now: int) -> str | None:
        self._there()
        with self._lock:
            held = self.permits.setdefault(key, {})
            for holder in [one for one, end in held.items() if end <= now]:
                del held[holder]
            if len(held) >= most:
                return None
            holder = f"holder-{next(self._numbers)}"
            held[holder] = until
            return holder

    def permit_return(self, key: str, holder: str) -> None:
        self._there()
        self.permits.get(key, {}).pop(holder, None)

    def _there(self) -> None:
        if self.is_away:
            raise StateAway("gone")
