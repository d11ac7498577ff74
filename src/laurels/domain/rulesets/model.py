"""A ruleset version as Laurels holds it: immutable, points and factors in thousandths.

The field names are those of the TOML file without `_milli`; docs/organise/rulesets.md explains
each. An absent number (None) means that the rule does not exist, an empty list that nothing is
asked or given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from laurels.domain.rulesets.matchers import Matchers
from laurels.domain.tiers import Tier

ALL_SEASONS = "*"


@dataclass(frozen=True, slots=True)
class Accept:
    """What makes a pull request count; with no condition at all, every one counts.

    `opening_pays` says when `pr_opened` is there: `when_opened`, or `while_not_closed_unmerged`.
    """

    mode: str = "any"
    is_merged: bool = False
    is_approved: bool = False
    labels: tuple[str, ...] = ()
    opening_pays: str = "when_opened"


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a bonus ladder: points from so many lines or files on."""

    at_least: int
    points_milli: int


@dataclass(frozen=True, slots=True)
class PathFactor:
    """A factor for merges that touch any of these paths; the name stands in the sentence."""

    name: str
    paths: tuple[str, ...]
    factor_milli: int


@dataclass(frozen=True, slots=True)
class LowValue:
    """What a merge below so many effective lines gets: a factor, or a penalty in whole points."""

    lines: int
    factor_milli: int | None = None
    penalty: int | None = None


@dataclass(frozen=True, slots=True)
class Decay:
    """Merges beyond the free ones of a repository and month keep max(floor, 1/(1+rate·extra))."""

    free: int
    rate_milli: int
    floor_milli: int


@dataclass(frozen=True, slots=True)
class MaxPullRequests:
    """Beyond so many pull requests in a day, month or season, a person looks first."""

    count: int
    period: str = "month"


@dataclass(frozen=True, slots=True)
class Exclude:
    """Whose and which work earns nothing; `without_opt_in` lists topics or labels that opt in."""

    bots: bool = False
    own_repository: bool = False
    unreviewed_self_merge: bool = False
    forks: bool = False
    private: bool = False
    without_opt_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectBounds:
    """The most that a project's own ruleset may give without an organiser's consent."""

    weights_milli: Mapping[str, int] = field(default_factory=dict)
    per_pr_cap_milli: int | None = None
    repository_month_cap_milli: int | None = None


@dataclass(frozen=True)
class Ruleset:
    """Every rule of one published version.

    Not slotted: compiled matchers of labels and paths are cached beside it.
    """

    weights_milli: Mapping[str, int] = field(default_factory=dict)
    accept: Accept = Accept()
    daily_caps_milli: Mapping[str, int] = field(default_factory=dict)
    size_bonus: tuple[Rung, ...] = ()
    files_bonus: tuple[Rung, ...] = ()
    ignored_paths: tuple[str, ...] = ()
    path_factors: tuple[PathFactor, ...] = ()
    reviewed_factor_milli: int | None = None
    levels_milli: Mapping[str, int] = field(default_factory=dict)
    qualities_milli: Mapping[str, int] = field(default_factory=dict)
    types_milli: Mapping[str, int] = field(default_factory=dict)
    accept_labels: tuple[str, ...] = ()
    void_labels: tuple[str, ...] = ()
    allowed_types: tuple[str, ...] = ()
    disallowed_patterns: tuple[str, ...] = ()
    min_effective_lines: int | None = None
    max_prs_per_period: MaxPullRequests | None = None
    rating_multipliers_milli: Mapping[int, int] = field(default_factory=dict)
    rating_bonus_milli: Mapping[int, int] = field(default_factory=dict)
    low_value: LowValue | None = None
    decay: Decay | None = None
    per_pr_cap_milli: int | None = None
    repository_month_cap_milli: int | None = None
    spam_penalty: int = 0
    disqualify_after: int | None = None
    hold_days: int = 0
    exclude: Exclude = Exclude()
    season_only: tuple[str, ...] = ()
    seasons_certified: tuple[str, ...] = ("all",)
    certificate_policy: str = "ladder"
    tiers: tuple[Tier, ...] = ()
    maintainer_share_milli: int | None = None
    project_bounds: ProjectBounds | None = None

    @cached_property
    def matchers(self) -> Matchers:
        """Return the compiled label, title and path patterns."""
        return Matchers(self)

    def certifies(self, season: str) -> bool:
        """Tell whether tiers reached in this season earn certificates."""
        return season in self.seasons_certified or ALL_SEASONS in self.seasons_certified
