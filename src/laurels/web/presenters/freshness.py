"""The foot of every page: up to when the data is complete, and where it has gaps."""

from __future__ import annotations

from dataclasses import dataclass, replace

from laurels.apps.intake.selectors_pages import Coverage, Freshness, Interval, freshness
from laurels.web.once import once
from laurels.web.presenters import words

NAMED = 2
"""So many gaps are named; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Foot:
    """`until` is an instant or None; `before` and `after` are the words around it."""

    before: str
    until: int | None
    after: str
    is_whole: bool


def foot() -> Foot:
    """Say how fresh the data is now."""
    return foot_of(once("freshness", freshness))


def foot_of(fresh: Freshness) -> Foot:
    """Say how fresh the data is, unknown where it is unknown."""
    found = _imported(fresh)
    live_to = fresh.live_to
    if live_to is not None and (found.until is None or live_to > found.until):
        gaps = "" if fresh.coverage is None else _gaps_of(fresh.coverage)
        found = Foot("Data from GitHub as of", live_to, gaps or ". No gaps.", is_whole=not gaps)
    if fresh.sync_gaps:
        before = found.after.removesuffix(" No gaps.")
        told = f" {words.counted(fresh.sync_gaps, 'gap')} in what GitHub showed."
        found = replace(found, after=(before or ".") + told, is_whole=False)
    if fresh.away_since is not None:
        told = f" GitHub has not answered since {words.moment(fresh.away_since)}."
        found = replace(found, after=found.after + told, is_whole=False)
    return found


def _imported(fresh: Freshness) -> Foot:
    if not fresh.imports:
        return Foot("Nothing has been imported yet.", None, "", is_whole=False)
    if fresh.coverage is None:
        return Foot(
            "Last import:",
            fresh.finished_at,
            ". Its files do not say how far they are complete.",
            is_whole=False,
        )
    gaps = _gaps_of(fresh.coverage)
    return Foot(
        "Data complete to" if not gaps else "Data to",
        fresh.coverage.until,
        gaps or ". No gaps.",
        is_whole=not gaps,
    )


def _gaps_of(coverage: Coverage) -> str:
    return _named("Missing", coverage.gaps) + _named("Partly lost", coverage.short)


def _named(what: str, intervals: tuple[Interval, ...]) -> str:
    if not intervals:
        return ""
    newest = intervals[: -NAMED - 1 : -1]
    text = "; ".join(words.span(*interval) for interval in newest)
    more = len(intervals) - len(newest)
    earlier = f"; {words.counted(more, 'interval')} before" if more else ""
    return f". {what}: {text}{earlier}."
