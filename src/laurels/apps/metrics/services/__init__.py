"""Writes of the metrics room."""

from __future__ import annotations

from laurels.apps.metrics.services.baselines import (
    Loaded,
    baseline_load,
    baseline_pin,
    baseline_unpin,
    check_id,
)
from laurels.apps.metrics.services.looking import export_note, looks_note
from laurels.apps.metrics.services.runs import metrics_compute, metrics_forget

__all__ = [
    "Loaded",
    "baseline_load",
    "baseline_pin",
    "baseline_unpin",
    "check_id",
    "export_note",
    "looks_note",
    "metrics_compute",
    "metrics_forget",
]
