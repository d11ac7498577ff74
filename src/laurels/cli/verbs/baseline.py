"""`laurels baseline`: the populations that people are compared with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from laurels.cli import house
from laurels.cli.app import group
from laurels.cli.faults import DONE, FAILED, REFUSED, Refusal
from laurels.cli.options import Json
from laurels.cli.output import emit, listing, note, say, table
from laurels.cli.populations import As, bars, number_typed, population_in
from laurels.cli.verbs.baseline_build import build
from laurels.cli.words import machine, moment, number
from laurels.domain.metric_names import DEFINITIONS
from laurels.domain.percentiles import POINTS, BaselineRefused, Mode
from laurels.domain.percentiles.figures import figures, shown_number
from laurels.kit.times import format_day

app = group("Load, build, verify and show the populations people are compared with.")
app.command()(build)

Id = Annotated[str, typer.Argument(metavar="ID", help="The id that it was loaded under.")]


@app.command()
def load(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A CSV; see docs/operate/baselines.md.")
    ],
    baseline_id: Annotated[
        str, typer.Option("--id", metavar="ID", help="What it is called here, such as 2025-09-30.")
    ],
    method: Annotated[
        str,
        typer.Option(
            metavar="TEXT", help="How it was made; known of ours and of the published one."
        ),
    ] = "",
    population: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="How many people it has; known of ours."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Load a population from a CSV, in place of the one of this id.

    A file with a fault changes nothing: every fault is named with its line, exit code 2.
    """
    here = house.enter()
    from laurels.apps.metrics.services import baseline_load, check_id

    try:
        check_id(baseline_id)
        baseline = population_in(file, baseline_id, method, population)
        done = baseline_load(baseline, now=here.now, acting=here.acting)
    except BaselineRefused as refused:
        return _refuse(file, refused, as_json)
    rows = POINTS * len(baseline.thresholds)
    if as_json:
        from laurels.apps.metrics.selectors import baseline_heads

        head = next(one for one in baseline_heads() if one.id == baseline_id)
        emit(
            {"ok": True, "faults": []}
            | _row(head)
            | {"rows": rows, "is_new": done.is_new, "is_changed": done.is_changed}
            | {"notes": _notes(baseline.method)}
        )
        return DONE
    what = "Loaded" if done.is_new else "Replaced" if done.is_changed else "Loaded the same again:"
    say(f"{what} {baseline_id}: {number(rows)} thresholds, checksum {baseline.checksum}")
    _say_notes(baseline.method)
    return DONE


@app.command()
def verify(baseline_id: Id, as_json: Json = False) -> int:
    """Check what is stored: points, order, bounds, days, checksum. Exit code 1 for a fault."""
    house.enter()
    from laurels.apps.metrics.selectors import baseline_verdict

    verdict = baseline_verdict(baseline_id)
    if as_json:
        emit(
            {
                "id": baseline_id,
                "ok": verdict.ok,
                "checksum": verdict.head.checksum,
                "rows": verdict.points,
                "faults": [_fault(one) for one in verdict.faults],
            }
        )
    elif verdict.ok:
        say(f"{baseline_id} is whole: {number(verdict.points)} thresholds, as they were loaded.")
        say(f"The checksum of its file is {verdict.head.checksum}")
    for fault in verdict.faults:
        note(f"{baseline_id} is NOT as it was loaded: {fault.code}: {fault}")
    return DONE if verdict.ok else FAILED


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the populations, the one that ends last first, and say which one is used."""
    house.enter()
    from laurels.apps.metrics.selectors import baseline_heads

    heads = baseline_heads()
    if as_json:
        emit(listing([_row(head) for head in heads]))
        return
    table(
        ("id", "from", "to", "people>", "method", "loaded", "by", "used"),
        [
            (
                head.id,
                format_day(head.start),
                format_day(head.end),
                "–" if head.population is None else number(head.population),
                head.method,
                moment(head.loaded_at),
                head.loaded_by,
                ("yes" if head.is_current else "") + (", pinned" if head.is_pinned else ""),
            )
            for head in heads
        ],
    )
    if not heads:
        note("No baseline is loaded yet; see `laurels baseline load --help`.")


@app.command()
def show(
    baseline_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="By default the one that is used.")
    ] = None,
    svg: Annotated[
        Path | None, typer.Option("--svg", metavar="FILE", help="Draw it into this file instead.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show how the values of each metric lie in a population, as bars or as a picture."""
    house.enter()
    from laurels.apps.metrics.pictures import baseline_svg, title_of
    from laurels.apps.metrics.selectors import baseline_current, baseline_get, baseline_heads

    baseline = baseline_get(baseline_id) if baseline_id else baseline_current()
    if svg is not None:
        _write(svg, baseline_svg(baseline))
    if as_json:
        head = next(one for one in baseline_heads() if one.id == baseline.id)
        told = {"metrics": figures(baseline), "notes": _notes(baseline.method)}
        emit(_row(head) | told | {"svg": str(svg) if svg else None})
        return
    if svg is not None:
        say(f"Drew {baseline.id} into {svg}.")
        return
    people = "unknown how many" if baseline.population is None else number(baseline.population)
    say(f"{title_of(baseline)}, {people} people, method {baseline.method}")
    for line in bars(baseline):
        say(line)
    _say_notes(baseline.method)


@app.command()
def pin(baseline_id: Id, as_json: Json = False) -> None:
    """Give all percentiles in this population from now on, whatever is loaded later."""
    here = house.enter()
    from laurels.apps.metrics.services import baseline_pin

    baseline_pin(baseline_id, now=here.now, acting=here.acting)
    _say_current(here, {"pinned": baseline_id}, f"Pinned {baseline_id}.", as_json)


@app.command()
def unpin(as_json: Json = False) -> None:
    """Give percentiles in the newest population again."""
    here = house.enter()
    from laurels.apps.metrics.services import baseline_unpin

    was = baseline_unpin(now=here.now, acting=here.acting)
    text = f"{was} is no longer pinned." if was else "None was pinned."
    _say_current(here, {"pinned": None, "was": was}, text, as_json)


@app.command(context_settings={"ignore_unknown_options": True})
def percentile(
    metric: Annotated[
        str, typer.Argument(metavar="METRIC", help="Such as total_opened_prs or pr_merge_rate.")
    ],
    value: Annotated[
        str, typer.Argument(metavar="VALUE", help="Rates as shares (0.5), merge times in hours.")
    ],
    mode: As = Mode.FAIR,
    baseline_id: Annotated[
        str | None,
        typer.Option("--id", metavar="ID", help="In this population; by default the one used."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say where a value of a metric stands in a population."""
    typed = number_typed(metric, value)
    house.enter()
    from laurels.apps.metrics.selectors import baseline_current, baseline_get

    baseline = baseline_get(baseline_id) if baseline_id else baseline_current()
    place = baseline.place_number(metric, typed, mode)
    if place is None:
        raise Refusal(f"The population {baseline.id} was not measured in {metric}.")
    known = _notes(baseline.method).get(metric)
    if as_json:
        emit(
            {
                "metric": metric,
                "value": shown_number(typed),
                "percentile": place.percentile,
                "low": place.low,
                "high": place.high,
                "bin": place.bin.value,
                "lower_is_better": place.lower_is_better,
                "mode": mode.value,
                "baseline": baseline.id,
                "n": place.population,
                "note": known,
            }
        )
        return
    say(f"{DEFINITIONS[metric].title} of {value}: percentile {place.percentile}, {place.bin}")
    say(f"Ties run from {place.low} to {place.high}; {mode} mode, population {baseline.id}.")
    if known:
        note(known)


def _refuse(file: Path, refused: BaselineRefused, as_json: bool) -> int:
    if as_json:
        emit({"ok": False, "faults": [_fault(one) for one in refused.faults]})
    note(f"{file} is not loaded, nothing was changed:")
    for fault in refused.faults:
        note(f"  {fault.code}: {fault}")
    return REFUSED


def _fault(fault: Any) -> dict[str, Any]:
    at = fault.percentile_tenths
    return {
        "code": fault.code,
        "message": str(fault),
        "metric": fault.metric,
        "percentile": None if at is None else at / 10,
        "line": fault.line,
    }


def _row(head: Any) -> dict[str, Any]:
    return {
        "id": head.id,
        "start": format_day(head.start),
        "end": format_day(head.end),
        "method": head.method,
        "checksum": head.checksum,
        "population": head.population,
        "loaded_at": machine(head.loaded_at),
        "loaded_by": head.loaded_by,
        "is_pinned": head.is_pinned,
        "is_current": head.is_current,
    }


def _notes(method: str) -> dict[str, str]:
    from laurels.domain.percentiles import notes

    return dict(notes(method))


def _say_notes(method: str) -> None:
    told = _notes(method)
    if told:
        say(f"\nWhere this population was measured otherwise than people are ({method}):")
    for text in dict.fromkeys(told.values()):
        names = ", ".join(name for name, one in told.items() if one == text)
        say(f"- {text} ({names})")


def _say_current(here: Any, told: dict[str, Any], text: str, as_json: bool) -> None:
    from laurels.apps.metrics.selectors import baseline_heads

    current = next((one.id for one in baseline_heads() if one.is_current), None)
    setting = here.settings.population_baseline_id
    if as_json:
        emit(told | {"current": current, "setting": setting or None})
    else:
        used = f"Percentiles are given in {current}." if current else "No population is used."
        say(f"{text} {used}")
    if setting:
        note(f"LAURELS_POPULATION_BASELINE_ID is {setting}, and goes before what is pinned here.")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refusal(f"{path} cannot be written: {error.strerror}.") from None
