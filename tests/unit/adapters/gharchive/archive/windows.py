"""The windows of the real files, and small helpers to build from events."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

from laurels.adapters.gharchive import check
from laurels.adapters.gharchive.archive import Build, build
from laurels.adapters.gharchive.archive.building import Counted, count, part_of
from laurels.adapters.gharchive.archive.engines import duckdb_engine
from laurels.domain.percentiles import Population
from laurels.kit.times import DAY_SECONDS, parse_date
from tests.fakes.archive import read_events, trim, write_events
from tests.fakes.brute_population import all_thresholds, brute

HOUR = ("gharchive/2015-01-01-12.json.gz",)
DAYS = tuple(f"kubernetes-2017/2017-07-{day}.json.gz" for day in (24, 25, 26))
NAMES = {
    "opened": ("total_opened_prs", "oss_prs_opened"),
    "merged": ("total_merged_prs",),
    "merge_rate": ("pr_merge_rate",),
    "drop_rate": ("pr_drop_rate",),
    "latency": ("avg_merge_latency_hours",),
    "reviews": ("oss_reviews",),
    "issues": ("oss_issues_opened",),
    "pushes": ("oss_pushes",),
}
WINDOWS = {
    "an hour of everybody": (HOUR, "2015-01-01", "2015-01-01"),
    "three days of one organisation": (DAYS, "2017-07-24", "2017-07-26"),
}


def trimmed(files: Iterable[Path], folder: Path) -> list[Path]:
    """Write copies of files in the shape that archives have since October 2025."""
    return [
        write_events(folder / path.name.removesuffix(".gz"), map(trim, read_events(path)))
        for path in files
    ]


def build_days(files: Iterable[Path], first: str, last: str, **more: Any) -> Build:
    return build(
        files, baseline_id="test", start=parse_date(first), end=parse_date(last), **more
    )  # fmt: skip


def brute_days(files: Iterable[Path], first: str, last: str) -> dict[int, dict[str, Any]]:
    """Count the people of files the long way."""
    events = (event for file in files for event in _events(file))
    return brute(events, parse_date(first), parse_date(last) + DAY_SECONDS)


def assert_same(built: Build, people: dict[int, dict[str, Any]]) -> None:
    """Hold a build against people counted the long way: every threshold of every metric."""
    assert built.baseline.population == built.population.people == len(people)
    assert_counted(built.population, people)
    wanted = all_thresholds(people)
    assert built.baseline.thresholds.keys() == wanted.keys()
    for metric, thresholds in wanted.items():
        assert list(built.baseline.thresholds[metric].numbers) == thresholds, metric


def assert_counted(population: Population, people: dict[int, dict[str, Any]]) -> None:
    """Hold histograms against people counted the long way: every value, exactly."""
    found = {name: dict(counts) for name, counts in population.by_value.items()}
    wanted: dict[str, Counter[Any]] = {}
    for person in people.values():
        for name, metrics in NAMES.items():
            value = person[name]
            if value is not None:
                is_ratio = isinstance(value, Fraction)
                key = (value.numerator, value.denominator) if is_ratio else value
                for metric in metrics:
                    wanted.setdefault(metric, Counter())[key] += 1
    assert found == wanted
    triples = Counter((one["reviews"], one["opened"], one["issues"]) for one in people.values())
    assert (population.people, population.by_triple) == (len(people), triples)


def count_events(
    events: list[dict[str, Any]], first: str = "2023-11-14", last: str = "2023-11-16"
) -> Counted:
    """Count the people of events that were made up, whether a baseline comes of them or not."""
    start, until = parse_date(first), parse_date(last) + DAY_SECONDS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = check([write_events(folder / "made-up.json", events)])
        with duckdb_engine(folder, 256) as engine:
            part, _ = part_of(sources, engine, folder, lambda *_: None)
            return count([part], engine, folder, start, until, lambda *_: None)


def _events(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".gz":
        return read_events(path)
    return [json.loads(line) for line in path.read_bytes().splitlines()]
