"""Writes of the recognition room, and the staircase that all points climb."""

from __future__ import annotations

from laurels.apps.recognition.services.settle import Settled, ranks_refresh, settle, settle_dirty
from laurels.apps.recognition.services.tiers import tiers_update

__all__ = ["Settled", "ranks_refresh", "settle", "settle_dirty", "tiers_update"]
