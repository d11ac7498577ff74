"""Everybody's latest metrics as rows of one table, a few hundred people at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from laurels.apps.metrics.selectors.people import Tracked, tracked_with_metrics
from laurels.apps.metrics.selectors.serving import metrics_read_many
from laurels.domain.metric_names import COUNTED, NINE
from laurels.domain.percentiles import Mode

AT_ONCE = 500
_PERSON: tuple[tuple[str, type], ...] = (
    ("user_id", str),
    ("github_login", str),
    ("has_signed_in", bool),
    ("computed_at", str),
    ("metrics_window_start", str),
    ("metrics_window_end", str),
    ("metrics_baseline_id", str),
    ("mode", str),
    ("coverage_days", int),
    ("window_days", int),
    ("inputs_hash", str),
)
_METRIC: tuple[tuple[str, type], ...] = (
    ("percentile", float),
    ("low", float),
    ("high", float),
    ("bin", str),
    ("reason", str),
)

Columns = tuple[tuple[str, type], ...]


def export_columns() -> Columns:
    """Return the columns by name and type: of the person, then of each of the nine metrics."""
    columns = list(_PERSON)
    for name in NINE:
        columns.append((name, int if name in COUNTED else float))
        columns += [(f"{name}_{part}", kind) for part, kind in _METRIC]
    return tuple(columns)


def export_rows(mode: Mode = Mode.FAIR, *, now: int) -> Iterator[list[tuple[Any, ...]]]:
    """Give everybody whose metrics were computed, in lists of rows as `export_columns` says.

    Two statements a list. Who is erased or banned is not among them; unknown is None.
    """
    after = 0
    while people := tracked_with_metrics(now=now, after=after, limit=AT_ONCE):
        told = metrics_read_many(people, mode)
        yield [_row(one, told[one.id]) for one in people if one.id in told]
        after = people[-1].id


def _row(person: Tracked, told: dict[str, Any]) -> tuple[Any, ...]:
    cells: list[Any] = [
        told["user_id"],
        told["github_login"],
        person.is_open,
        told["computed_at"],
        told["metrics_window_start"],
        told["metrics_window_end"],
        told["metrics_baseline_id"],
        told["mode"],
        told["coverage"]["days"],
        told["coverage"]["window_days"],
        told["inputs_hash"],
    ]
    for name in NINE:
        one = told["metrics"][name]
        reason = one["reason"]
        cells += [one["value"], one["percentile"], one["low"], one["high"], one["bin"]]
        cells.append(None if reason is None else reason["code"])
    return tuple(cells)
