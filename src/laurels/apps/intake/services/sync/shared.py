"""The shared state of tokens in the database, where there is no Redis.

Guarantee: that of laurels.adapters.github.client.shared. Each method is one or two statements that
commit by themselves (no caller holds a transaction while it calls GitHub), so that every process
sees them at once. A database that does not answer is StateAway.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError

from laurels.adapters.github.client.shared import (
    RESET_SLACK_SECONDS,
    Budget,
    Standing,
    StateAway,
)
from laurels.apps import sql

_BUDGET = f"""
INSERT INTO intake_tokenbudget (key, resource, remaining, reset_at) VALUES (%s, %s, %s, %s)
ON CONFLICT (key, resource) DO UPDATE SET
  remaining = CASE
    WHEN excluded.reset_at > intake_tokenbudget.reset_at + {RESET_SLACK_SECONDS}
      OR excluded.remaining < intake_tokenbudget.remaining
    THEN excluded.remaining ELSE intake_tokenbudget.remaining END,
  reset_at = CASE WHEN excluded.reset_at > intake_tokenbudget.reset_at
    THEN excluded.reset_at ELSE intake_tokenbudget.reset_at END
WHERE excluded.reset_at >= intake_tokenbudget.reset_at - {RESET_SLACK_SECONDS}
"""
_COOLDOWN = """
INSERT INTO intake_tokenstate (key, cooldown_until, invalid_reason) VALUES (%s, %s, '')
ON CONFLICT (key) DO UPDATE SET cooldown_until = excluded.cooldown_until
WHERE excluded.cooldown_until > intake_tokenstate.cooldown_until
"""
_INVALID = """
INSERT INTO intake_tokenstate (key, cooldown_until, invalid_at, invalid_reason)
VALUES (%s, 0, %s, %s)
ON CONFLICT (key) DO UPDATE SET invalid_at = excluded.invalid_at,
  invalid_reason = excluded.invalid_reason
WHERE intake_tokenstate.invalid_at IS NULL
"""
_PERMIT = """
INSERT INTO intake_tokenpermit (key, slot, holder, until) VALUES (%s, %s, %s, %s)
ON CONFLICT (key, slot) DO UPDATE SET holder = excluded.holder, until = excluded.until
WHERE intake_tokenpermit.until <= %s
"""


class DatabaseState:
    """The shared state as rows."""

    def standing(self, key: str, resource: str, *, now: int) -> Standing:
        """Return what is known of a token for one resource."""
        with _away():
            tokens = sql.fetch(
                "SELECT cooldown_until, invalid_at, invalid_reason FROM intake_tokenstate"
                " WHERE key = %s",
                [key],
            )
            budgets = sql.fetch(
                "SELECT remaining, reset_at FROM intake_tokenbudget"
                " WHERE key = %s AND resource = %s",
                [key, resource],
            )
        cooldown, invalid_at, reason = tokens[0] if tokens else (0, None, "")
        budget = Budget(*budgets[0]) if budgets else None
        return Standing(
            None if invalid_at is None else reason or "refused by GitHub",
            cooldown,
            budget if budget is not None and budget.reset_at + RESET_SLACK_SECONDS > now else None,
        )

    def budget_note(self, key: str, resource: str, budget: Budget, *, now: int) -> None:
        """Keep the smaller remainder of one window; a later window replaces it."""
        with _away():
            sql.execute(_BUDGET, [key, resource[:40], budget.remaining, budget.reset_at])

    def cooldown(self, key: str, until: int, *, now: int) -> None:
        """Let nobody use the token before `until`; a longer cooldown that holds stays."""
        with _away():
            sql.execute(_COOLDOWN, [key, until])

    def invalidate(self, key: str, reason: str, *, now: int) -> None:
        """Mark the token as one that GitHub knows no more."""
        with _away():
            sql.execute(_INVALID, [key, now, reason[:300]])

    def permit_take(self, key: str, *, most: int, until: int, now: int) -> str | None:
        """Take one of `most` permits until the deadline; None where all are held."""
        holder = secrets.token_hex(16)
        with _away():
            held = sql.fetch(
                "SELECT slot FROM intake_tokenpermit WHERE key = %s AND until > %s", [key, now]
            )
            free = set(range(most)) - {row[0] for row in held}
            for slot in sorted(free):
                if sql.execute(_PERMIT, [key, slot, holder, until, now]):
                    return holder
        return None

    def permit_return(self, key: str, holder: str) -> None:
        """Give a permit back; one that has passed to another holder is left alone."""
        with _away():
            sql.execute(
                "UPDATE intake_tokenpermit SET until = 0 WHERE key = %s AND holder = %s",
                [key, holder],
            )


@contextmanager
def _away() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise StateAway(str(error)) from error
