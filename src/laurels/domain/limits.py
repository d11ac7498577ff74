"""Limits over one person's items, in natural order: the reference of the database's windows.

Runs per (person, ruleset version, scope). Every amount is in thousandths of a point until the one
rounding to whole points at the end. Order (spec/scoring.md §2): disqualification, maintainer
share, per-PR cap, decay, daily cap, repository-month cap, rounding.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from laurels.domain.rulesets.model import Ruleset


class LimitItem(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An appraised contribution as the limits see it; day is yyyymmdd, month yyyymm (UTC)."""

    kind: str
    occurred_at: int
    repository_id: int
    number: int
    day: int
    month: int
    season: str = "all"
    is_eligible: bool = True
    value_milli: int = 0
    factor_part_milli: int = 0
    penalty_points: int = 0
    is_void: bool = False
    moved_by: int | None = None
    moved_milli: int = 0


class Limited(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One item after all limits, with the value that each stage left.

    `points` is T: whole points, `base` + `extra` = `points`; `penalty` is apart (≥ 0, to take).
    `decay_rank` is k of the k-th merge in its repository and month, 0 for an item that takes none.
    """

    item: LimitItem
    after_share_milli: int
    after_pr_cap_milli: int
    decay_rank: int
    after_decay_milli: int
    after_day_milli: int
    after_month_milli: int
    points: int
    base: int
    extra: int
    penalty: int
    is_held: bool
    is_disqualified: bool


def natural_order(item: LimitItem) -> tuple[int, str, int, int]:
    """Return the key of the natural order: occurred_at, then kind, repository and number."""
    return (item.occurred_at, item.kind, item.repository_id, item.number)


def limit(items: Iterable[LimitItem], ruleset: Ruleset) -> list[Limited]:
    """Apply every limit to the items of one person, ruleset version and scope, in natural order."""
    raise NotImplementedError
