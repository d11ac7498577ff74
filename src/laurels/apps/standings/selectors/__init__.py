"""Reads of the standings room."""

from __future__ import annotations

from laurels.apps.standings.selectors.boards import (
    BoardNotFound,
    BoardView,
    board_get,
    months_with_standings,
)
from laurels.apps.standings.selectors.climbers import RisingRow, rising
from laurels.apps.standings.selectors.history import (
    PastPoint,
    PastRow,
    as_of,
    history_of,
    movements,
    ranks_on,
)
from laurels.apps.standings.selectors.people import bans_turned, renamed_or_banned
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
    "BoardNotFound",
    "BoardView",
    "HistogramFault",
    "Page",
    "PastPoint",
    "PastRow",
    "Place",
    "RankedRow",
    "Recount",
    "RisingRow",
    "as_of",
    "bans_turned",
    "board_get",
    "board_total",
    "histogram_faults",
    "history_of",
    "leaderboard_page",
    "months_with_standings",
    "movements",
    "neighbours",
    "rank_of",
    "ranks_on",
    "recount",
    "renamed_or_banned",
    "rising",
    "stored",
]
