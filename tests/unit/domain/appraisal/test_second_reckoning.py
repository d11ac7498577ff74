"""Appraisal against a second reckoning with exact fractions, written from the specification."""

from __future__ import annotations

from fnmatch import fnmatch
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laurels.domain.appraisal import Work, appraise
from laurels.domain.rulesets import PRESETS, Ruleset, preset
from tests.unit.domain.random_works import WORKS, everything

ALL = everything()


def plain(label: str) -> str:
    """A label as it is compared, for the labels that the random works carry."""
    return label.lower().replace(" : ", ":")


def lines_of(work: Work, rules: Ruleset) -> int | None:
    """Effective lines, by the shell's own globs for the few patterns of the random works."""
    if work.files is None:
        known = work.additions is not None and work.deletions is not None
        return (work.additions or 0) + (work.deletions or 0) if known else None
    ignored = [p + "*" if p.endswith("/") else p for p in rules.ignored_paths]
    counted = [f for f in work.files if not any(fnmatch(f.path, p) for p in ignored)]
    return sum(f.additions + f.deletions for f in counted)


def rounded(value: Fraction) -> Fraction:
    """To a thousandth, a half to the even one."""
    return Fraction(round(value * 1000), 1000)


def milli(value: int) -> Fraction:
    """Thousandths as they are meant."""
    return Fraction(value, 1000)


def rating(work: Work) -> int | None:
    """The whole rating nearest to the mean; halfway goes up."""
    if not work.ratings:
        return None
    mean = Fraction(sum(score for _, score in work.ratings), len(work.ratings))
    return min(range(1, 6), key=lambda step: (abs(mean - step), -step))


def value(work: Work, rules: Ruleset) -> tuple[Fraction, Fraction]:
    """(factor part, value) of eligible work, in points."""
    total = milli(rules.weights_milli[work.kind])
    if work.kind != "pr_merged":
        return total, total
    labels = {plain(label) for label in work.labels or ()}
    levels = [milli(rules.levels_milli[label]) for label in labels & set(rules.levels_milli)]
    total += min(levels, default=Fraction(0))
    for label in sorted(labels & set(rules.qualities_milli)):
        total = rounded(total * milli(rules.qualities_milli[label]))
    mean, size = rating(work), lines_of(work, rules)
    if mean in rules.rating_multipliers_milli:
        total = rounded(total * milli(rules.rating_multipliers_milli[mean]))
    for factor in rules.path_factors:
        if any(fnmatch(f.path, "tests/*") for f in work.files or ()):
            total = rounded(total * milli(factor.factor_milli))
    if rules.reviewed_factor_milli is not None and work.is_reviewed_by_other:
        total = rounded(total * milli(rules.reviewed_factor_milli))
    factor_part = total
    total += sum(milli(points) for label, points in rules.types_milli.items() if label in labels)
    files = work.changed_files if work.changed_files is not None else len(work.files or ()) or None
    for amount, ladder in ((size, rules.size_bonus), (files, rules.files_bonus)):
        reached = [r.points_milli for r in ladder if amount is not None and amount >= r.at_least]
        total += milli(max(reached, default=0))
    if mean in rules.rating_bonus_milli:
        total += milli(rules.rating_bonus_milli[mean])
    return factor_part, total


@settings(max_examples=500)
@given(WORKS)
def test_value_when_eligible_under_every_rule_then_agrees(work: Work) -> None:
    appraisal = appraise(work, ALL)
    if appraisal.is_eligible:
        factor_part, total = value(work, ALL)
        assert appraisal.factor_part_milli == factor_part * 1000
        assert appraisal.value_milli == total * 1000
    else:
        assert (appraisal.value_milli, appraisal.factor_part_milli) == (0, 0)


@pytest.mark.parametrize("name", PRESETS)
@given(work=WORKS)
def test_value_when_eligible_under_a_preset_then_agrees(name: str, work: Work) -> None:
    rules = preset(name)
    appraisal = appraise(work, rules)
    if appraisal.is_eligible:
        assert appraisal.value_milli == value(work, rules)[1] * 1000


@given(WORKS)
def test_moved_when_somebody_is_named_then_their_part_is_inside_the_value(work: Work) -> None:
    appraisal = appraise(work, ALL)
    assert (appraisal.moved_by is None) == (appraisal.moved_milli == 0)
    assert 0 <= appraisal.moved_milli <= appraisal.value_milli
    if appraisal.moved_by is not None and not work.level_labelled_by:
        without = msgspec.structs.replace(work, ratings=())
        assert appraisal.value_milli - appraisal.moved_milli == appraise(without, ALL).value_milli


FORGETTABLE = ("is_own_repository", "is_self_merged", "is_fork", "is_private", "title")


@given(WORKS, st.sampled_from(FORGETTABLE))
def test_reason_when_a_fact_is_forgotten_then_nobody_is_newly_excluded(
    work: Work, field: str
) -> None:
    forgotten = msgspec.structs.replace(work, **{field: None})
    assert appraise(forgotten, ALL).is_eligible or not appraise(work, ALL).is_eligible


@given(WORKS)
def test_size_when_forgotten_then_no_bonus_and_no_penalty_is_left(work: Work) -> None:
    nothing = {"additions": None, "deletions": None, "files": None, "changed_files": None}
    appraisal = appraise(msgspec.structs.replace(work, **nothing), ALL)
    names = {(step["step"], step.get("for")) for step in appraisal.steps}
    assert not names & {("size", None), ("files", None), ("path", None), ("penalty", "low_value")}


@given(WORKS)
def test_appraise_when_asked_twice_then_answers_the_same(work: Work) -> None:
    assert appraise(work, ALL) == appraise(work, ALL)
