"""Project bounds: when a project's own rules need an organiser."""

from __future__ import annotations

from typing import Any

import pytest

from laurels.domain.rulesets import outside_bounds, parse

BOUNDS = {"weights": {"pr_merged": 20}, "per_pr_cap": 50, "repository_month_cap": 400}


def outside(project: dict[str, Any], bounds: dict[str, Any] | None = None) -> list[str]:
    """The fields in which a project's rules leave the bounds."""
    program = parse({"project_bounds": BOUNDS if bounds is None else bounds})
    return [fault.field for fault in outside_bounds(parse(project), program)]


INSIDE = {"weights": {"pr_merged": 20}, "per_pr_cap": 50, "repository_month_cap": 400}


def test_bounds_when_a_project_stays_inside_then_no_fault() -> None:
    assert outside(INSIDE) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"weights": {"pr_merged": 20.5}}, "weights.pr_merged"),
        ({"weights": {"issue_opened": 1}}, "weights.issue_opened"),
        ({"per_pr_cap": 51}, "per_pr_cap"),
        ({"repository_month_cap": 401}, "repository_month_cap"),
    ],
)
def test_bounds_when_a_project_gives_more_then_names_the_field(
    change: dict[str, Any], field: str
) -> None:
    assert outside(INSIDE | change) == [field]


def test_bounds_when_a_project_has_no_cap_then_a_capped_program_asks() -> None:
    assert outside({"weights": {"pr_merged": 1}}) == ["per_pr_cap", "repository_month_cap"]
    assert outside({"weights": {"pr_merged": 1}}, {"weights": {"pr_merged": 1}}) == []


def test_bounds_when_the_program_sets_none_then_always_asks() -> None:
    faults = outside_bounds(parse({}), parse({}))
    assert [fault.field for fault in faults] == ["project_bounds"]
