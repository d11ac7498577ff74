"""The metrics of one person without a population: values, and which may be ranked.

A value is told wherever it can be computed; the gate decides the percentile alone. Counts of a
window that is partly covered are told with its coverage, those of one not covered at all are
unknown.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from laurels.domain.metric_names import (
    DROP_RATE,
    HOUR_SECONDS,
    LATENCY,
    MERGE_RATE,
    MERGED,
    OPENED,
    OSS_COMPOSITE,
    OSS_ISSUES,
    OSS_PRS,
    OSS_REVIEWS,
    Ratio,
    Value,
)
from laurels.domain.metrics import reasons
from laurels.domain.metrics.facts import Eligibility, Profile
from laurels.domain.metrics.reasons import Reason
from laurels.domain.metrics.tally import Tally
from laurels.domain.metrics.window import CoverageShare, coverage_share
from laurels.domain.percentiles import Person
from laurels.domain.windows import Coverage, Window


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """One person's values (None is unknown) and, by metric, why it may not be ranked.

    A metric without a reason may be ranked. The composite has no value yet, it needs a baseline.
    `activity` is pull requests + reviews + issues, None where a part is unknown; `profile_until` is
    the instant that reviews and issues are as of.
    """

    window: Window
    eligibility: Eligibility
    coverage: CoverageShare
    tally: Tally
    values: Mapping[str, Value | None]
    reasons: Mapping[str, Reason]
    activity: int | None
    profile_until: int | None

    def person(self, pushes: int | None = None) -> Person | None:
        """Give what a program's own baseline counts; None where the window is uncovered."""
        if self.coverage.is_none:
            return None
        reviews, issues = self.values[OSS_REVIEWS], self.values[OSS_ISSUES]
        held = self.tally
        return Person(
            opened=held.opened,
            merged=held.merged,
            ready=0 if held.drafts_unknown else held.ready,
            dropped=held.dropped,
            timed=held.timed,
            merge_seconds=held.merge_seconds,
            reviews=reviews if isinstance(reviews, int) else None,
            issues=issues if isinstance(issues, int) else None,
            pushes=pushes,
        )


def measure(
    counted: Tally,
    *,
    profile: Profile,
    coverage: Coverage,
    window: Window,
    eligibility: Eligibility,
) -> Measured:
    """Measure a person: values and gates of spec/metrics.md §1.

    `counted` is the tally of the same window and rule, however it was made; `coverage` are the
    intervals, in updated time, over which the person's pull requests have been read.
    """
    share = coverage_share(window, coverage)
    reviews, issues = profile.reviews(window.end), profile.issues(window.end)
    prs = None if share.is_none else counted.opened
    values = {**_of_pull_requests(counted, is_known=prs is not None)}
    values |= {OSS_PRS: prs, OSS_REVIEWS: reviews, OSS_ISSUES: issues, OSS_COMPOSITE: None}
    parts = [part for part in (prs, reviews, issues) if part is not None]
    return Measured(
        window=window,
        eligibility=eligibility,
        coverage=share,
        tally=counted,
        values=values,
        reasons=_gates(counted, share, eligibility, profile, values, sum(parts)),
        activity=sum(parts) if len(parts) == 3 else None,
        profile_until=profile.until,
    )


def _of_pull_requests(counted: Tally, *, is_known: bool) -> dict[str, Value | None]:
    if not is_known:
        return dict.fromkeys((OPENED, MERGED, MERGE_RATE, DROP_RATE, LATENCY))
    drop = Ratio(counted.dropped, counted.ready) if counted.ready else None
    return {
        OPENED: counted.opened,
        MERGED: counted.merged,
        MERGE_RATE: Ratio(counted.merged, counted.opened) if counted.opened else None,
        DROP_RATE: None if counted.drafts_unknown else drop,
        LATENCY: Ratio(counted.merge_seconds, HOUR_SECONDS * counted.timed)
        if counted.timed
        else None,
    }


def _gates(
    counted: Tally,
    share: CoverageShare,
    eligibility: Eligibility,
    profile: Profile,
    values: Mapping[str, Value | None],
    activity_known: int,
) -> dict[str, Reason]:
    for_all = _reason_for_all(counted, share, eligibility)
    if for_all is not None:
        return dict.fromkeys(values, for_all)
    found: dict[str, Reason] = {}
    if counted.opened < reasons.OPENED_LEAST:
        found[MERGE_RATE] = reasons.too_few_opened(counted.opened, share)
    if counted.drafts_unknown:
        found[DROP_RATE] = reasons.DRAFTS_UNKNOWN
    elif counted.ready < reasons.READY_LEAST:
        found[DROP_RATE] = reasons.too_few_ready(counted.ready, share)
    if counted.merged < reasons.MERGED_LEAST:
        found[LATENCY] = reasons.too_few_merged(counted.merged, share)
    elif not counted.timed:
        found[LATENCY] = reasons.MERGE_TIMES_UNKNOWN
    unread = reasons.PROFILE_PRIVATE if profile.is_private else reasons.PROFILE_UNREAD
    unknown = [name for name in (OSS_REVIEWS, OSS_ISSUES) if values[name] is None]
    if activity_known < reasons.ACTIVITY_LEAST:
        # What is not known may make it ten: then nothing is too low, it is unknown.
        low = unread if unknown else reasons.activity_too_low(activity_known, share)
        found |= dict.fromkeys((OSS_PRS, OSS_REVIEWS, OSS_ISSUES, OSS_COMPOSITE), low)
    elif unknown:
        found |= dict.fromkeys((*unknown, OSS_COMPOSITE), unread)
    return found


def _reason_for_all(
    counted: Tally, share: CoverageShare, eligibility: Eligibility
) -> Reason | None:
    if share.is_none:
        return reasons.WINDOW_UNCOVERED
    if counted.opened:
        return None
    if counted.undecided:
        return reasons.ELIGIBILITY_UNKNOWN
    if not share.is_full:
        return reasons.none_so_far(share)
    if eligibility is Eligibility.BY_OTHERS:
        return reasons.NO_ELIGIBLE_BY_OTHERS
    return reasons.NO_ELIGIBLE
