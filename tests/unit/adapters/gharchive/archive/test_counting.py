"""Columns of counted people: ratios are reduced, the rest taken as it is."""

from __future__ import annotations

from laurels.adapters.gharchive.archive.counting import population_of
from laurels.domain.metric_names import TEN
from laurels.domain.percentiles import Population

ROWS = [
    ("total_opened_prs", 4, 0, 0, 7),
    ("pr_merge_rate", 1, 2, 0, 3),
    ("pr_merge_rate", 2, 4, 0, 4),
    ("pr_drop_rate", 0, 5, 0, 7),
    ("avg_merge_latency_hours", 6, 4, 0, 7),
    ("total_merged_prs", 2, 0, 0, 7),
    ("oss_pushes", 0, 0, 0, 7),
    ("oss_reviews", 0, 0, 0, 5),
    ("oss_reviews", 2, 0, 0, 2),
    ("oss_issues_opened", 1, 0, 0, 5),
    ("oss_issues_opened", 0, 0, 0, 2),
    ("oss_composite", 0, 4, 1, 5),
    ("oss_composite", 2, 4, 0, 2),
]
NAMES = ("metric", "a", "b", "c", "people")


def counted(rows: list[tuple[str, int, int, int, int]]) -> Population:
    return population_of({name: [row[n] for row in rows] for n, name in enumerate(NAMES)})


def test_population_when_ratios_are_equal_then_one_value() -> None:
    population = counted(ROWS)
    assert population.people == 7
    assert population.by_value["pr_merge_rate"] == {(1, 2): 7}
    assert population.by_value["pr_drop_rate"] == {(0, 1): 7}
    assert population.by_value["avg_merge_latency_hours"] == {(3, 2): 7}
    assert population.by_value["oss_reviews"] == {0: 5, 2: 2}
    assert population.by_value["oss_prs_opened"] == population.by_value["total_opened_prs"]
    assert population.by_triple == {(0, 4, 1): 5, (2, 4, 0): 2}
    assert population.histograms().keys() == set(TEN)


def test_population_when_rows_come_in_another_order_then_the_same() -> None:
    assert counted(ROWS[::-1]) == counted(ROWS)


def test_population_when_there_are_no_rows_then_nobody() -> None:
    assert counted([]) == Population()
