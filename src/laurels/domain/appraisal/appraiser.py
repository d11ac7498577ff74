"""Appraise one contribution under one ruleset version."""

from __future__ import annotations

from laurels.domain.appraisal.eligibility import (
    MERGED,
    OPENED,
    effective_lines,
    exclusion,
    label_forms,
    refusal,
    unknowns,
    void,
)
from laurels.domain.appraisal.movement import moved
from laurels.domain.appraisal.value import is_low, price
from laurels.domain.appraisal.work import Appraisal, Step, Work
from laurels.domain.rulesets.model import Ruleset


def appraise(work: Work, ruleset: Ruleset) -> Appraisal:
    """Tell what a contribution is worth under a ruleset version, before any limit.

    Pure: the same work and rules give the same answer and steps. The penalty for voided work, and
    its count towards disqualification, ride on the pull request's opening, so each comes once.
    """
    no = exclusion(work, ruleset)
    if no is not None:
        return _nothing(no)
    no = void(work, ruleset)
    if no is not None:
        return _voided(work, ruleset, no)
    no = refusal(work, ruleset)
    if no is not None:
        return _nothing(no)
    labels = label_forms(work) or frozenset()
    value, factor_part, steps = price(work, ruleset, work.ratings, labels)
    steps += unknowns(work, ruleset)
    penalty = _low_value_penalty(work, ruleset)
    if penalty is not None:
        steps.append(penalty)
    mover, moved_milli = moved(work, ruleset, value)
    return Appraisal(
        is_eligible=True,
        reason=None,
        value_milli=value,
        factor_part_milli=factor_part,
        penalty_points=0 if penalty is None else penalty["points"],
        is_void=False,
        moved_by=mover,
        moved_milli=moved_milli,
        steps=tuple(steps),
    )


def _nothing(no: Step, *, is_void: bool = False, penalty: Step | None = None) -> Appraisal:
    return Appraisal(
        is_eligible=False,
        reason=no["reason"],
        value_milli=0,
        factor_part_milli=0,
        penalty_points=0 if penalty is None else penalty["points"],
        is_void=is_void,
        moved_by=None,
        moved_milli=0,
        steps=(no,) if penalty is None else (no, penalty),
    )


def _voided(work: Work, ruleset: Ruleset, no: Step) -> Appraisal:
    if work.kind != OPENED:
        return _nothing(no)
    penalty = None
    if ruleset.spam_penalty:
        penalty = {"step": "penalty", "for": "void", "points": ruleset.spam_penalty}
    return _nothing(no, is_void=True, penalty=penalty)


def _low_value_penalty(work: Work, ruleset: Ruleset) -> Step | None:
    rule = ruleset.low_value
    if work.kind != MERGED or rule is None or not rule.penalty:
        return None
    lines = effective_lines(work, ruleset)
    if not is_low(lines, rule):
        return None
    low = {"lines": lines, "below": rule.lines, "points": rule.penalty}
    return {"step": "penalty", "for": "low_value", **low}
