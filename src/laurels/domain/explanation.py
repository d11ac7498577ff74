"""Explanations: the steps that made the points, and replaying them.

A step is a flat dict of strings and ints with its own operands; docs/organise/rulesets.md lists
them. Steps name rules, labels of the ruleset and numbers, never a person, login, title or subject:
they are hashed into the ledger and survive an erasure. `replay` computes the points from the
operands with the arithmetic of spec/scoring.md §2; no step carries a result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from laurels.domain.appraisal.work import Step
from laurels.domain.limits import MERGED, Limited
from laurels.domain.rulesets.model import Decay, Ruleset
from laurels.kit.fixed import MILLI, scale, to_points

ADDED_TO_FACTOR_PART = frozenset(("weight", "level"))
ADDED_AFTER = frozenset(("type", "size", "files", "rating_bonus"))
FACTORS = frozenset(("quality", "rating", "path", "reviewed", "low_value"))
CAPS = frozenset(("per_pr_cap", "daily_cap", "repository_month_cap"))


class Replayed(NamedTuple):
    """What steps come to: whole points before the penalty, their two parts, and the penalty."""

    points: int
    base: int
    extra: int
    penalty: int


class Line(NamedTuple):
    """One step with the running total (thousandths) after it, for a table of steps."""

    step: Mapping[str, Any]
    total_milli: int


def explain(
    appraisal_steps: Iterable[Step], limited: Limited, ruleset: Ruleset
) -> tuple[Step, ...]:
    """Return all steps of an item: how it was appraised, then what each limit changed.

    A limit that changed nothing leaves no step; the operands come from the values between the
    stages alone, so the database's columns suffice.
    """
    steps = list(appraisal_steps)
    if limited.item.is_eligible:
        steps += _limit_steps(limited, ruleset)
    if limited.is_held and ruleset.max_prs_per_period is not None:
        most = ruleset.max_prs_per_period
        steps.append({"step": "held", "most": most.count, "per": most.period})
    return tuple(steps)


def _limit_steps(limited: Limited, ruleset: Ruleset) -> list[Step]:
    item, steps = limited.item, []
    value = item.value_milli
    if limited.is_disqualified:
        if value:
            steps.append({"step": "disqualified", "most": ruleset.disqualify_after})
        value = 0
    if limited.after_share_milli != value:
        left = limited.after_share_milli - (value - item.moved_milli)
        share: Step = {"step": "maintainer_share", "share": ruleset.maintainer_share_milli}
        steps.append({**share, "moved": item.moved_milli, "left": left})
    if limited.after_pr_cap_milli != limited.after_share_milli:
        cap = _set(ruleset.per_pr_cap_milli)
        steps.append({"step": "per_pr_cap", **_cap(cap, limited.after_pr_cap_milli)})
    if limited.after_decay_milli != limited.after_pr_cap_milli:
        steps.append(_decay_step(limited, ruleset.decay))
    if limited.after_day_milli != limited.after_decay_milli:
        cap = ruleset.daily_caps_milli[item.kind]
        daily: Step = {"step": "daily_cap", "kind": str(item.kind)}
        steps.append({**daily, **_cap(cap, limited.after_day_milli)})
    if limited.after_month_milli != limited.after_day_milli:
        cap = _set(ruleset.repository_month_cap_milli)
        steps.append({"step": "repository_month_cap", **_cap(cap, limited.after_month_milli)})
    if limited.after_month_milli % MILLI:
        steps.append({"step": "round"})
    return steps


def _set(cap: int | None) -> int:
    """Return a cap that a stage applied, so it is there."""
    assert cap is not None, "a stage changed a value without a rule"
    return cap


def _cap(cap: int, after: int) -> dict[str, int]:
    """Return the operands of a cap that bit: the cap, and how much of it was used before."""
    return {"cap": cap, "used": cap - after}


def _decay_step(limited: Limited, decay: Decay | None) -> Step:
    assert decay is not None and limited.item.kind == MERGED, "only merges decay, by a rule"
    rule = {"free": decay.free, "rate": decay.rate_milli, "floor": decay.floor_milli}
    return {"step": "decay", "rank": limited.decay_rank, **rule}


def decay_factor_of(step: Mapping[str, Any]) -> int:
    """Return the factor in thousandths of a decay step, from its operands."""
    extra = step["rank"] - step["free"]
    return int(max(step["floor"], MILLI * MILLI // (MILLI + step["rate"] * extra)))


def after(step: Mapping[str, Any], value: int) -> int:
    """Return the value in thousandths after one step."""
    name = step["step"]
    if name in ADDED_TO_FACTOR_PART or name in ADDED_AFTER:
        return value + int(step["milli"])
    if name in FACTORS:
        return scale(value, step["factor"])
    if name in CAPS:
        return min(value, max(0, int(step["cap"]) - int(step["used"])))
    match name:
        case "excluded" | "disqualified":
            return 0
        case "maintainer_share":
            return value - max(0, int(step["moved"]) - max(0, int(step["left"])))
        case "decay":
            return scale(value, decay_factor_of(step))
        case "round":
            return to_points(value) * MILLI
        case "unknown" | "held" | "penalty":
            return value
    raise ValueError(f"unknown step {name!r}")


def replay_parts(steps: Iterable[Mapping[str, Any]]) -> Replayed:
    """Compute points, base, extra and penalty from steps alone."""
    value = factor_part = penalty = 0
    for step in steps:
        value = after(step, value)
        if step["step"] in ADDED_TO_FACTOR_PART or step["step"] in FACTORS:
            factor_part = value
        elif step["step"] == "penalty":
            penalty += step["points"]
    points = to_points(value)
    base = min(to_points(factor_part), points)
    return Replayed(points, base, points - base, penalty)


def replay(steps: Iterable[Mapping[str, Any]]) -> int:
    """Compute the item's points (awards less penalty) from its steps alone."""
    parts = replay_parts(steps)
    return parts.points - parts.penalty


def running(steps: Iterable[Mapping[str, Any]]) -> tuple[Line, ...]:
    """Return each step that moves the number with the running total after it."""
    lines, value = [], 0
    for step in steps:
        value = after(step, value)
        if step["step"] not in ("unknown", "held"):
            lines.append(Line(step, value))
    return tuple(lines)
