"""People with pull requests, for the tests of metrics."""

from __future__ import annotations

from hypothesis import strategies as st

from laurels.domain.metrics import (
    Eligibility,
    Measured,
    Profile,
    PullRequest,
    YearCounts,
    measure,
    metrics_window,
    tally,
    year_spans,
)
from laurels.domain.windows import Coverage, Window
from laurels.kit.times import DAY_SECONDS, parse_instant

NOW = parse_instant("2026-05-14T09:20:00Z")
WINDOW = metrics_window(NOW)
HOUR = 3_600


def pull_requests(
    count: int, state: str = "open", first: int = 1, hours: int = 5, is_draft: bool = False
) -> list[PullRequest]:
    """Give pull requests with one review by another person, a day apart."""
    return [
        PullRequest(
            id=first + at,
            created_at=NOW - (at + 1) * DAY_SECONDS,
            state=state,
            merged_at=NOW - (at + 1) * DAY_SECONDS + hours * HOUR if state == "merged" else None,
            is_draft=is_draft,
            comments=0,
            reviews=1,
            others_comments=0,
            others_reviews=1,
        )
        for at in range(count)
    ]


def profile(reviews: int | None = 0, issues: int | None = 0, now: int = NOW) -> Profile:
    """Give counts of three spans that sum up to these; None is unknown in the middle one."""
    first, middle, last = year_spans(now)
    some_reviews = None if reviews is None else reviews // 2
    some_issues = None if issues is None else issues // 2
    return Profile(
        (
            YearCounts(*first, reviews=0, issues=0),
            YearCounts(*middle, reviews=some_reviews, issues=some_issues),
            YearCounts(
                *last, reviews=(reviews or 0) - (some_reviews or 0),
                issues=(issues or 0) - (some_issues or 0),
            ),
        )
    )  # fmt: skip


def measured(
    given: list[PullRequest],
    known: Profile | None = None,
    *,
    coverage: Coverage = (WINDOW,),
    rule: Eligibility = Eligibility.BY_OTHERS,
) -> Measured:
    """Measure a person whose window is read, unless told otherwise."""
    return measure(
        tally(given, WINDOW, rule),
        profile=profile() if known is None else known,
        coverage=coverage,
        window=WINDOW,
        eligibility=rule,
    )


def last_days(days: int) -> Coverage:
    """Give the coverage of the last days."""
    return (Window(NOW - days * DAY_SECONDS, NOW),)


_counts = st.none() | st.integers(0, 2)
random_pull_requests = st.lists(
    st.builds(
        PullRequest,
        id=st.integers(1, 10**12),
        created_at=st.none() | st.integers(WINDOW.start - 9, NOW + 9),
        state=st.sampled_from(["open", "closed", "merged"]),
        merged_at=st.none() | st.integers(WINDOW.start, NOW + 9),
        is_draft=st.none() | st.booleans(),
        comments=_counts,
        reviews=_counts,
        others_comments=_counts,
        others_reviews=_counts,
    ),
    max_size=25,
    unique_by=lambda one: one.id,
)
