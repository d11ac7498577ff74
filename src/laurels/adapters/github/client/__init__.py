"""The client: one pooled connection, every limit respected, nothing waited for in a worker."""

from __future__ import annotations

from laurels.adapters.github.client.core import Core, Tuning, http_client
from laurels.adapters.github.client.github import GitHub
from laurels.adapters.github.client.graphql import Gap, Read
from laurels.adapters.github.client.outcomes import (
    BadAnswer,
    Forbidden,
    GitHubFault,
    Missing,
    MissingToken,
    Postponed,
    Rejected,
    TokenInvalid,
    Unavailable,
)
from laurels.adapters.github.client.shared import Budget, SharedState, Standing, StateAway, Token
from laurels.adapters.github.client.tokens import OneToken, Pool, Tokens

__all__ = [
    "BadAnswer",
    "Budget",
    "Core",
    "Forbidden",
    "Gap",
    "GitHub",
    "GitHubFault",
    "Missing",
    "MissingToken",
    "OneToken",
    "Pool",
    "Postponed",
    "Read",
    "Rejected",
    "SharedState",
    "Standing",
    "StateAway",
    "Token",
    "TokenInvalid",
    "Tokens",
    "Tuning",
    "Unavailable",
    "http_client",
]
