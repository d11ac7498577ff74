"""Looks at the populations that people are compared with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from laurels.apps.metrics.selectors import baseline_current, baseline_heads, baseline_verdict
from laurels.cli.doctor.findings import FAILED, OK, WARNING, Finding
from laurels.cli.words import count
from laurels.domain.percentiles import BaselineUnknown

NONE_HINT = "`laurels baseline load FILE --id ID` gives percentiles something to stand in."


def baselines(here: Any) -> Iterator[Finding]:
    """Whether every loaded one is whole and as it was loaded, and the pinned one is there."""
    heads, found = baseline_heads(), False
    for head in heads:
        verdict = baseline_verdict(head.id)
        if not verdict.ok:
            found = True
            detail = f"{head.id}: {verdict.faults[0]}"
            hint = f"Load its file again: `laurels baseline load FILE --id {head.id}`."
            yield Finding(FAILED, detail, hint)
    try:
        current = baseline_current().id
    except BaselineUnknown as error:
        if heads or here.settings.population_baseline_id:
            yield Finding(WARNING, str(error), "Load it, or remove the setting.")
        elif not found:
            yield Finding(OK, "none is loaded", NONE_HINT)
        return
    if not found:
        yield Finding(OK, f"{count(len(heads), 'baseline')}, percentiles are given in {current}")
