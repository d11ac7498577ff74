"""Metrics as rows of a file: what is not known is an empty cell with its reason beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from laurels.web.csv import Cell

COLUMNS = (
    *("login", "metric", "value", "percentile", "low", "high", "n", "bin", "lower_is_better"),
    *("mode", "reason", "population", "window_start", "window_end", "days_read", "window_days"),
)


def cells(told: Mapping[str, Any]) -> Iterator[tuple[Cell, ...]]:
    """Give a row a metric of a payload; numbers as they are, texts guarded by the writer."""
    coverage = told["coverage"]
    for name, one in told["metrics"].items():
        yield (
            told["github_login"],
            name,
            _text(one["value"]),
            *(_text(one[key]) for key in ("percentile", "low", "high")),
            one["n"],
            one["bin"],
            "yes" if one["lower_is_better"] else "no",
            told["mode"],
            one["reason"]["message"] if one["reason"] else None,
            told["metrics_baseline_id"],
            told["metrics_window_start"],
            told["metrics_window_end"],
            coverage["days"],
            coverage["window_days"],
        )


def _text(number: float | None) -> str | None:
    return None if number is None else str(number)
