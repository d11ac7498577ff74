"""Compute a person's metrics and keep them; forget them with the person.

Guarantee: a run is written whole or not at all, and never changed afterwards. Each holds the values
under both rules of eligibility, so that every mode can be shown from it. What it was computed from
is hashed: equal inputs, equal hash. Nothing is asked of GitHub here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from django.db import transaction

from laurels.apps import sql
from laurels.apps.metrics.cache import payload_forget
from laurels.apps.metrics.models import MetricRecord, MetricRun
from laurels.apps.metrics.selectors import baseline_current
from laurels.apps.people.models import Contributor
from laurels.domain.metric_names import RATES, Ratio, Value
from laurels.domain.metrics import (
    Eligibility,
    Known,
    Measured,
    MedianTime,
    Prior,
    Tally,
    Times,
    beside,
    counts,
    inputs_hash,
    measure,
    median_time,
    metrics_window,
    prior_of_baseline,
    rank,
)
from laurels.domain.percentiles import Baseline, BaselineUnknown, Mode
from laurels.domain.windows import Window

_RECORD = (
    "run",
    "eligibility",
    "metric",
    "numerator",
    "denominator",
    "low_tenths",
    "high_tenths",
    "population",
    "reason",
    "sentence",
)


def metrics_compute(
    contributor: Contributor, known: Known, *, now: int, triggered_by: str = "manual"
) -> MetricRun:
    """Compute and keep the metrics of a person as of `now` from what is known of them.

    Without a population values are kept and every percentile says that there is none.
    """
    try:
        baseline = baseline_current()
    except BaselineUnknown:
        baseline = None
    window = metrics_window(now)
    counted = counts(known.pull_requests, window)
    ways = [_measured(known, window, rule, counted[rule][0]) for rule in Eligibility]
    run = _run(contributor, known, ways[0], baseline)
    run.beside = _beside(ways, {rule: times for rule, (_, times) in counted.items()}, baseline)
    run.computed_at, run.triggered_by = now, triggered_by
    with transaction.atomic():
        run.save()
        rows = [(run.pk, *row) for one in ways for row in _rows(one, baseline)]
        sql.insert(MetricRecord, _RECORD, rows)
    return run


@transaction.atomic
def metrics_forget(contributor_id: int) -> None:
    """Remove every run of an erased person, and what is kept of them here."""
    MetricRun.objects.filter(contributor_id=contributor_id).delete()
    payload_forget(contributor_id)


def _measured(known: Known, window: Window, rule: Eligibility, counted: Tally) -> Measured:
    return measure(
        counted,
        profile=known.profile,
        coverage=known.coverage,
        window=window,
        eligibility=rule,
    )


def _run(
    contributor: Contributor, known: Known, measured: Measured, baseline: Baseline | None
) -> MetricRun:
    share = measured.coverage
    run = MetricRun(
        contributor=contributor,
        window_start=measured.window.start,
        window_end=measured.window.end,
        joined_at=known.joined_at,
        profile_until=measured.profile_until,
        # The pull requests hold what both rules ask for; one hash stands for both.
        inputs_hash=inputs_hash(
            known.pull_requests,
            profile=known.profile,
            coverage=known.coverage,
            window=measured.window,
            eligibility=measured.eligibility,
            baseline_checksum=None if baseline is None else baseline.checksum,
        ),
        coverage=json.dumps(
            {
                "days": share.days,
                "window_days": share.window_days,
                "sentence": share.sentence,
                "gaps": [list(gap) for gap in share.gaps],
            }
        ),
        languages=json.dumps([[one.language, one.hundredths] for one in known.languages.shares]),
    )
    if baseline is not None:
        run.baseline_key, run.baseline_checksum = baseline.id, baseline.checksum
        run.baseline_starts_on, run.baseline_ends_on = baseline.start, baseline.end
        run.baseline_method = baseline.method
    return run


def _beside(
    ways: Iterable[Measured], times: Mapping[Eligibility, Times], baseline: Baseline | None
) -> str:
    priors: dict[str, Prior | None] | None = None
    if baseline is not None:
        priors = {name: prior_of_baseline(baseline, name) for name in RATES}
    medians: list[tuple[Times, MedianTime | None]] = []
    told = {}
    for one in ways:
        held = times[one.eligibility]
        # Mostly both rules count the same pull requests, and then the median is found once.
        known = [median for other, median in medians if other == held]
        median = known[0] if known else median_time(held.merged, held.waiting)
        medians.append((held, median))
        told[one.eligibility.value] = {
            "figures": beside(one, median, priors),
            "counted": one.tally,
        }
    return msgspec.json.encode(told).decode()


def _rows(measured: Measured, baseline: Baseline | None) -> Iterator[tuple[Any, ...]]:
    # Raw mode turns nothing, so its ends are those that were looked up.
    for name, ranked in rank(measured, baseline, Mode.RAW).items():
        place, reason = ranked.place, ranked.reason
        yield (
            measured.eligibility.value,
            name,
            *_parts(ranked.value),
            None if place is None else place.low_tenths,
            None if place is None else place.high_tenths,
            None if place is None else place.population,
            "" if reason is None else reason.code.value,
            "" if reason is None else reason.sentence,
        )


def _parts(value: Value | None) -> tuple[int | None, int | None]:
    if value is None:
        return None, None
    return (value.numerator, value.denominator) if isinstance(value, Ratio) else (value, 1)
