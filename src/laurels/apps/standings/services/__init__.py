"""Writes of the standings room; nothing else writes boards, standings, counts or snapshots."""

from __future__ import annotations

from laurels.apps.standings.services.snapshots import snapshot_take
from laurels.apps.standings.services.update import (
    standings_forget,
    standings_rebuild,
    standings_update,
)

__all__ = ["snapshot_take", "standings_forget", "standings_rebuild", "standings_update"]
