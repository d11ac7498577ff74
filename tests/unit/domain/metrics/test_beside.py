"""Figures beside the nine: an interval or a sentence that says why there is none."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from laurels.domain.metric_names import RATES
from laurels.domain.metrics import (
    BESIDE,
    MEDIAN_TIME,
    SHRUNK,
    Eligibility,
    Prior,
    PullRequest,
    Side,
    beside,
    counts,
    eligible,
    median_merge_time,
    median_time,
    shrink,
)
from tests.unit.domain.metrics.world import (
    NOW,
    WINDOW,
    last_days,
    measured,
    pull_requests,
    random_pull_requests,
)

PRIORS: dict[str, Prior | None] = {"pr_merge_rate": Prior(6.0, 3.0), "pr_drop_rate": Prior(1.0, 4)}
MERGE, DROP = SHRUNK["pr_merge_rate"], SHRUNK["pr_drop_rate"]


def sides(pulls: list[PullRequest], **how: object) -> dict[str, Side]:
    priors = how.pop("priors", PRIORS)
    median = median_merge_time(eligible(pulls, WINDOW, Eligibility.BY_OTHERS), WINDOW.end)
    return beside(measured(pulls, **how), median, priors)  # type: ignore[arg-type]


def test_beside_when_all_is_known_then_as_its_parts_give() -> None:
    pulls = [
        *pull_requests(6, "merged"),
        *pull_requests(3, "open", first=20),
        *pull_requests(2, "closed", first=40),
    ]
    told = sides(pulls)
    assert tuple(told) == BESIDE
    median, rate, drop = told[MEDIAN_TIME], told[MERGE], told[DROP]
    assert (median.value, median.counted, median.of) == (5.0, 6, 9)
    assert "open ones censored" in median.sentence
    exact = shrink(6, 11, PRIORS["pr_merge_rate"])
    assert exact is not None
    assert (rate.value, rate.low, rate.high) == (exact.rate, exact.low, exact.high)
    assert (rate.counted, rate.of) == (6, 11)
    assert (drop.counted, drop.of) == (2, 11)


def test_beside_when_nothing_was_read_then_unknown_and_says_so() -> None:
    for one in sides([], coverage=()).values():
        assert (one.value, one.low, one.high) == (None, None, None)
        assert one.sentence == "Nothing of the window has been read from GitHub yet."


def test_beside_when_some_days_were_read_then_given() -> None:
    told = sides(pull_requests(3, "merged"), coverage=last_days(30))
    assert all(one.value is not None for one in told.values())


def test_beside_when_none_counts_or_none_was_merged_then_says_which() -> None:
    none = sides([])
    assert "has been merged" in none[MEDIAN_TIME].sentence
    assert (
        none[MERGE].sentence
        == none[DROP].sentence
        == "No pull request counts, so there is no rate to tell."
    )
    waiting = sides(pull_requests(2, "open"))
    assert waiting[MEDIAN_TIME].value is None
    assert waiting[MERGE].value is not None


def test_beside_when_there_is_no_population_then_counts_alone() -> None:
    rate = sides(pull_requests(4, "merged"), priors=None)[MERGE]
    assert (rate.value, rate.counted, rate.of) == (None, 4, 4)
    assert rate.sentence == "There is no population to compare with."
    unlike = sides(pull_requests(4, "merged"), priors=dict.fromkeys(RATES))[MERGE]
    assert unlike.sentence == "The population does not tell how people differ in this rate."


def test_beside_when_drafts_are_not_known_then_no_drop_rate() -> None:
    pull = PullRequest(1, NOW - 9, "merged", NOW - 8, None, 1, 1, 1, 0)
    told = sides([pull])
    assert told[DROP].value is None
    assert "whether they are drafts" in told[DROP].sentence
    assert told[MERGE].value is not None


@given(random_pull_requests)
def test_beside_when_drawn_then_within_its_interval_and_of_the_same_pull_requests(
    pulls: list[PullRequest],
) -> None:
    person = measured(pulls)
    tally, times = counts(pulls, WINDOW)[person.eligibility]
    told = beside(person, median_time(times.merged, times.waiting), PRIORS)
    for name in (MERGE, DROP):
        one = told[name]
        if one.value is not None and one.low is not None and one.high is not None:
            assert 0 <= one.low <= one.value <= one.high <= 1
    assert told[MERGE].of == person.tally.opened == tally.opened


@given(random_pull_requests, st.sampled_from(Eligibility))
def test_times_when_drawn_then_those_of_the_eligible_one_by_one(
    pulls: list[PullRequest], rule: Eligibility
) -> None:
    tally, times = counts(pulls, WINDOW)[rule]
    counted = list(eligible(pulls, WINDOW, rule))
    assert median_time(times.merged, times.waiting) == median_merge_time(counted, WINDOW.end)
    assert (len(times.merged), sum(times.merged)) == (tally.timed, tally.merge_seconds)
    assert len(times.waiting) == sum(one.state == "open" for one in counted)
