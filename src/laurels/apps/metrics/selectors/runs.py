"""Computed metrics: the latest of a person, and those before (a fixed number of statements)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from laurels.apps.metrics.errors import MetricsMissing
from laurels.apps.metrics.models import MetricRecord, MetricRun
from laurels.domain.metric_names import COUNTED, DEFINITIONS, NINE, Ratio, payload_of
from laurels.domain.metrics import eligibility_of
from laurels.domain.percentiles import Mode, notes
from laurels.domain.percentiles.places import place_of
from laurels.kit import cursors
from laurels.kit.times import format_day, format_instant

_LEFT_OUT = ("assumed", "ineligible", "undecided", "undated", "outside")


def metrics_latest(contributor_id: int) -> MetricRun:
    """Return the latest run of a person, with the person; raises MetricsMissing."""
    run = metrics_history(contributor_id, limit=1)
    if not run:
        raise MetricsMissing("no metrics of this person have been computed yet")
    return run[0]


def metrics_history(contributor_id: int, *, limit: int = 50) -> list[MetricRun]:
    """Return the runs of a person, the latest first."""
    runs = MetricRun.objects.filter(contributor_id=contributor_id).select_related("contributor")
    return list(runs.order_by("-id")[:limit])


def history_payload(
    contributor_id: int, *, mode: Mode = Mode.FAIR, after: str = "", limit: int = 50
) -> dict[str, Any]:
    """Return a page of a person's runs, the latest first, and the cursor of the next page, or None.

    Each with the hash of its inputs, its population, and value and percentile by metric. Two
    statements. Raises InvalidCursor for an `after` that is none of ours.
    """
    found = MetricRun.objects.filter(contributor_id=contributor_id).order_by("-id")
    if after:
        (last,) = cursors.decode_numbers(after, 1)
        found = found.filter(pk__lt=last)
    runs = list(found[: limit + 1])
    shown = runs[:limit]
    rule = eligibility_of(mode).value
    records = defaultdict(list)
    for row in MetricRecord.objects.filter(run__in=shown, eligibility=rule):
        records[row.run_id].append(row)
    return {
        "rows": [_past(run, records[run.pk], mode) for run in shown],
        "next": cursors.encode((shown[-1].pk,)) if len(runs) > limit else None,
    }


def metrics_payload(run: MetricRun, mode: Mode = Mode.FAIR) -> dict[str, Any]:
    """Return a run as the API and the commands tell it (one statement); spec/metrics.md §4."""
    rule = eligibility_of(mode).value
    who = run.contributor
    return run_payload(run, run.records.filter(eligibility=rule), who.ref, who.login, mode)


def run_payload(
    run: MetricRun, records: Iterable[MetricRecord], ref: str, login: str, mode: Mode
) -> dict[str, Any]:
    """Return the payload of a run from the records of the mode's rule, asking nothing more.

    Percentile and bin are null together, and then `reason` says why.
    """
    rule = eligibility_of(mode).value
    rows = {row.metric: row for row in records}
    told = notes(run.baseline_method)
    start, end = run.baseline_starts_on, run.baseline_ends_on
    return {
        "user_id": str(UUID(ref)),
        "github_login": login,
        "github_created_at": _moment(run.joined_at),
        "metrics_window_start": _moment(run.window_start),
        "metrics_window_end": _moment(run.window_end),
        "metrics_baseline_id": run.baseline_key or None,
        "metrics_baseline_dates": None
        if start is None or end is None
        else {"start": format_day(start), "end": format_day(end)},
        "mode": mode.value,
        "metrics": {
            name: _metric(rows[name], mode, told.get(name)) for name in NINE if name in rows
        },
        "lifetime_language_profile": [
            {"language": language, "pct": hundredths / 100}
            for language, hundredths in json.loads(run.languages)
        ],
        "computed_at": _moment(run.computed_at),
        "coverage": _coverage(run),
        "counted": _counted(run, rule),
        "beside": _beside(run, rule),
        "inputs_hash": run.inputs_hash,
    }


def _past(run: MetricRun, records: Iterable[MetricRecord], mode: Mode) -> dict[str, Any]:
    told = {row.metric: _metric(row, mode, None) for row in records}
    return {
        "computed_at": _moment(run.computed_at),
        "metrics_window_start": _moment(run.window_start),
        "metrics_window_end": _moment(run.window_end),
        "metrics_baseline_id": run.baseline_key or None,
        "inputs_hash": run.inputs_hash,
        "triggered_by": run.triggered_by,
        "coverage_days": json.loads(run.coverage)["days"],
        "mode": mode.value,
        "metrics": {
            name: {key: told[name][key] for key in ("value", "percentile", "low", "high")}
            for name in NINE
            if name in told
        },
    }


def _metric(row: MetricRecord, mode: Mode, note: str | None) -> dict[str, Any]:
    definition = DEFINITIONS[row.metric]
    place = None
    if row.low_tenths is not None and row.high_tenths is not None:
        place = place_of(
            row.metric,
            mode,
            row.low_tenths,
            row.high_tenths,
            lower_is_better=definition.lower_is_better,
            population=row.population,
        )
    return {
        "value": _value(row),
        "percentile": None if place is None else place.percentile,
        "bin": None if place is None else place.bin.value,
        "lower_is_better": definition.lower_is_better,
        "description": definition.description,
        "low": None if place is None else place.low,
        "high": None if place is None else place.high,
        "n": None if place is None else place.population,
        "mode": mode.value,
        "reason": {"code": row.reason, "message": row.sentence} if row.reason else None,
        "note": note,
    }


def _value(row: MetricRecord) -> int | float | None:
    if row.numerator is None or row.denominator is None:
        return None
    if row.metric in COUNTED:
        return row.numerator
    return payload_of(Ratio(row.numerator, row.denominator))


def _coverage(run: MetricRun) -> dict[str, Any]:
    told = json.loads(run.coverage)
    gaps = [{"start": _moment(start), "end": _moment(end)} for start, end in told["gaps"]]
    return told | {"gaps": gaps, "profile_as_of": _moment(run.profile_until)}


def _beside(run: MetricRun, rule: str) -> dict[str, Any] | None:
    """Tell the figures beside the nine; None for a run from before they were kept."""
    told = json.loads(run.beside).get(rule)
    if told is None:
        return None
    return {
        name: {
            "value": one["value"],
            "low": one["low"],
            "high": one["high"],
            "counted": one["counted"],
            "of": one["of"],
            "message": one["sentence"],
        }
        for name, one in told["figures"].items()
    }


def _counted(run: MetricRun, rule: str) -> dict[str, int] | None:
    """Tell how many pull requests counted, and how many were left out for which reason."""
    told = json.loads(run.beside).get(rule)
    if told is None:
        return None
    held = told["counted"]
    return {"eligible": held["opened"]} | {name: held[name] for name in _LEFT_OUT}


def _moment(instant: int | None) -> str | None:
    return None if instant is None else format_instant(instant)
