"""The activity composite: 0.40·P(reviews) + 0.35·P(pull requests) + 0.25·P(issues), exactly."""

from __future__ import annotations

from typing import Final

from laurels.domain.metric_names import Ratio

REVIEWS_WEIGHT: Final = 40
PRS_WEIGHT: Final = 35
ISSUES_WEIGHT: Final = 25


def composite(
    reviews_tenths: int | None, prs_tenths: int | None, issues_tenths: int | None
) -> Ratio | None:
    """Weigh three raw percentiles in tenths (10.0 is 100) into a value of 0 to 100.

    The value is a whole number of thousandths: (10, 20, 30) give 18,500/1,000 = 18.5. None where
    any of the three is None. Source: spec/metrics.md §1; raw percentiles, not clamped.
    """
    if reviews_tenths is None or prs_tenths is None or issues_tenths is None:
        return None
    weighed = (
        REVIEWS_WEIGHT * reviews_tenths + PRS_WEIGHT * prs_tenths + ISSUES_WEIGHT * issues_tenths
    )
    return Ratio(weighed, 1_000)
