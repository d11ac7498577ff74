"""The population of a program: the people of the facts that this installation has, as they are now.

Counted as `laurels baseline build` counts archives: pull requests created in the window that
somebody commented on or reviewed, robots left out, people with at least one. Only what is not
known to be private counts. Facts tell no pushes, so that metric is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from laurels.apps import sql
from laurels.domain.metric_names import OSS_COMPOSITE
from laurels.domain.metrics import Code
from laurels.domain.percentiles import (
    LAURELS_PROGRAM,
    Baseline,
    BaselineRefused,
    Fault,
    Mode,
    Person,
    Population,
)
from laurels.kit.times import DAY_SECONDS, day_of

_PUBLIC: Final = (
    "JOIN projects_repository r ON r.id = s.repository_id AND r.is_private IS NOT TRUE"
    " WHERE s.is_shown AND NOT s.is_gone"
)
_AUTHORS: Final = f"""
SELECT s.author_id, COUNT(*),
    SUM(CASE WHEN s.merged_at IS NOT NULL THEN 1 ELSE 0 END),
    SUM(CASE WHEN s.draft IS NOT TRUE THEN 1 ELSE 0 END),
    SUM(CASE WHEN s.draft IS NOT TRUE AND s.merged_at IS NULL AND s.closed_at IS NOT NULL
        THEN 1 ELSE 0 END),
    SUM(CASE WHEN s.merged_at >= s.created_at THEN 1 ELSE 0 END),
    CAST(SUM(CASE WHEN s.merged_at >= s.created_at THEN s.merged_at - s.created_at ELSE 0 END)
        AS BIGINT)
FROM contributions_pullrequest s JOIN people_contributor c ON c.id = s.author_id
{_PUBLIC} AND NOT c.is_bot AND s.created_at >= %s AND s.created_at < %s
    AND (EXISTS (SELECT 1 FROM contributions_attention a WHERE a.pull_request_id = s.id)
        OR EXISTS (SELECT 1 FROM contributions_review v WHERE v.pull_request_id = s.id))
GROUP BY s.author_id
"""
_REVIEWS: Final = f"""
SELECT v.reviewer_id, COUNT(*) FROM contributions_review v
JOIN contributions_pullrequest s ON s.id = v.pull_request_id
{_PUBLIC} AND v.reviewer_id IS NOT NULL AND v.submitted_at >= %s AND v.submitted_at < %s
GROUP BY v.reviewer_id
"""
_ISSUES: Final = f"""
SELECT s.author_id, COUNT(*) FROM contributions_issue s
{_PUBLIC} AND s.author_id IS NOT NULL AND s.created_at >= %s AND s.created_at < %s
GROUP BY s.author_id
"""


def program_baseline(baseline_id: str, start: int, end: int) -> Baseline:
    """Count the program's people into a baseline (three statements).

    `start` and `end` are the instants at which its first and its last day begin; both belong to it.
    BaselineRefused (`window`, `nobody`) where the days are none, or nobody has a pull request that
    counts. Metrics that nobody has a value of are missing.
    """
    if start % DAY_SECONDS or end % DAY_SECONDS or end < start:
        reason = "the window must be two days, the last not before the first"
        raise BaselineRefused([Fault("window", reason)])
    population = Population.of(_people(start, end + DAY_SECONDS))
    if not population.people:
        reason = "nobody here has a pull request that counts in this window"
        raise BaselineRefused([Fault("nobody", reason)])
    return population.baseline(
        baseline_id=baseline_id, start=day_of(start), end=day_of(end), method=LAURELS_PROGRAM
    )


def placed_in(payload: Mapping[str, Any], baseline: Baseline, mode: Mode) -> dict[str, Any]:
    """Say where the values of a payload stand in another population: percentile, bin, tie and n.

    None for what the payload does not rank either, for what that population was not measured in,
    and for the composite, whose value is made of places in the first population.
    """
    places: dict[str, Any] = {}
    for name, metric in payload["metrics"].items():
        is_ranked = metric["reason"] is None or metric["reason"]["code"] == Code.NO_BASELINE
        place = None
        if is_ranked and metric["value"] is not None and name != OSS_COMPOSITE:
            place = baseline.place_number(name, metric["value"], mode)
        places[name] = (
            None
            if place is None
            else {
                "percentile": place.percentile,
                "bin": place.bin.value,
                "low": place.low,
                "high": place.high,
                "n": place.population,
            }
        )
    return {"id": baseline.id, "method": baseline.method, "metrics": places}


def _people(start: int, until: int) -> list[Person]:
    window = [start, until]
    reviews = _counts(_REVIEWS, window)
    issues = _counts(_ISSUES, window)
    return [
        Person(
            opened=opened,
            merged=merged,
            ready=ready,
            dropped=dropped,
            timed=timed,
            merge_seconds=seconds,
            reviews=reviews.get(person, 0),
            issues=issues.get(person, 0),
        )
        for person, opened, merged, ready, dropped, timed, seconds in sql.fetch(_AUTHORS, window)
    ]


def _counts(statement: str, window: list[Any]) -> dict[int, int]:
    return dict(sql.fetch(statement, window))  # type: ignore[arg-type]
