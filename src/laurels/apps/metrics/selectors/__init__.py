"""Reads of the metrics room."""

from __future__ import annotations

from laurels.apps.metrics.selectors.baselines import (
    Head,
    Verdict,
    baseline_current,
    baseline_get,
    baseline_heads,
    baseline_verdict,
)
from laurels.apps.metrics.selectors.program import placed_in, program_baseline
from laurels.apps.metrics.selectors.runs import (
    metrics_history,
    metrics_latest,
    metrics_payload,
)

__all__ = [
    "Head",
    "Verdict",
    "baseline_current",
    "baseline_get",
    "baseline_heads",
    "baseline_verdict",
    "metrics_history",
    "metrics_latest",
    "metrics_payload",
    "placed_in",
    "program_baseline",
]
