"""The median with open pull requests censored, against published tables and other programs.

lifelines brings matplotlib and pandas with it, so its answers are kept in a file instead.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf, norm

from laurels.domain.metrics import PullRequest, median_merge_time, median_time
from laurels.domain.metrics.merge_times import Z_95, survival
from tests.unit.domain.metrics.world import NOW, pull_requests

LIFELINES = json.loads((Path(__file__).parent / "lifelines.json").read_text())["cases"]

# Freireich and others 1963, weeks of remission under 6-mercaptopurine and under a placebo; the
# curve as printed by Cox and Oakes 1984, table 1.1.
TREATED = [6, 6, 6, 7, 10, 13, 16, 22, 23]
TREATED_LEFT = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
TREATED_CURVE = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]

durations = st.lists(st.integers(0, 30), max_size=25)
some = st.lists(st.integers(0, 30), min_size=1, max_size=25)


def test_published_remissions_then_the_published_curve_and_median() -> None:
    steps = survival(TREATED, TREATED_LEFT)
    assert {step.time: round(step.survival, 3) for step in steps} == TREATED_CURVE
    treated = median_time(TREATED, TREATED_LEFT)
    assert treated is not None
    assert (treated.seconds, treated.merged, treated.waiting) == (23, 9, 12)
    placebo = median_time(PLACEBO, [])
    assert placebo is not None
    assert (placebo.seconds, placebo.low_seconds, placebo.high_seconds) == (8, 4, 11)


@pytest.mark.parametrize("case", LIFELINES, ids=range(len(LIFELINES)))
def test_median_and_band_then_those_of_lifelines(case: dict) -> None:
    found = median_time(case["events"], case["censored"])
    assert found is not None
    assert (found.seconds, found.low_seconds, found.high_seconds) == (
        case["median"], case["low"], case["high"],
    )  # fmt: skip
    steps = survival(case["events"], case["censored"])
    assert [step.time for step in steps] == case["times"]
    for field, expected in (("survival", "survival"), ("low", "lower"), ("high", "upper")):
        held = [getattr(step, field) for step in steps]
        assert held == pytest.approx(case[expected], abs=1e-9)


@given(some, durations)
def test_curve_of_anything_then_that_of_scipy(events: list[int], censored: list[int]) -> None:
    marks = [False] * len(events) + [True] * len(censored)
    theirs = ecdf(CensoredData.right_censored(events + censored, marks)).sf
    for step in survival(events, censored):
        assert step.survival == pytest.approx(float(theirs.evaluate(step.time)), abs=1e-12)


@given(some, durations)
def test_median_of_anything_then_the_first_time_at_a_half_exactly(
    events: list[int], censored: list[int]
) -> None:
    product, expected = Fraction(1), None
    for time in sorted(set(events)):
        at_risk = sum(one >= time for one in events + censored)
        product *= 1 - Fraction(events.count(time), at_risk)
        if product <= Fraction(1, 2):
            expected = time
            break
    found = median_time(events, censored)
    assert found is not None
    assert found.seconds == expected
    if found.low_seconds is not None and found.seconds is not None:
        assert found.low_seconds <= found.seconds <= (found.high_seconds or 31)


@given(some)
def test_median_without_waiting_then_the_lower_median(events: list[int]) -> None:
    found = median_time(events, [])
    assert found is not None
    assert found.seconds == sorted(events)[(len(events) - 1) // 2]


@given(some, durations)
def test_more_waiting_then_the_median_never_falls(events: list[int], censored: list[int]) -> None:
    first, second = median_time(events, []), median_time(events, censored)
    assert first is not None
    assert second is not None
    assert second.seconds is None or first.seconds is None or second.seconds >= first.seconds


@given(
    st.lists(st.integers(0, 10_000), min_size=150, max_size=400),
    st.lists(st.integers(0, 12_000), max_size=400),
)
def test_many_then_the_same_as_a_look_at_each_step(events: list[int], censored: list[int]) -> None:
    steps = survival(events, censored)
    found = median_time(events, censored)
    assert found is not None
    assert (found.low_seconds, found.seconds, found.high_seconds) == (
        next((step.time for step in steps if step.low <= 0.5), None),
        next((step.time for step in steps if step.is_half), None),
        next((step.time for step in steps if step.high <= 0.5), None),
    )


def test_half_by_a_product_that_binary_numbers_miss_then_reached_exactly() -> None:
    found = median_time([3, 4, 5, 6, 7, 8], [])
    assert found is not None
    assert found.seconds == 5


def test_without_an_event_then_none() -> None:
    assert median_time([], [1, 2, 3]) is None
    assert median_merge_time(pull_requests(3), NOW) is None


def test_most_still_open_then_not_reached_and_said() -> None:
    found = median_merge_time([*pull_requests(2, "merged"), *pull_requests(9, "open", 50)], NOW)
    assert found is not None
    assert found.seconds is None
    assert (found.merged, found.waiting) == (2, 9)
    assert "not reached" in found.sentence


def test_pull_requests_then_open_censored_at_now_and_dropped_left_out() -> None:
    given = [
        *pull_requests(6, "merged", hours=5),
        *pull_requests(2, "open", 50),
        *pull_requests(40, "closed", 80),
        PullRequest(200, NOW + 5, "open"),
        PullRequest(201, None, "open"),
        PullRequest(202, NOW - 9, "merged", None),
    ]
    found = median_merge_time(given, NOW)
    assert found is not None
    assert (found.seconds, found.merged, found.waiting) == (5 * 3_600, 6, 2)
    assert found.sentence.startswith("Of 6 merged and 2 open pull requests, half")


def test_z_then_the_normal_percentile_of_scipy() -> None:
    assert pytest.approx(float(norm.ppf(0.975)), abs=1e-15) == Z_95
