"""What a ruleset's patterns compile to, once per ruleset."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from laurels.domain.rulesets.labels import LabelPatterns, glob_regex, is_near, normalise
from laurels.domain.rulesets.paths import PathPatterns

if TYPE_CHECKING:
    from laurels.domain.rulesets.model import Ruleset

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)


class Matchers:
    """Compiled patterns of one ruleset; reading them has no effect on its value."""

    __slots__ = (
        "_known",
        "accept",
        "disallowed",
        "ignored",
        "months",
        "opt_in",
        "path_factors",
        "reads_labels",
        "reads_size",
        "required",
        "seasons",
        "types",
        "void",
    )

    def __init__(self, ruleset: Ruleset) -> None:
        """Compile every label, title and path pattern of the ruleset."""
        self.void = LabelPatterns(ruleset.void_labels)
        self.required = LabelPatterns(ruleset.accept_labels)
        self.accept = tuple(LabelPatterns((pattern,)) for pattern in ruleset.accept.labels)
        self.opt_in = LabelPatterns(ruleset.exclude.without_opt_in)
        self.types = frozenset(normalise(name) for name in ruleset.allowed_types)
        self.ignored = PathPatterns(ruleset.ignored_paths)
        self.path_factors = tuple(
            (factor, PathPatterns(factor.paths)) for factor in ruleset.path_factors
        )
        self.disallowed = tuple(
            (pattern, re.compile(glob_regex(normalise(pattern))))
            for pattern in ruleset.disallowed_patterns
        )
        self.months = frozenset(
            MONTHS.index(name) + 1 for name in ruleset.season_only if name in MONTHS
        )
        self.seasons = frozenset(ruleset.season_only)
        self.reads_size = bool(ruleset.size_bonus) or ruleset.low_value is not None
        self.reads_labels = bool(
            ruleset.levels_milli or ruleset.qualities_milli or ruleset.types_milli
        )
        self._known = LabelPatterns(
            (
                *ruleset.levels_milli,
                *ruleset.qualities_milli,
                *ruleset.types_milli,
                *ruleset.accept_labels,
                *ruleset.void_labels,
                *ruleset.accept.labels,
                *ruleset.exclude.without_opt_in,
            )
        )

    def near_misses(self, labels: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """Return (label, the known label it almost is) for labels that no rule reads."""
        found = []
        for label in labels:
            form = normalise(label)
            if self._known.match(frozenset((form,))) is not None:
                continue
            close = next((k for k in self._known.patterns if is_near(form, k)), None)
            if close is not None:
                found.append((label, close))
        return tuple(found)


def near_misses(labels: tuple[str, ...] | None, ruleset: Ruleset) -> tuple[tuple[str, str], ...]:
    """Return (label as written, label it almost is) for maintainers to put right."""
    return ruleset.matchers.near_misses(labels) if labels else ()
