"""The published population: the figures that specification and operators check by."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from laurels.domain.metric_names import (
    DROP_RATE,
    LATENCY,
    LOWER_IS_BETTER,
    MERGE_RATE,
    NINE,
    OPENED,
    OSS_COMPOSITE,
    OSS_ISSUES,
    OSS_PRS,
    OSS_REVIEWS,
    TEN,
    Ratio,
)
from laurels.domain.percentiles import (
    LAURELS_GHARCHIVE,
    POINTS,
    Baseline,
    Bin,
    Mode,
    Place,
    composite,
    faults_of,
    notes,
)
from tests.unit.domain.percentiles.populations import published


@pytest.fixture(scope="module")
def baseline(shared_data: Path) -> Baseline:
    return published(shared_data)


def placed(baseline: Baseline, metric: str, value: int | Ratio, mode: Mode) -> Place:
    place = baseline.place(metric, value, mode)
    assert place is not None
    return place


def test_published_when_read_then_whole_sound_and_known_by_its_checksum(
    baseline: Baseline,
) -> None:
    assert set(baseline.thresholds) == set(TEN)
    assert [len(held.texts) for held in baseline.thresholds.values()] == [POINTS] * 10
    assert faults_of(baseline) == ()
    assert (baseline.start, baseline.end) == (20221001, 20250930)
    assert baseline.checksum.startswith("df9bfe96")
    assert baseline.checksum.endswith("605edd75")
    for held in baseline.thresholds.values():
        assert all(low <= high for low, high in pairwise(held.numbers))


@pytest.mark.parametrize(
    ("opened", "shown"),
    [(2, 56.7), (5, 73.7), (10, 83.4), (20, 90.3), (50, 95.8), (100, 97.9), (408, 99.7)],
)
def test_opened_in_raw_mode_then_as_specified(
    baseline: Baseline, opened: int, shown: float
) -> None:
    for mode in (Mode.RAW, Mode.INVERTED):
        assert placed(baseline, OPENED, opened, mode).percentile == shown


def test_merging_everything_then_top_bin_in_raw_mode_only(baseline: Baseline) -> None:
    everything = Ratio(42, 42)
    raw = placed(baseline, MERGE_RATE, everything, Mode.RAW)
    assert (raw.percentile, raw.bin) == (99.9, Bin.EXTREMELY_HIGH)
    inverted = placed(baseline, MERGE_RATE, everything, Mode.INVERTED)
    assert (inverted.percentile, inverted.bin) == (99.9, Bin.EXCEPTIONAL)
    fair = placed(baseline, MERGE_RATE, everything, Mode.FAIR)
    assert (fair.low, fair.high, fair.percentile, fair.bin) == (61.4, 100.0, 80.7, Bin.HIGH)


def test_dropping_nothing_then_good_in_fair_mode(baseline: Baseline) -> None:
    nothing = Ratio(0, 41)
    assert placed(baseline, DROP_RATE, nothing, Mode.RAW).percentile == 65.8
    assert placed(baseline, DROP_RATE, nothing, Mode.INVERTED).percentile == 34.2
    fair = placed(baseline, DROP_RATE, nothing, Mode.FAIR)
    assert (fair.low, fair.percentile, fair.high, fair.tied) == (34.2, 67.1, 100.0, 65.8)
    assert fair.lower_is_better


@pytest.mark.parametrize("metric", sorted(LOWER_IS_BETTER))
def test_zero_where_lower_is_better_then_never_below_fifty(baseline: Baseline, metric: str) -> None:
    assert placed(baseline, metric, 0, Mode.FAIR).percentile >= 50


def test_no_reviews_then_the_tie_runs_from_nothing(baseline: Baseline) -> None:
    assert placed(baseline, OSS_REVIEWS, 0, Mode.RAW).percentile == 59.4
    fair = placed(baseline, OSS_REVIEWS, 0, Mode.FAIR)
    assert (fair.low, fair.percentile, fair.high, fair.bin) == (0.0, 29.7, 59.4, Bin.LOW)


def test_least_composite_then_the_least_of_the_population(baseline: Baseline) -> None:
    least = composite(
        baseline.raw_tenths(OSS_REVIEWS, 0),
        baseline.raw_tenths(OSS_PRS, 1),
        baseline.raw_tenths(OSS_ISSUES, 0),
    )
    assert least is not None
    assert least.number == 53.25 == baseline.thresholds[OSS_COMPOSITE].numbers[0]
    assert placed(baseline, OSS_COMPOSITE, least, Mode.FAIR).low == 0


def test_composite_of_a_great_tie_then_found_in_it_although_the_file_missed_it_by_a_hair(
    baseline: Baseline,
) -> None:
    held = baseline.thresholds[OSS_COMPOSITE]
    assert held.texts.count("58.430000000000007") == 66
    place = placed(baseline, OSS_COMPOSITE, Ratio(58_430, 1_000), Mode.FAIR)
    assert (place.low, place.high) == (33.5, 40.1)
    assert baseline.place_number(OSS_COMPOSITE, 58.430000000000007) == place


def test_every_rate_of_the_file_as_a_fraction_then_in_its_own_tie(baseline: Baseline) -> None:
    found = 0
    numbers = baseline.thresholds[MERGE_RATE].numbers
    for of in range(1, 60):
        for counted in range(of + 1):
            rate = Ratio(counted, of)
            if rate.number in numbers:
                found += 1
                place = placed(baseline, MERGE_RATE, rate, Mode.RAW)
                at = max(at for at, number in enumerate(numbers) if number == rate.number)
                assert place.high_tenths == at
    assert found > 100


@pytest.mark.parametrize("metric", TEN)
@pytest.mark.parametrize("mode", list(Mode))
def test_every_threshold_in_every_mode_then_between_its_ends(
    baseline: Baseline, metric: str, mode: Mode
) -> None:
    for number in baseline.thresholds[metric].numbers:
        place = baseline.place_number(metric, number, mode)
        assert place is not None
        assert min(place.low, 99.9) <= place.percentile <= place.high


def test_notes_of_the_published_method_then_name_what_differs() -> None:
    told = notes("wave-metrics/1")
    assert "whole hours" in told[LATENCY]
    assert "divides by all opened" in told[DROP_RATE]
    assert "public events" in told[OSS_ISSUES]
    assert notes("gharchive/1") == {}


def test_notes_of_our_own_method_then_name_what_differs() -> None:
    told = notes(LAURELS_GHARCHIVE)
    assert set(told) == {*NINE} - {OSS_COMPOSITE}
    assert "whole hours" in told[LATENCY]
    assert "newest event" in told[DROP_RATE]
    assert "profile's own" in told[OSS_REVIEWS] == told[OSS_ISSUES]
    assert "no longer tells, is left out" in told[MERGE_RATE] == told[OPENED]
