"""6,210 real authors: against scipy, and against themselves."""

from __future__ import annotations

from pathlib import Path
from statistics import fmean

import pytest
from scipy.stats import percentileofscore

from laurels.domain.metric_names import LOWER_IS_BETTER, Value, number_of
from laurels.domain.percentiles import Mode
from tests.unit.domain.percentiles.populations import authors, baseline_of

METRICS = ("total_merged_prs", "pr_merge_rate", "avg_merge_latency_hours")


@pytest.fixture(scope="module")
def real(shared_data: Path) -> dict[str, list[Value]]:
    found = authors(shared_data)
    assert {len(values) for values in found.values()} == {6_210}
    return found


@pytest.mark.parametrize("metric", METRICS)
def test_ends_and_middle_then_strict_weak_and_mean_of_scipy(
    real: dict[str, list[Value]], metric: str
) -> None:
    baseline = baseline_of(metric, real[metric])
    numbers = [number_of(value) for value in real[metric]]
    distinct = sorted(set(numbers))
    strict, weak, mean = (
        percentileofscore(numbers, distinct, kind=kind) for kind in ("strict", "weak", "mean")
    )
    held = baseline.thresholds[metric]
    for at, number in enumerate(distinct):
        low, high = (end / 10 for end in held.ends(number))
        assert low == pytest.approx(strict[at], abs=0.1)
        assert high == pytest.approx(weak[at], abs=0.1)
        assert (low + high) / 2 == pytest.approx(mean[at], abs=0.1)
        shown = baseline.place_number(metric, number, Mode.FAIR)
        assert shown is not None
        told = 100 - mean[at] if metric in LOWER_IS_BETTER else mean[at]
        # Shown to a tenth: rounding the middle adds half a tenth, the clamp one at the top.
        assert shown.percentile == pytest.approx(told, abs=0.15 + 1e-9)


@pytest.mark.parametrize("metric", METRICS)
def test_people_among_themselves_in_fair_mode_then_fifty_on_average(
    real: dict[str, list[Value]], metric: str
) -> None:
    baseline = baseline_of(metric, real[metric])
    places = [baseline.place(metric, value) for value in real[metric]]
    assert fmean(place.percentile for place in places if place) == pytest.approx(50, abs=0.1)


@pytest.mark.parametrize("metric", METRICS)
def test_people_among_themselves_then_uniform_within_one_step_ties_aside(
    real: dict[str, list[Value]], metric: str
) -> None:
    # The share of people below a tie's lower end, and up to its upper end, is that end itself.
    baseline = baseline_of(metric, real[metric])
    places = [place for value in real[metric] if (place := baseline.place(metric, value))]
    for end in sorted({place.high_tenths for place in places}):
        share = sum(place.high_tenths <= end for place in places) / len(places)
        assert 100 * share == pytest.approx(end / 10, abs=0.1 + 1e-9)
    for end in sorted({place.low_tenths for place in places}):
        share = sum(place.low_tenths < end for place in places) / len(places)
        assert 100 * share == pytest.approx(end / 10, abs=0.2)


def test_people_without_ties_among_themselves_then_every_step_is_as_full() -> None:
    metric, everybody = "oss_pushes", list(range(5_000))
    baseline = baseline_of(metric, everybody)
    shown: dict[int, int] = {}
    for value in everybody:
        place = baseline.place(metric, value)
        assert place is not None
        shown[place.percentile_tenths] = shown.get(place.percentile_tenths, 0) + 1
    for at in range(5, 995):
        upto = sum(count for tenths, count in shown.items() if tenths <= at)
        assert upto / 5_000 == pytest.approx(at / 1_000, abs=0.0015)
