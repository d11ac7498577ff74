"""Baselines as they are served: chosen by one cheap statement, looked up in memory.

Guarantee: each look asks the database in one statement which baselines there are; thresholds are
read (one more statement) only where this process does not hold that load of them. A baseline is
never half old and half new: one statement reads all its thresholds with its head.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings

from laurels.apps import sql
from laurels.domain.percentiles import (
    LAURELS_PROGRAM,
    Baseline,
    BaselineUnknown,
    Candidate,
    Fault,
    Thresholds,
    choose,
    csv_checksum,
    faults_of,
)

HELD_MOST = 4
"""So many baselines stay in the memory of a process, each of about a megabyte."""

_HEAD = (
    "b.key, b.starts_on, b.ends_on, b.method, b.checksum, b.content, b.population, b.loads,"
    " b.loaded_at, b.loaded_by"
)


@dataclass(frozen=True, slots=True)
class Head:
    """A baseline without its thresholds.

    Days are yyyymmdd. `is_pinned`: by setting or by hand; `is_current`: percentiles are given in it
    where no other is asked for.
    """

    id: str
    start: int
    end: int
    method: str
    checksum: str
    content: str
    population: int | None
    loads: int
    loaded_at: int
    loaded_by: str
    is_pinned: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at the stored rows of a baseline found: faults, none for a sound one."""

    head: Head
    points: int
    faults: tuple[Fault, ...]

    @property
    def ok(self) -> bool:
        """Whether it is whole, rising and as it was loaded."""
        return not self.faults


def baseline_heads() -> tuple[Head, ...]:
    """Return all baselines, the one that ends last first (one statement)."""
    rows = sql.fetch(
        f"SELECT {_HEAD}, p.id IS NOT NULL FROM metrics_loadedbaseline b"
        " LEFT JOIN metrics_baselinepin p ON p.baseline_id = b.id"
        " ORDER BY b.ends_on DESC, b.loaded_at DESC, b.key DESC"
    )
    pinned = _pinned(rows)
    try:
        current = choose(
            (Candidate(row[0], row[2], row[8], row[3] == LAURELS_PROGRAM) for row in rows), pinned
        ).id
    except BaselineUnknown:
        current = None
    return tuple(Head(*(*row[:10], row[0] == pinned, row[0] == current)) for row in rows)


def baseline_current() -> Baseline:
    """Return the baseline that percentiles are given in; raises BaselineUnknown.

    The pinned one: that of LAURELS_POPULATION_BASELINE_ID, else the one chosen by hand; without
    either the one that ends last, of several the one loaded last.
    """
    heads = baseline_heads()
    for head in heads:
        if head.is_current:
            return _served(head)
    setting = settings.LAURELS.population_baseline_id
    raise BaselineUnknown(
        f"the baseline {setting!r} of LAURELS_POPULATION_BASELINE_ID is not loaded"
        if setting
        else "no baseline is loaded; see `laurels baseline load`"
    )


def baseline_get(baseline_id: str) -> Baseline:
    """Return a baseline by its id; raises BaselineUnknown."""
    return _served(_head(baseline_id))


def baseline_verdict(baseline_id: str) -> Verdict:
    """Look at what is stored, not at what is held in memory; raises BaselineUnknown.

    Checks all points, their order, and that they are those that were loaded.
    """
    head = _head(baseline_id)
    try:
        stored = _read(head.id)
    except ValueError as error:
        fault = Fault("not-a-number", f"a stored threshold is no number: {error}")
        return Verdict(head, 0, (fault,))
    points = sum(len(held.texts) for held in stored.thresholds.values())
    # Which metrics there must be is told by the content: a program's own population may lack some.
    faults = faults_of(stored, required=())
    if not faults and csv_checksum(stored) != head.content:
        faults = (
            Fault("checksum-differs", "the stored thresholds are not those that were loaded"),
        )
    return Verdict(head, points, faults)


def _pinned(rows: list[tuple[Any, ...]]) -> str | None:
    setting: str = settings.LAURELS.population_baseline_id
    return setting or next((row[0] for row in rows if row[-1]), None)


def _head(baseline_id: str) -> Head:
    heads = baseline_heads()
    for head in heads:
        if head.id == baseline_id:
            return head
    known = ", ".join(head.id for head in heads) or "none"
    raise BaselineUnknown(f"no baseline has the id {baseline_id[:80]!r}; there are: {known}")


def _served(head: Head) -> Baseline:
    load = replace(head, is_pinned=False, is_current=False)
    with _lock:
        held = _held.get(head.id)
        if held is None or held[0] != load:
            held = (load, _read(head.id))
            _held.pop(head.id, None)
            _held[head.id] = held
            for oldest in list(_held)[:-HELD_MOST]:
                del _held[oldest]
    return held[1]


_lock = threading.Lock()
_held: dict[str, tuple[Head, Baseline]] = {}


def _read(baseline_id: str) -> Baseline:
    rows = sql.fetch(
        f"SELECT {_HEAD}, t.metric, t.population, t.texts FROM metrics_loadedbaseline b"
        " LEFT JOIN metrics_loadedthresholds t ON t.baseline_id = b.id WHERE b.key = %s",
        [baseline_id],
    )
    key, start, end, method, checksum, _, population = rows[0][:7]
    return Baseline(
        id=key,
        start=start,
        end=end,
        method=method,
        checksum=checksum,
        population=population,
        thresholds={
            metric: Thresholds.of(metric, texts.split(" "), people)
            for *_, metric, people, texts in rows
            if metric is not None
        },
    )
