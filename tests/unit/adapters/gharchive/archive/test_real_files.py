"""Baselines of real archive files, held against a count in plain Python."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from laurels.adapters.baseline_csv import read_baseline
from laurels.domain.metric_names import LOWER_IS_BETTER, TEN, Ratio, Value
from laurels.domain.percentiles import Mode
from tests.unit.adapters.gharchive.archive.windows import (
    DAYS,
    WINDOWS,
    assert_same,
    brute_days,
    build_days,
    trimmed,
)


@pytest.mark.parametrize("is_trimmed", [False, True], ids=["full", "trimmed"])
@pytest.mark.parametrize("window", WINDOWS)
def test_build_when_files_are_real_then_as_counted_the_long_way(
    shared_data: Path, tmp_path: Path, window: str, is_trimmed: bool
) -> None:
    names, first, last = WINDOWS[window]
    files = [shared_data / name for name in names]
    if is_trimmed:
        files = trimmed(files, tmp_path)
    assert_same(build_days(files, first, last), brute_days(files, first, last))


def test_build_when_trimmed_then_what_cannot_be_placed_is_counted(
    shared_data: Path, tmp_path: Path
) -> None:
    first, last = "2017-07-24", "2017-07-26"
    files = [shared_data / name for name in DAYS]
    full = build_days(files, first, last).report
    short = build_days(trimmed(files, tmp_path), first, last).report
    assert full.pull_requests.seen == short.pull_requests.seen == 867
    assert (full.pull_requests.undated, short.pull_requests.undated) == (0, 19)
    for told in (full.pull_requests, short.pull_requests):
        parts = (told.counted, told.undated, told.outside, told.robots, told.unattributed)
        assert sum(parts) == told.seen


def exact(key: int | tuple[int, int]) -> tuple[Fraction, Value]:
    value: Value = Ratio(*key) if isinstance(key, tuple) else key
    return Fraction(*key) if isinstance(key, tuple) else Fraction(key), value


@pytest.mark.parametrize("window", WINDOWS)
def test_own_file_when_read_again_then_the_population_is_spread_evenly_ties_aside(
    shared_data: Path, tmp_path: Path, window: str
) -> None:
    names, first, last = WINDOWS[window]
    built = build_days([shared_data / name for name in names], first, last)
    path = tmp_path / "own.csv"
    built.put(path)
    baseline = read_baseline(path, baseline_id="test", method="test")
    assert baseline.checksum == built.baseline.checksum
    for metric, histogram in built.population.histograms().items():
        everybody, below, shown = sum(histogram.values()), 0, 0.0
        for key, count in sorted(histogram.items(), key=lambda pair: exact(pair[0])[0]):
            place = baseline.place(metric, exact(key)[1], Mode.FAIR)
            assert place is not None
            low, high = place.low, place.high
            if metric in LOWER_IS_BETTER:
                low, high = 100 - high, 100 - low
            # Within one step of the share of people below, and of those not above.
            assert abs(low - 100 * below / everybody) <= 0.1 + 1e-9
            below += count
            assert abs(high - 100 * below / everybody) <= 0.1 + 1e-9
            shown += count * place.percentile
        assert shown / everybody == pytest.approx(50, abs=0.15)


def test_own_file_when_written_then_ten_metrics_of_1001_rows(
    shared_data: Path, tmp_path: Path
) -> None:
    built = build_days([shared_data / name for name in DAYS], "2017-07-24", "2017-07-26")
    built.put(tmp_path / "own.csv")
    lines = (tmp_path / "own.csv").read_text().splitlines()
    assert len(lines) == 1 + 10 * 1001
    assert {line.split(",")[0] for line in lines[1:]} == set(TEN)
    assert lines[1].endswith(",2017-07-24,2017-07-26")
