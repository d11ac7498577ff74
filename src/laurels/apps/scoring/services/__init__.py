"""Writes of the scoring room; nothing else writes items or ledger entries."""

from __future__ import annotations

from laurels.apps.scoring.services.adjust import AdjustmentRefused, adjustment_post
from laurels.apps.scoring.services.dirty import dirty_mark, dirty_mark_all, dirty_mark_due
from laurels.apps.scoring.services.reconcile import Reconciled, reconcile
from laurels.apps.scoring.services.rules import (
    RulesetRefused,
    SeasonRefused,
    ruleset_publish,
    season_add,
    season_all,
)

__all__ = [
    "AdjustmentRefused",
    "Reconciled",
    "RulesetRefused",
    "SeasonRefused",
    "adjustment_post",
    "dirty_mark",
    "dirty_mark_all",
    "dirty_mark_due",
    "reconcile",
    "ruleset_publish",
    "season_add",
    "season_all",
]
