"""Reads of the scoring room."""

from __future__ import annotations

from laurels.apps.scoring.selectors.checkpoints import checkpoints_late, checkpoints_waiting
from laurels.apps.scoring.selectors.explain import full_steps
from laurels.apps.scoring.selectors.ledger import ledger_digest, ledger_statement
from laurels.apps.scoring.selectors.lists import (
    PersonItem,
    dirty_count,
    dirty_group,
    items_of,
    season_get,
    seasons,
    totals_of,
    versions,
)
from laurels.apps.scoring.selectors.verify import Verdict, ledger_verify

__all__ = [
    "PersonItem",
    "Verdict",
    "checkpoints_late",
    "checkpoints_waiting",
    "dirty_count",
    "dirty_group",
    "full_steps",
    "items_of",
    "ledger_digest",
    "ledger_statement",
    "ledger_verify",
    "season_get",
    "seasons",
    "totals_of",
    "versions",
]
