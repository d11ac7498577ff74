"""Project bounds: what a project's own ruleset may give without an organiser's consent."""

from __future__ import annotations

from laurels.domain.rulesets.model import Ruleset
from laurels.domain.rulesets.reader import Fault


def outside_bounds(project: Ruleset, program: Ruleset) -> tuple[Fault, ...]:
    """Return every field in which a project's rules leave the program's bounds.

    Empty means that no consent is needed. A program without bounds always asks for consent; a
    kind without a bound may not be given points at all.
    """
    bounds = program.project_bounds
    if bounds is None:
        return (Fault("project_bounds", "the program sets none, so an organiser decides"),)
    faults = []
    for kind, weight in project.weights_milli.items():
        bound = bounds.weights_milli.get(kind, 0)
        if weight > bound:
            faults.append(Fault(f"weights.{kind}", f"gives more than the bound of {_say(bound)}"))
    for field, most, given in (
        ("per_pr_cap", bounds.per_pr_cap_milli, project.per_pr_cap_milli),
        (
            "repository_month_cap",
            bounds.repository_month_cap_milli,
            project.repository_month_cap_milli,
        ),
    ):
        if most is not None and (given is None or given > most):
            faults.append(Fault(field, f"must be there and at most {_say(most)}"))
    return tuple(faults)


def _say(milli: int) -> str:
    return f"{milli / 1000:g}"
