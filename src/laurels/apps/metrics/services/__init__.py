"""Writes of the metrics room."""

from __future__ import annotations

from laurels.apps.metrics.services.baselines import (
    Loaded,
    baseline_load,
    baseline_pin,
    baseline_unpin,
    check_id,
)

__all__ = ["Loaded", "baseline_load", "baseline_pin", "baseline_unpin", "check_id"]
