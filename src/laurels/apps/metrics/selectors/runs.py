"""Computed metrics: the latest of a person, and those before (a fixed number of statements)."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from laurels.apps.metrics.errors import MetricsMissing
from laurels.apps.metrics.models import MetricRecord, MetricRun
from laurels.domain.metric_names import COUNTED, DEFINITIONS, NINE, Ratio, payload_of
from laurels.domain.metrics import eligibility_of
from laurels.domain.percentiles import Mode, notes
from laurels.domain.percentiles.places import place_of
from laurels.kit.times import format_day, format_instant


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


def metrics_payload(run: MetricRun, mode: Mode = Mode.FAIR) -> dict[str, Any]:
    """Return a run as the API and the commands tell it (one statement); spec/metrics.md §4.

    Percentile and bin are null together, and then `reason` says why.
    """
    rule = eligibility_of(mode).value
    rows = {row.metric: row for row in run.records.filter(eligibility=rule)}
    told = notes(run.baseline_method)
    start, end = run.baseline_starts_on, run.baseline_ends_on
    return {
        "user_id": str(UUID(run.contributor.ref)),
        "github_login": run.contributor.login,
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
        "inputs_hash": run.inputs_hash,
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


def _moment(instant: int | None) -> str | None:
    return None if instant is None else format_instant(instant)
