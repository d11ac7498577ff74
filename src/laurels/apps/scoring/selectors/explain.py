"""The whole explanation of an item: how it was appraised, then what each limit changed."""

from __future__ import annotations

import json
from typing import Protocol

from laurels.domain.appraisal import Step
from laurels.domain.explanation import explain
from laurels.domain.limits import Limited, LimitItem
from laurels.domain.rulesets import Ruleset


class ItemLike(Protocol):
    """What an explanation needs of an item, whoever read it."""

    kind: str
    steps: str
    is_eligible: bool
    value_milli: int
    factor_part_milli: int
    appraised_penalty: int
    moved_milli: int
    after_share_milli: int
    after_pr_cap_milli: int
    decay_rank: int
    after_decay_milli: int
    after_day_milli: int
    after_month_milli: int
    base: int
    extra: int
    penalty: int
    is_held: bool
    is_disqualified: bool


def full_steps(item: ItemLike, ruleset: Ruleset) -> tuple[Step, ...]:
    """Return all steps of an item, in order; replaying them gives its points."""
    limited = Limited(
        item=LimitItem(
            kind=item.kind,
            occurred_at=0,
            repository_id=0,
            number=0,
            day=0,
            month=0,
            is_eligible=bool(item.is_eligible),
            value_milli=item.value_milli,
            factor_part_milli=item.factor_part_milli,
            penalty_points=item.appraised_penalty,
            moved_milli=item.moved_milli,
        ),
        after_share_milli=item.after_share_milli,
        after_pr_cap_milli=item.after_pr_cap_milli,
        decay_rank=item.decay_rank,
        after_decay_milli=item.after_decay_milli,
        after_day_milli=item.after_day_milli,
        after_month_milli=item.after_month_milli,
        points=item.base + item.extra,
        base=item.base,
        extra=item.extra,
        penalty=item.penalty,
        is_held=bool(item.is_held),
        is_disqualified=bool(item.is_disqualified),
    )
    return explain(json.loads(item.steps), limited, ruleset)
