"""Metrics as the pages read them: the latest computation of a person, in one of three modes."""

from __future__ import annotations

from typing import Any

from laurels.apps.metrics.errors import MetricsMissing
from laurels.apps.metrics.selectors import metrics_latest, metrics_payload
from laurels.domain.percentiles import Mode


def payload_of(contributor_id: int, mode: Mode = Mode.FAIR) -> dict[str, Any] | None:
    """Return what is told of a person's metrics; None where none were computed."""
    try:
        return metrics_payload(metrics_latest(contributor_id), mode)
    except MetricsMissing:
        return None
