"""Value: weight and level, then factors, then bonuses, each change a step of the explanation.

Order and arithmetic are spec/scoring.md §2: a product is rounded half to even to a thousandth
before the next one. What describes a pull request once (level, qualities, rating, paths, review,
type, size, files) applies to its merge alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from laurels.domain.appraisal.eligibility import (
    MERGED,
    effective_lines,
    files_changed,
    label_forms,
)
from laurels.domain.appraisal.work import Step, Work
from laurels.domain.rulesets.model import LowValue, Ruleset, Rung
from laurels.kit.fixed import MILLI, scale

LOWEST_RATING, HIGHEST_RATING = 1, 5
Ratings = tuple[tuple[int, int], ...]


def nearest_rating(total: int, count: int) -> int:
    """Return the whole rating nearest to the mean total/count; halfway goes up."""
    return (2 * total + count) // (2 * count)


def rung_reached(amount: int, ladder: tuple[Rung, ...]) -> Rung | None:
    """Return the highest step of a ladder (sorted upwards) that this many lines or files reach."""
    reached = None
    for rung in ladder:
        if amount >= rung.at_least:
            reached = rung
    return reached


def is_low(lines: int | None, rule: LowValue | None) -> bool:
    """Tell whether the low-value rule applies; never when the size is not known."""
    return rule is not None and lines is not None and lines < rule.lines


def price(
    work: Work, ruleset: Ruleset, ratings: Ratings, labels: frozenset[str]
) -> tuple[int, int, list[Step]]:
    """Return (value, its weight-and-factor part, steps) of eligible work, in thousandths."""
    weight = ruleset.weights_milli[work.kind]
    steps: list[Step] = [{"step": "weight", "kind": str(work.kind), "milli": weight}]
    if work.kind != MERGED:
        return weight, weight, steps
    value = weight
    level = lowest_level(labels, ruleset.levels_milli)
    if level is not None and ruleset.levels_milli[level]:
        value += ruleset.levels_milli[level]
        steps.append({"step": "level", "label": level, "milli": ruleset.levels_milli[level]})
    factors = _factors(work, ruleset, ratings, label_forms(work) or frozenset())
    for step in factors:
        if step["factor"] != MILLI:
            value = scale(value, step["factor"])
            steps.append(step)
    factor_part = value
    for step in _bonuses(work, ruleset, ratings, label_forms(work) or frozenset()):
        if step["milli"]:
            value += step["milli"]
            steps.append(step)
    return value, factor_part, steps


def lowest_level(labels: frozenset[str], levels: Mapping[str, int]) -> str | None:
    """Return the level label worth least among several; the first name breaks a tie."""
    if not levels:
        return None
    found = [(worth, label) for label, worth in levels.items() if label in labels]
    return min(found)[1] if found else None


def _factors(work: Work, ruleset: Ruleset, ratings: Ratings, labels: frozenset[str]) -> list[Step]:
    steps: list[Step] = [
        {"step": "quality", "label": label, "factor": factor}
        for label, factor in ruleset.qualities_milli.items()
        if label in labels
    ]
    if ratings and ruleset.rating_multipliers_milli:
        rated = _rated(ratings)
        factor = ruleset.rating_multipliers_milli.get(rated["rating"], MILLI)
        steps.append({"step": "rating", **rated, "factor": factor})
    if work.files is not None:
        steps += [
            {"step": "path", "name": rule.name, "factor": rule.factor_milli}
            for rule, paths in ruleset.matchers.path_factors
            if any(paths.matches(file.path) for file in work.files)
        ]
    if ruleset.reviewed_factor_milli is not None and work.is_reviewed_by_other:
        steps.append({"step": "reviewed", "factor": ruleset.reviewed_factor_milli})
    rule = ruleset.low_value
    if rule is not None and rule.factor_milli is not None:
        lines = effective_lines(work, ruleset)
        if is_low(lines, rule):
            low = {"lines": lines, "below": rule.lines, "factor": rule.factor_milli}
            steps.append({"step": "low_value", **low})
    return steps


def _bonuses(work: Work, ruleset: Ruleset, ratings: Ratings, labels: frozenset[str]) -> list[Step]:
    steps: list[Step] = [
        {"step": "type", "label": label, "milli": points}
        for label, points in ruleset.types_milli.items()
        if label in labels
    ]
    lines = effective_lines(work, ruleset) if ruleset.size_bonus else None
    rung = None if lines is None else rung_reached(lines, ruleset.size_bonus)
    if rung is not None:
        counted = "effective" if work.files is not None and ruleset.ignored_paths else "changed"
        step = {"step": "size", "lines": lines, "counted": counted, "at_least": rung.at_least}
        steps.append({**step, "milli": rung.points_milli})
    files = files_changed(work) if ruleset.files_bonus else None
    rung = None if files is None else rung_reached(files, ruleset.files_bonus)
    if rung is not None:
        step = {"step": "files", "files": files, "at_least": rung.at_least}
        steps.append({**step, "milli": rung.points_milli})
    if ratings and ruleset.rating_bonus_milli:
        rated = _rated(ratings)
        bonus = ruleset.rating_bonus_milli.get(rated["rating"], 0)
        steps.append({"step": "rating_bonus", **rated, "milli": bonus})
    return steps


def _rated(ratings: Ratings) -> dict[str, int]:
    total, count = sum(score for _, score in ratings), len(ratings)
    return {"sum": total, "count": count, "rating": nearest_rating(total, count)}
