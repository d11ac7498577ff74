"""Which token to ask with: a fixed one, or the best of a pool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from laurels.adapters.github.client.outcomes import MissingToken, Postponed, TokenInvalid
from laurels.adapters.github.client.shared import SharedState, StateAway, Token, affordable_at

_UNKNOWN_BUDGET = 5_000


class Tokens(Protocol):
    """Chooses a token for a call."""

    def pick(self, resource: str, cost: int, reserve: int, *, now: int) -> Token:
        """Return one; raises MissingToken, TokenInvalid or Postponed."""
        ...


@dataclass(frozen=True, slots=True)
class OneToken:
    """Always the same token."""

    token: Token

    def pick(self, resource: str, cost: int, reserve: int, *, now: int) -> Token:
        """Return it."""
        return self.token


@dataclass(frozen=True, slots=True)
class Pool:
    """The token with the most points left; when all must wait, until the first may be used."""

    tokens: Sequence[Token]
    state: SharedState

    def pick(self, resource: str, cost: int, reserve: int, *, now: int) -> Token:
        """Return the best; invalid ones are left out, and TokenInvalid tells when none is left."""
        if not self.tokens:
            raise MissingToken
        if len(self.tokens) == 1:
            return self.tokens[0]
        best: tuple[int, int] | None = None
        waits: list[tuple[int, str]] = []
        invalid = ""
        for place, token in enumerate(self.tokens):
            try:
                standing = self.state.standing(token.key, resource, now=now)
            except StateAway:
                return token
            if standing.invalid is not None:
                invalid = standing.invalid
                continue
            wait = affordable_at(standing, cost, reserve, now=now)
            if wait is not None:
                waits.append(wait)
                continue
            budget = standing.budget
            is_known = budget is not None and budget.reset_at > now
            left = budget.remaining if budget is not None and is_known else _UNKNOWN_BUDGET
            if best is None or (left, -place) > best:
                best = (left, -place)
        if best is not None:
            return self.tokens[-best[1]]
        if waits:
            raise Postponed(*min(waits))
        raise TokenInvalid(invalid)
