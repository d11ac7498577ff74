"""`laurels metrics compare`: up to five people beside each other, metric by metric."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from laurels.cli import house
from laurels.cli.faults import Refusal
from laurels.cli.options import Json
from laurels.cli.output import emit, note, say, table
from laurels.cli.populations import As
from laurels.domain.metric_names import DEFINITIONS, NINE
from laurels.domain.percentiles import Mode, spoken

MOST = 5

Logins = Annotated[
    list[str], typer.Argument(metavar="LOGIN LOGIN…", help=f"Two to {MOST} people known here.")
]


def compare(logins: Logins, mode: As = Mode.FAIR, as_json: Json = False) -> None:
    """Show people's metrics beside each other, as they were computed last.

    Nobody is ranked: where ties overlap, or less was read of one than of another, a greater number
    says little. Percentiles stand in brackets.
    """
    here = house.enter()
    people = _people(logins, mode, now=here.now)
    if as_json:
        emit({"mode": mode.value, "people": people})
        return
    names = [one["github_login"] for one in people]
    table(
        ("metric", *(f"{name}>" for name in names)),
        [_line(name, people) for name in NINE],
    )
    say(f"\nValue (percentile), {mode} mode; – is unknown.")
    for one in people:
        baseline = one["metrics_baseline_id"] or "no population"
        say(
            f"{one['github_login']}: computed {one['computed_at'][:10]}, compared with {baseline}."
            f" {one['coverage']['sentence']}"
        )
    _warn(people)


def _people(logins: list[str], mode: Mode, *, now: int) -> list[dict[str, Any]]:
    from laurels.apps.metrics.selectors import metrics_read_many, tracked_by_login

    found = tracked_by_login(logins, now=now)
    if unknown := [login for login in dict.fromkeys(logins) if login not in found]:
        raise Refusal(f"Not known here, or banned: {', '.join(unknown)}.")
    people = {one.id: one for one in found.values()}
    if not 2 <= len(people) <= MOST:
        raise Refusal(f"Two to {MOST} people can be compared; these are {len(people)}.")
    told = metrics_read_many(list(people.values()), mode)
    if lacking := [one.login for pk, one in people.items() if pk not in told]:
        raise Refusal(
            f"No metrics computed yet of: {', '.join(lacking)}. See `laurels metrics compute`."
        )
    return [told[pk] for pk in people]


def _line(name: str, people: list[dict[str, Any]]) -> tuple[str, ...]:
    return DEFINITIONS[name].title, *(_cell(name, one["metrics"][name]) for one in people)


def _cell(name: str, metric: dict[str, Any]) -> str:
    if metric["value"] is None:
        return "–"
    value = spoken(name, metric["value"])
    return value if metric["percentile"] is None else f"{value} ({metric['percentile']})"


def _warn(people: list[dict[str, Any]]) -> None:
    if len({one["coverage"]["days"] for one in people}) > 1:
        note("Not as many days of each have been read: counts are not alike.")
    if len({one["metrics_baseline_id"] for one in people}) > 1:
        note("They were compared with different populations: percentiles are not alike.")
