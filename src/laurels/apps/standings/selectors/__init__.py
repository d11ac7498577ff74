"""Reads of the standings room."""

from __future__ import annotations

from laurels.apps.standings.selectors.ranks import (
    Page,
    Place,
    RankedRow,
    board_total,
    leaderboard_page,
    neighbours,
    rank_of,
)
from laurels.apps.standings.selectors.verify import (
    HistogramFault,
    Recount,
    histogram_faults,
    recount,
    stored,
)

__all__ = [
    "HistogramFault",
    "Page",
    "Place",
    "RankedRow",
    "Recount",
    "board_total",
    "histogram_faults",
    "leaderboard_page",
    "neighbours",
    "rank_of",
    "recount",
    "stored",
]
