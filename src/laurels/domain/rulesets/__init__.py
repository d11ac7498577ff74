"""Rulesets: reading, checking, comparing and hashing the rules of a program or project."""

from __future__ import annotations

from laurels.domain.rulesets.model import (
    Accept,
    Decay,
    Exclude,
    LowValue,
    MaxPullRequests,
    PathFactor,
    ProjectBounds,
    Ruleset,
    Rung,
)

__all__ = [
    "Accept",
    "Decay",
    "Exclude",
    "LowValue",
    "MaxPullRequests",
    "PathFactor",
    "ProjectBounds",
    "Ruleset",
    "Rung",
]
