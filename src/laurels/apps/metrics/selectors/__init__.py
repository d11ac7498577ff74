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

__all__ = [
    "Head",
    "Verdict",
    "baseline_current",
    "baseline_get",
    "baseline_heads",
    "baseline_verdict",
]
