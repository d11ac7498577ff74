"""Baselines for tests: every metric has thresholds that are easy to foresee."""

from __future__ import annotations

from laurels.domain.metric_names import RATES, TEN
from laurels.domain.percentiles import POINTS, Baseline, Thresholds, csv_checksum

START, END = 20221001, 20250930


def texts_of(metric: str, step: int = 1) -> list[str]:
    """Return 0, 1, 2 … 1,000 times `step`; of rates 0.0 to 1.0; of composites 0.0 to 100.0."""
    if metric in RATES:
        return [f"{at / 1000}" for at in range(POINTS)]
    if metric == "oss_composite":
        return [f"{at / 10}" for at in range(POINTS)]
    return [f"{at * step}" for at in range(POINTS)]


def baseline(
    baseline_id: str = "first",
    *,
    start: int = START,
    end: int = END,
    step: int = 1,
    method: str = "test",
    population: int | None = 1_000,
) -> Baseline:
    """Make a baseline of all ten metrics; its checksum is that of its own CSV."""
    made = Baseline(
        id=baseline_id,
        start=start,
        end=end,
        method=method,
        checksum="",
        population=population,
        thresholds={name: Thresholds.of(name, texts_of(name, step)) for name in TEN},
    )
    return Baseline(
        id=made.id,
        start=start,
        end=end,
        method=method,
        checksum=csv_checksum(made),
        population=population,
        thresholds=made.thresholds,
    )
