"""`laurels metrics`: what somebody did in three years, and where that stands."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from laurels.cli import house
from laurels.cli.app import group
from laurels.cli.options import Json
from laurels.cli.output import emit, note, say, table
from laurels.cli.populations import As
from laurels.cli.verbs import metrics_compare, metrics_export, metrics_jobs
from laurels.domain.metric_names import DEFINITIONS
from laurels.domain.percentiles import Mode, spoken

app = group("Compute, show, compare and export people's metrics.")

app.command()(metrics_compare.compare)
app.command()(metrics_export.export)

Login = Annotated[str, typer.Argument(metavar="LOGIN", help="Of somebody known here.")]


@app.command()
def compute(login: Login, mode: As = Mode.FAIR, as_json: Json = False) -> None:
    """Compute a person's metrics from what syncs have read, keep them, and show them.

    GitHub is not asked: `laurels sync user LOGIN` reads what is new.
    """
    here = house.enter()
    from django.conf import settings

    from laurels.apps.metrics.services import metrics_compute
    from laurels.apps.people.selectors import access_contributor

    person = access_contributor(login)
    known = settings.LAURELS_KNOWN_OF(person.pk)
    _tell(metrics_compute(person, known, now=here.now), mode, as_json)


@app.command()
def show(
    login: Login,
    mode: As = Mode.FAIR,
    population: Annotated[
        str,
        typer.Option(metavar="ID", help="Say where they stand in this population as well."),
    ] = "",
    as_json: Json = False,
) -> None:
    """Show a person's metrics as they were computed last."""
    house.enter()
    from laurels.apps.metrics.selectors import metrics_latest
    from laurels.apps.people.selectors import access_contributor

    _tell(metrics_latest(access_contributor(login).pk), mode, as_json, population)


def _tell(run: Any, mode: Mode, as_json: bool, population: str = "") -> None:
    from laurels.apps.metrics.selectors import baseline_get, metrics_payload, placed_in

    told = metrics_payload(run, mode)
    if population:
        told["in_population"] = placed_in(told, baseline_get(population), mode)
    if as_json:
        emit(told)
        return
    baseline = told["metrics_baseline_id"] or "no population"
    say(f"{told['github_login']}, {told['metrics_window_start']} to {told['metrics_window_end']}")
    say(f"{told['coverage']['sentence']} Compared with {baseline}, {mode} mode.\n")
    places = told["in_population"]["metrics"] if population else {}
    heads = ("metric", "value>", "percentile>", "tie", "in words")
    table(
        (*heads, f"in {population}>") if population else heads,
        [
            (*_cells(name, metric), *([_standing(places[name])] if population else ()))
            for name, metric in told["metrics"].items()
        ],
    )
    if told["lifetime_language_profile"]:
        shares = (f"{one['language']} {one['pct']} %" for one in told["lifetime_language_profile"])
        say(f"\nLanguages: {', '.join(shares)}")
    for text in dict.fromkeys(m["note"] for m in told["metrics"].values() if m["note"]):
        note(text)


def _standing(place: dict[str, Any] | None) -> str:
    return "–" if place is None else f"{place['percentile']} of {place['n'] or '?'}"


def _cells(name: str, metric: dict[str, Any]) -> tuple[str, ...]:
    value = "–" if metric["value"] is None else spoken(name, metric["value"])
    if metric["percentile"] is None:
        return DEFINITIONS[name].title, value, "none", "", metric["reason"]["message"]
    tie = f"{metric['low']} to {metric['high']}"
    return DEFINITIONS[name].title, value, str(metric["percentile"]), tie, metric["bin"]


app.command()(metrics_jobs.refresh)
app.command()(metrics_jobs.diagnose)
