"""Nine metrics of a contributor, and what is shown beside them (spec/metrics.md §1)."""

from __future__ import annotations

from laurels.domain.metrics.beside import BESIDE, MEDIAN_TIME, SHRUNK, Side, beside
from laurels.domain.metrics.evidence import Evidence, evidence
from laurels.domain.metrics.facts import (
    Eligibility,
    Profile,
    PullRequest,
    YearCounts,
    eligibility_of,
)
from laurels.domain.metrics.inputs import inputs_hash
from laurels.domain.metrics.known import Known, SeenPull
from laurels.domain.metrics.languages import (
    Changed,
    LanguageProfile,
    LanguageShare,
    language_profile,
    weight,
)
from laurels.domain.metrics.measuring import Measured, measure
from laurels.domain.metrics.merge_times import MedianTime, median_merge_time, median_time
from laurels.domain.metrics.pulls import Pulls
from laurels.domain.metrics.ranking import Ranked, composite_value, rank
from laurels.domain.metrics.reasons import Code, Reason
from laurels.domain.metrics.shrinking import (
    Prior,
    Shrunk,
    prior_of_baseline,
    prior_of_counts,
    shrink,
)
from laurels.domain.metrics.standings import Role, Standing, standing
from laurels.domain.metrics.tally import (
    Judged,
    Tally,
    Times,
    counts,
    eligible,
    judge,
    tallies,
    tally,
)
from laurels.domain.metrics.window import (
    WINDOW_DAYS,
    CoverageShare,
    coverage_share,
    metrics_window,
    year_spans,
)

__all__ = [
    "BESIDE",
    "MEDIAN_TIME",
    "SHRUNK",
    "WINDOW_DAYS",
    "Changed",
    "Code",
    "CoverageShare",
    "Eligibility",
    "Evidence",
    "Judged",
    "Known",
    "LanguageProfile",
    "LanguageShare",
    "Measured",
    "MedianTime",
    "Prior",
    "Profile",
    "PullRequest",
    "Pulls",
    "Ranked",
    "Reason",
    "Role",
    "SeenPull",
    "Shrunk",
    "Side",
    "Standing",
    "Tally",
    "Times",
    "YearCounts",
    "beside",
    "composite_value",
    "counts",
    "coverage_share",
    "eligibility_of",
    "eligible",
    "evidence",
    "inputs_hash",
    "judge",
    "language_profile",
    "measure",
    "median_merge_time",
    "median_time",
    "metrics_window",
    "prior_of_baseline",
    "prior_of_counts",
    "rank",
    "shrink",
    "standing",
    "tallies",
    "tally",
    "weight",
    "year_spans",
]
