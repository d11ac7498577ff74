"""A population in a terminal, and values and modes of metrics as people type them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import Annotated

import typer

from laurels.cli.faults import Refusal
from laurels.domain.metric_names import DEFINITIONS, OSS_COMPOSITE, RATES, TEN
from laurels.domain.percentiles import (
    UNTOLD,
    Baseline,
    Mode,
    csv_checksum,
    method_of,
    shares,
    summary,
)
from laurels.domain.percentiles.figures import held_metrics

As = Annotated[
    Mode, typer.Option("--mode", help="How ties, and metrics where less is better, are read.")
]
_BAR, _LABEL = 40, 14


def number_typed(metric: str, text: str) -> float:
    """Read a value of a metric; raises Refusal for an unknown metric or a value it cannot have."""
    if metric not in DEFINITIONS:
        near = difflib.get_close_matches(metric, TEN, n=1)
        meant = f" Did you mean {near[0]}?" if near else f" There are: {', '.join(TEN)}."
        raise Refusal(f"{metric[:60]!r} is no metric.{meant}")
    try:
        number = float(text)
    except ValueError:
        raise Refusal(f"{text[:60]!r} is no number.") from None
    most = 1.0 if metric in RATES else 100.0 if metric == OSS_COMPOSITE else None
    if not isfinite(number):
        raise Refusal(f"{text} has no place: it is not finite.")
    if number < 0 or (most is not None and number > most):
        upto = "0 or more" if most is None else f"0 to {most:g}"
        raise Refusal(f"{text} is no value of {metric}, which is {upto}.")
    return number


def population_in(file: Path, baseline_id: str, method: str, population: int | None) -> Baseline:
    """Read a CSV; what was not typed is what the report beside it says, or its content."""
    from msgspec.structs import replace

    from laurels.adapters.baseline_csv import read_baseline, told_beside

    try:
        found = read_baseline(file, baseline_id=baseline_id, method=UNTOLD)
    except OSError as error:
        raise Refusal(f"{file} cannot be read: {error.strerror}.") from None
    found = told_beside(file, found)
    if found.method == UNTOLD:
        found = replace(found, method=method_of(csv_checksum(found)))
    return replace(found, method=method or found.method, population=population or found.population)


def bars(baseline: Baseline) -> Iterator[str]:
    """Draw each metric: its name, a sentence, and a bar for each class of values."""
    for name, held in held_metrics(baseline):
        definition = DEFINITIONS[name]
        better = ", lower is better" if definition.lower_is_better else ""
        yield ""
        yield f"{definition.title} ({name}; {definition.unit}{better})"
        yield summary(held)
        classes = shares(held)
        most = max(one.tenths for one in classes)
        for one in classes:
            length = max(round(_BAR * one.tenths / most), 1 if one.tenths else 0)
            bar = "█" * length + "·" * (_BAR - length)
            yield f"  {one.label:>{_LABEL}}  {bar}  {one.percent:5.1f} %"
