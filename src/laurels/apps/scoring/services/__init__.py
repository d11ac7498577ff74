"""Writes of the scoring room; nothing else writes items or ledger entries."""

from __future__ import annotations

from laurels.apps.scoring.services.adjust import AdjustmentRefused, adjustment_post
from laurels.apps.scoring.services.checkpoints import (
    LedgerDiffers,
    Pushed,
    checkpoint_make,
    checkpoints_push,
)
from laurels.apps.scoring.services.dirty import dirty_mark, dirty_mark_all, dirty_mark_due
from laurels.apps.scoring.services.reconcile import Reconciled, reconcile
from laurels.apps.scoring.services.rules import (
    AlreadyInitialised,
    RulesetRefused,
    SeasonRefused,
    program_init,
    ruleset_publish,
    season_add,
    season_all,
)

__all__ = [
    "AdjustmentRefused",
    "AlreadyInitialised",
    "LedgerDiffers",
    "Pushed",
    "Reconciled",
    "RulesetRefused",
    "SeasonRefused",
    "adjustment_post",
    "checkpoint_make",
    "checkpoints_push",
    "dirty_mark",
    "dirty_mark_all",
    "dirty_mark_due",
    "program_init",
    "reconcile",
    "ruleset_publish",
    "season_add",
    "season_all",
]
