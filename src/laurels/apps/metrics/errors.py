"""What the metrics room refuses."""

from __future__ import annotations


class MetricsMissing(Exception):
    """Nobody has computed this person's metrics yet."""

    status_code = 404
    code = "metrics-missing"
