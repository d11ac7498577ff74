"""Rulesets: reading, checking, comparing and hashing the rules of a program or project."""

from __future__ import annotations

from laurels.domain.rulesets.bounds import outside_bounds
from laurels.domain.rulesets.canonical import canonical, content_hash, from_canonical
from laurels.domain.rulesets.labels import normalise
from laurels.domain.rulesets.matchers import near_misses
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
from laurels.domain.rulesets.parsing import load_toml, parse
from laurels.domain.rulesets.presets import (
    DEFAULT_PRESET,
    PRESETS,
    UnknownPreset,
    preset,
    preset_text,
)
from laurels.domain.rulesets.reader import Fault, RulesetFaults

__all__ = [
    "DEFAULT_PRESET",
    "PRESETS",
    "Accept",
    "Decay",
    "Exclude",
    "Fault",
    "LowValue",
    "MaxPullRequests",
    "PathFactor",
    "ProjectBounds",
    "Ruleset",
    "RulesetFaults",
    "Rung",
    "UnknownPreset",
    "canonical",
    "content_hash",
    "from_canonical",
    "load_toml",
    "near_misses",
    "normalise",
    "outside_bounds",
    "parse",
    "preset",
    "preset_text",
]
