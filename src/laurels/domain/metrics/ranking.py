"""A measured person in a population: value, place, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from laurels.domain.metric_names import (
    DEFINITIONS,
    NINE,
    OSS_COMPOSITE,
    OSS_ISSUES,
    OSS_PRS,
    OSS_REVIEWS,
    Definition,
    Value,
)
from laurels.domain.metrics import reasons
from laurels.domain.metrics.measuring import Measured
from laurels.domain.metrics.reasons import Reason
from laurels.domain.percentiles import Baseline, Mode, Place, composite


class Ranked(msgspec.Struct, frozen=True, kw_only=True):
    """One metric of one person: exactly one of `place` and `reason` is there.

    `note` says where the population was measured otherwise, None where it was not.
    """

    definition: Definition
    value: Value | None
    place: Place | None
    reason: Reason | None
    note: str | None = None


def rank(
    measured: Measured,
    baseline: Baseline | None,
    mode: Mode = Mode.FAIR,
    notes: Mapping[str, str] | None = None,
) -> dict[str, Ranked]:
    """Rank all nine metrics, in their order; without a baseline all say so."""
    told = notes or {}
    found = {}
    for name in NINE:
        value = measured.values[name]
        if name == OSS_COMPOSITE:
            value = composite_value(measured, baseline)
        reason = measured.reasons.get(name)
        place = None
        if reason is None and baseline is None:
            reason = reasons.NO_BASELINE
        elif reason is None and baseline is not None:
            place = baseline.place(name, value, mode)
            reason = reasons.NOT_IN_BASELINE if place is None else None
        found[name] = Ranked(
            definition=DEFINITIONS[name],
            value=value,
            place=place,
            reason=reason,
            note=told.get(name),
        )
    return found


def composite_value(measured: Measured, baseline: Baseline | None) -> Value | None:
    """Give the composite of the raw percentiles; None where it is not given.

    Unlike counts it is made of percentiles, so the gate that withholds those withholds it too.
    """
    if baseline is None or OSS_COMPOSITE in measured.reasons:
        return None
    reviews, prs, issues = (
        baseline.raw_tenths(name, measured.values[name])
        for name in (OSS_REVIEWS, OSS_PRS, OSS_ISSUES)
    )
    return composite(reviews, prs, issues)
