"""Populations as pictures need them: classes, shares and a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.domain.metric_names import (
    DROP_RATE,
    LATENCY,
    MERGE_RATE,
    OPENED,
    OSS_COMPOSITE,
    OSS_REVIEWS,
    Ratio,
)
from laurels.domain.percentiles import Thresholds, shares, spoken, summary
from tests.unit.domain.percentiles.populations import baseline_of, published


def held(metric: str, values: list[int] | list[Ratio]) -> Thresholds:
    return baseline_of(metric, values).thresholds[metric]


def told(metric: str, values: list[int] | list[Ratio]) -> dict[str, float]:
    return {one.label: one.percent for one in shares(held(metric, values))}


def test_counts_then_by_classes_without_the_empty_ends() -> None:
    assert told(OPENED, [1, 1, 1, 1, 2, 4, 4, 8, 30, 5_000]) == {
        "1": 40.0,
        "2": 10.0,
        "3 to 5": 20.0,
        "6 to 10": 10.0,
        "11 to 20": 0.0,
        "21 to 50": 10.0,
        "51 to 100": 0.0,
        "101 to 1,000": 0.0,
        "over 1,000": 10.0,
    }


def test_rates_then_nothing_and_everything_are_classes_of_their_own() -> None:
    found = told(MERGE_RATE, [Ratio(0, 1), Ratio(1, 5), Ratio(9, 10), Ratio(1, 1)])
    assert found == {
        "0 %": 25.0,
        "to 25 %": 25.0,
        "to 50 %": 0.0,
        "to 75 %": 0.0,
        "below 100 %": 25.0,
        "100 %": 25.0,
    }


def test_hours_and_composites_then_their_own_classes() -> None:
    assert list(told(LATENCY, [0, 5, 3_000])) == [
        "to 1 hour",
        "to 6 hours",
        "to 1 day",
        "to 3 days",
        "to 7 days",
        "to 30 days",
        "to 90 days",
        "longer",
    ]
    assert list(told(OSS_COMPOSITE, [Ratio(53_250, 1_000), Ratio(99, 1)])) == [
        *(f"to {edge}" for edge in range(55, 100, 5)),
        "to 100",
    ]


@given(
    st.sampled_from([OPENED, LATENCY, OSS_COMPOSITE]),
    st.lists(st.integers(0, 100), min_size=1, max_size=50),
)
def test_shares_of_any_people_then_a_hundred_in_all_and_near_the_truth(
    metric: str, values: list[int]
) -> None:
    found = shares(held(metric, values))
    assert sum(one.tenths for one in found) == 1_000
    assert all(one.tenths >= 0 for one in found)
    assert found[0].tenths and found[-1].tenths
    if metric == OPENED:
        none = {one.label: one.percent for one in found}.get("none", 0.0)
        assert abs(none - 100 * values.count(0) / len(values)) < 0.1001


def test_everybody_alike_then_one_class() -> None:
    assert told(DROP_RATE, [Ratio(0, 3)]) == {"0 %": 100.0}
    assert told(DROP_RATE, [Ratio(3, 3)]) == {"100 %": 100.0}


@pytest.mark.parametrize(
    ("metric", "number", "words"),
    [
        (OPENED, 1_234.0, "1,234"),
        (MERGE_RATE, 0.7916666, "79.2 %"),
        (MERGE_RATE, 1.0, "100 %"),
        (LATENCY, 1.0, "1 hour"),
        (LATENCY, 0.25, "0.2 hours"),
        (LATENCY, 352.5, "14.7 days"),
        (OSS_COMPOSITE, 58.43, "58.43"),
        (OPENED, 0.0, "0"),
        (OPENED, 100.0, "100"),
    ],
)
def test_spoken_then_as_people_read_it(metric: str, number: float, words: str) -> None:
    assert spoken(metric, number) == words


def test_summary_then_half_and_nine_in_ten() -> None:
    assert summary(held(OSS_REVIEWS, [0] * 5 + [7] * 4 + [90])) == (
        "Half have at most 0, nine in ten at most 7."
    )


def test_published_then_the_shares_that_are_known_of_it(shared_data: Path) -> None:
    known = published(shared_data)
    rates = {one.label: one.percent for one in shares(known.thresholds[MERGE_RATE])}
    drops = {one.label: one.percent for one in shares(known.thresholds[DROP_RATE])}
    assert rates["100 %"] == 38.6  # 38.5 % to a tenth
    assert drops["0 %"] == 65.8
    assert all(sum(one.tenths for one in shares(h)) == 1_000 for h in known.thresholds.values())
