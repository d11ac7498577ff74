"""Populations that the tests of percentiles and metrics share."""

from __future__ import annotations

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from hypothesis import strategies as st

from laurels.adapters.baseline_csv import read_baseline
from laurels.domain.metric_names import Ratio, Value, number_of
from laurels.domain.percentiles import Baseline, Person, Thresholds, thresholds_of_values

PUBLISHED = "population/population_cdfs_2025-09-30_v1.csv"
PULL_REQUESTS = "population/community_health_prs.jsonl.gz"

people = st.builds(
    lambda opened, merged, drafts, dropped, seconds, reviews, issues, pushes: Person(
        opened=opened,
        merged=min(merged, opened),
        ready=max(0, opened - drafts),
        dropped=min(dropped, max(0, opened - drafts)),
        timed=min(merged, opened),
        merge_seconds=seconds * min(merged, opened),
        reviews=reviews,
        issues=issues,
        pushes=pushes,
    ),
    st.integers(0, 6),
    st.integers(0, 6),
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(0, 9_000),
    st.none() | st.integers(0, 4),
    st.none() | st.integers(0, 4),
    st.none() | st.integers(0, 4),
)


def published(shared_data: Path) -> Baseline:
    """Read the published population of 2022-10-01 to 2025-09-30."""
    return read_baseline(
        shared_data / PUBLISHED, baseline_id="2025-09-30_v1", method="wave-metrics/1"
    )


def baseline_of(metric: str, values: Iterable[Value], population: int | None = None) -> Baseline:
    """Make a baseline of one metric."""
    numbers = thresholds_of_values(values)
    held = Thresholds(metric, tuple(repr(number) for number in numbers), numbers)
    return Baseline(
        id="own",
        start=20230101,
        end=20251231,
        method="test",
        checksum="",
        thresholds={metric: held},
        population=population,
    )


def distribution(values: Sequence[Value], number: float) -> tuple[float, float]:
    """Count what share, in per cent, lies below a number, and at or below it."""
    numbers = [number_of(value) for value in values]
    below = sum(one < number for one in numbers)
    upto = sum(one <= number for one in numbers)
    return 100 * below / len(numbers), 100 * upto / len(numbers)


def authors(shared_data: Path) -> dict[str, list[Value]]:
    """Give real values of 6,210 authors: a count, a rate with many ties, a mean of ages.

    Fourteen pull requests lost their author; they are one author's, which makes 6,210.
    """
    counts: Counter[str] = Counter()
    approved: Counter[str] = Counter()
    ages: defaultdict[str, int] = defaultdict(int)
    with gzip.open(shared_data / PULL_REQUESTS, "rt", encoding="utf-8") as lines:
        for line in lines:
            one = json.loads(line)
            name = one.get("author", "")
            counts[name] += 1
            approved[name] += "approvals" in one
            ages[name] += one.get("age", 0)
    return {
        "total_merged_prs": list(counts.values()),
        "pr_merge_rate": [Ratio(approved[name], count) for name, count in counts.items()],
        "avg_merge_latency_hours": [Ratio(ages[name], count) for name, count in counts.items()],
    }
