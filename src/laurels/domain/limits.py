"""Limits over one person's items, in natural order: the reference of the database's windows.

Runs per (person, ruleset version, scope). Every amount is in thousandths of a point until the one
rounding to whole points at the end. Order (spec/scoring.md §2): disqualification, maintainer
share, per-PR cap, decay, daily cap, repository-month cap, rounding. Only eligible items with value
above zero take part or consume anything. A held item is computed like any other (so releasing it
changes no amount), it only waits for a person.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable

import msgspec

from laurels.domain.contributions import REGISTRY, Kind
from laurels.domain.rulesets.model import Decay, Ruleset
from laurels.kit.fixed import MILLI, scale, to_points

MERGED = Kind.PR_MERGED.value
AUTHOR_KINDS = frozenset(
    kind.value
    for kind, spec in REGISTRY.items()
    if spec.subject == "pull_request" and spec.credited == "author"
)
"""The kinds that credit a pull request's author: these share one per-PR cap."""


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


def decay_factor_milli(rank: int, decay: Decay) -> int:
    """Return the share, in thousandths, that the k-th merge keeps (spec/scoring.md §2)."""
    extra = rank - decay.free
    if extra <= 0:
        return MILLI
    return max(decay.floor_milli, MILLI * MILLI // (MILLI + decay.rate_milli * extra))


def limit(items: Iterable[LimitItem], ruleset: Ruleset) -> list[Limited]:
    """Apply every limit to the items of one person, ruleset version and scope, in natural order."""
    ordered = sorted(items, key=natural_order)
    out = _disqualified_seasons(ordered, ruleset)
    gone = [item.season in out for item in ordered]
    started = [
        0 if lost or not item.is_eligible else item.value_milli
        for item, lost in zip(ordered, gone, strict=True)
    ]
    held = _held(ordered, started, ruleset)
    shared = _after_share(ordered, started, ruleset)
    capped = _after_cap(ordered, shared, _pull_request, _flat(ruleset.per_pr_cap_milli))
    ranks = _decay_ranks(ordered, capped)
    decayed = [
        value if not rank or ruleset.decay is None
        else scale(value, decay_factor_milli(rank, ruleset.decay))
        for value, rank in zip(capped, ranks, strict=True)
    ]  # fmt: skip
    daily = ruleset.daily_caps_milli
    by_day = _after_cap(ordered, decayed, _kind_and_day, lambda item: daily.get(item.kind))
    by_month = _after_cap(
        ordered, by_day, _repository_month, _flat(ruleset.repository_month_cap_milli)
    )
    limited = []
    for at, item in enumerate(ordered):
        points = to_points(by_month[at])
        base = min(to_points(item.factor_part_milli), points)
        limited.append(
            Limited(
                item=item,
                after_share_milli=shared[at],
                after_pr_cap_milli=capped[at],
                decay_rank=ranks[at],
                after_decay_milli=decayed[at],
                after_day_milli=by_day[at],
                after_month_milli=by_month[at],
                points=points,
                base=base,
                extra=points - base,
                penalty=item.penalty_points,
                is_held=held[at],
                is_disqualified=gone[at],
            )
        )
    return limited


def _disqualified_seasons(ordered: list[LimitItem], ruleset: Ruleset) -> frozenset[str]:
    if ruleset.disqualify_after is None:
        return frozenset()
    voided = Counter(item.season for item in ordered if item.is_void)
    return frozenset(s for s, count in voided.items() if count >= ruleset.disqualify_after)


def _held(ordered: list[LimitItem], values: list[int], ruleset: Ruleset) -> list[bool]:
    most = ruleset.max_prs_per_period
    if most is None:
        return [False] * len(ordered)
    seen: Counter[Hashable] = Counter()
    held = []
    for item, value in zip(ordered, values, strict=True):
        is_counted = value > 0 and item.kind in AUTHOR_KINDS
        key = (item.kind, getattr(item, most.period))
        seen[key] += is_counted
        held.append(is_counted and seen[key] > most.count)
    return held


def _after_share(ordered: list[LimitItem], values: list[int], ruleset: Ruleset) -> list[int]:
    share = ruleset.maintainer_share_milli
    if share is None:
        return values
    moved: defaultdict[int | None, int] = defaultdict(int)
    for item, value in zip(ordered, values, strict=True):
        moved[item.moved_by] += item.moved_milli if value else 0
    total = sum(values)
    left = {who: scale(total - sum_moved, share) for who, sum_moved in moved.items()}
    after = []
    for item, value in zip(ordered, values, strict=True):
        if value and item.moved_by is not None:
            taken = max(0, item.moved_milli - max(0, left[item.moved_by]))
            left[item.moved_by] -= item.moved_milli
            value -= taken
        after.append(value)
    return after


def _after_cap(
    ordered: list[LimitItem],
    values: list[int],
    key_of: Callable[[LimitItem], Hashable | None],
    cap_of: Callable[[LimitItem], int | None],
) -> list[int]:
    earlier: defaultdict[Hashable, int] = defaultdict(int)
    after = []
    for item, value in zip(ordered, values, strict=True):
        cap, key = cap_of(item), key_of(item)
        if value and cap is not None and key is not None:
            before = earlier[key]
            earlier[key] += value
            value = min(value, max(0, cap - before))
        after.append(value)
    return after


def _decay_ranks(ordered: list[LimitItem], values: list[int]) -> list[int]:
    seen: Counter[Hashable] = Counter()
    ranks = []
    for item, value in zip(ordered, values, strict=True):
        takes_part = value > 0 and item.kind == MERGED
        key = _repository_month(item)
        seen[key] += takes_part
        ranks.append(seen[key] if takes_part else 0)
    return ranks


def _flat(cap: int | None) -> Callable[[LimitItem], int | None]:
    return lambda item: cap


def _pull_request(item: LimitItem) -> Hashable | None:
    return (item.repository_id, item.number) if item.kind in AUTHOR_KINDS else None


def _kind_and_day(item: LimitItem) -> Hashable:
    return (item.kind, item.day)


def _repository_month(item: LimitItem) -> Hashable:
    return (item.repository_id, item.month)
