"""The metrics by name: what each counts, its unit, which way is better (spec/metrics.md §1).

Values are exact: a whole number, or a Ratio of two. What is compared, shown and written of a ratio
is one division of its two whole numbers, rounded once to binary64; that keeps order, and is the
same number in Python, in a database and in a dataframe engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

import msgspec

HOUR_SECONDS: Final = 3_600

OPENED: Final = "total_opened_prs"
MERGED: Final = "total_merged_prs"
MERGE_RATE: Final = "pr_merge_rate"
DROP_RATE: Final = "pr_drop_rate"
LATENCY: Final = "avg_merge_latency_hours"
OSS_PRS: Final = "oss_prs_opened"
OSS_REVIEWS: Final = "oss_reviews"
OSS_ISSUES: Final = "oss_issues_opened"
OSS_COMPOSITE: Final = "oss_composite"
OSS_PUSHES: Final = "oss_pushes"

NINE: Final = (
    OPENED,
    MERGED,
    MERGE_RATE,
    DROP_RATE,
    LATENCY,
    OSS_PRS,
    OSS_REVIEWS,
    OSS_ISSUES,
    OSS_COMPOSITE,
)
"""What a person is told, in this order."""

TEN: Final = (*NINE, OSS_PUSHES)
"""What a population is measured in: pushes have thresholds, and nobody is ranked by them."""

LOWER_IS_BETTER: Final = frozenset({DROP_RATE, LATENCY})
RATES: Final = frozenset({MERGE_RATE, DROP_RATE})
"""The metrics whose values lie in [0, 1]."""

COUNTED: Final = frozenset({OPENED, MERGED, OSS_PRS, OSS_REVIEWS, OSS_ISSUES, OSS_PUSHES})
"""The metrics whose values are whole numbers; those of the others are ratios."""


class Ratio(NamedTuple):
    """A quotient of two whole numbers as counted, not reduced: 38 of 42; the second is above 0."""

    numerator: int
    denominator: int

    @property
    def number(self) -> float:
        """The quotient, rounded once to the nearest binary64."""
        return self.numerator / self.denominator


Value: TypeAlias = int | Ratio


class Definition(msgspec.Struct, frozen=True):
    """What a metric says, for people: a heading, a sentence, the unit of its value."""

    name: str
    title: str
    description: str
    unit: str

    @property
    def lower_is_better(self) -> bool:
        """Whether a smaller value stands higher."""
        return self.name in LOWER_IS_BETTER


def number_of(value: Value) -> float:
    """Give a value as the binary64 that look-ups compare and payloads show."""
    return value.number if isinstance(value, Ratio) else float(value)


def payload_of(value: Value | None) -> int | float | None:
    """Give a value as payloads write it: counts whole, ratios as a fraction; None stays None."""
    return value.number if isinstance(value, Ratio) else value


_HELD = (
    (
        OPENED,
        "Pull requests opened",
        "Pull requests opened in the window that have a comment or a review.",
        "pull requests",
    ),
    (
        MERGED,
        "Pull requests merged",
        "Of the pull requests with a comment or a review, those that were merged.",
        "pull requests",
    ),
    (
        MERGE_RATE,
        "Merge rate",
        "The share of the pull requests with a comment or a review that were merged, drafts "
        "counted in both.",
        "share",
    ),
    (
        DROP_RATE,
        "Drop rate",
        "The share of the pull requests with a comment or a review, drafts left out, that were "
        "closed and not merged. Less is better.",
        "share",
    ),
    (
        LATENCY,
        "Merge time",
        "The mean time from opening to merging. Shorter is better.",
        "hours",
    ),
    (
        OSS_PRS,
        "Activity: pull requests",
        "Pull requests opened, as a part of the activity.",
        "pull requests",
    ),
    (
        OSS_REVIEWS,
        "Activity: reviews",
        "Pull request reviews given in the last three years, as a part of the activity.",
        "reviews",
    ),
    (
        OSS_ISSUES,
        "Activity: issues",
        "Issues opened in the last three years, as a part of the activity.",
        "issues",
    ),
    (
        OSS_COMPOSITE,
        "Activity composite",
        "Reviews, pull requests and issues together: 40, 35 and 25 hundredths of their "
        "percentiles.",
        "points of 100",
    ),
    (
        OSS_PUSHES,
        "Pushes",
        "Pushes in the window. Nobody is ranked by them.",
        "pushes",
    ),
)

DEFINITIONS: Final[Mapping[str, Definition]] = MappingProxyType(
    {held[0]: Definition(*held) for held in _HELD}
)
