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
from laurels.apps.metrics.selectors.evidence import (
    EvidencePage,
    EvidenceRow,
    MetricUnknown,
    evidence_payload,
    metric_evidence,
)
from laurels.apps.metrics.selectors.exporting import export_columns, export_rows
from laurels.apps.metrics.selectors.people import (
    Tracked,
    readable,
    tracked_by_id,
    tracked_by_login,
    tracked_by_ref,
    tracked_with_metrics,
)
from laurels.apps.metrics.selectors.program import placed_in, program_baseline
from laurels.apps.metrics.selectors.runs import (
    history_payload,
    metrics_history,
    metrics_latest,
    metrics_payload,
)
from laurels.apps.metrics.selectors.serving import (
    metrics_read_many,
    metrics_served,
    metrics_served_many,
)

__all__ = [
    "EvidencePage",
    "EvidenceRow",
    "Head",
    "MetricUnknown",
    "Tracked",
    "Verdict",
    "baseline_current",
    "baseline_get",
    "baseline_heads",
    "baseline_verdict",
    "evidence_payload",
    "export_columns",
    "export_rows",
    "history_payload",
    "metric_evidence",
    "metrics_history",
    "metrics_latest",
    "metrics_payload",
    "metrics_read_many",
    "metrics_served",
    "metrics_served_many",
    "placed_in",
    "program_baseline",
    "readable",
    "tracked_by_id",
    "tracked_by_login",
    "tracked_by_ref",
    "tracked_with_metrics",
]
