"""Every field of a ruleset, flipped alone, changes what a person gets.

FLIPS names each dotted field with two rulesets that differ in it alone, some works, and the
outcome that must differ. A field without a flip fails `test_flips_when_counted_then_...`.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import pytest

from laurels.domain.appraisal.settling import settles_at
from laurels.domain.phrases import sentence
from laurels.domain.rulesets import Ruleset, outside_bounds, parse
from laurels.domain.tiers import ladder_passed, tier_for
from tests.unit.domain.rules_world import DAY, NOON, Placed, file, merge, opened, score, total

Works = list[Placed]
Outcome = Callable[[Works, Ruleset], object]
SEASON = "spring"


def settled_points(works: Works, ruleset: Ruleset) -> int:
    """Points that stand on the sixth day after."""
    now = NOON + 6 * DAY
    return sum(
        s.net
        for s in score(works, ruleset)
        if settles_at(s.placed.work.occurred_at, ruleset) <= now
    )


def certificates(works: Works, ruleset: Ruleset) -> int:
    """How many tier certificates the points earn in a season."""
    if not ruleset.certifies(SEASON):
        return 0
    passed = ladder_passed(total(works, ruleset), ruleset.tiers, ruleset.certificate_policy)
    return len(passed)


def tier(works: Works, ruleset: Ruleset) -> object:
    """The tier that the points reach."""
    return tier_for(total(works, ruleset), ruleset.tiers)


def words(works: Works, ruleset: Ruleset) -> list[str]:
    """The sentences of the items."""
    return [sentence(s.placed.work.kind, s.steps) for s in score(works, ruleset)]


def project_points(works: Works, program: Ruleset) -> int:
    """What a project's own rules give before an organiser consents: nothing outside bounds."""
    project = rules(per_pr_cap=100, repository_month_cap=100)
    return 0 if outside_bounds(project, program) else total(works, project)


def rules(**data: Any) -> Ruleset:
    """A ruleset with merges at 20 and openings at 5, and what a test adds."""
    return parse({"weights": {"pr_merged": 20, "pr_opened": 5}} | data)


@dataclass(frozen=True)
class Flip:
    """Two rulesets that differ in one field, the works and the outcome that shows it."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    works: Works
    outcome: Outcome = total


def many(count: int, **facts: Any) -> Works:
    """So many merges of one person in one repository and day."""
    return [merge(number, **facts) for number in range(1, count + 1)]


def exclude(field: str, **facts: Any) -> Flip:
    """A flip of one exclusion."""
    return Flip({}, {"exclude": {field: True}}, [merge(**facts)])


LABELLED = {"labels": ("good", "gssoc:approved", "docs")}
RATED = [merge(ratings=((7, 5),)), merge(2)]
LADDER = [
    {"key": "a", "label": "A", "points": 10},
    {"key": "b", "label": "B", "points": 20},
]
ONE_TIER = {"key": "a", "label": "A", "points": 10}
DECAY = {"free": 1, "rate": 0.5, "floor": 0.2}
BOUNDS = {
    "weights": {"pr_merged": 20, "pr_opened": 5},
    "per_pr_cap": 100,
    "repository_month_cap": 100,
}
TESTS = {"name": "tests", "paths": ["tests/"], "factor": 1.5}


def changed(base: Mapping[str, Any], **change: Any) -> dict[str, Any]:
    """A table with some fields changed; None takes a field out."""
    return {key: value for key, value in {**base, **change}.items() if value is not None}


def decays(works: int = 6, **change: Any) -> Flip:
    """A flip inside the decay rule."""
    return Flip({"decay": DECAY}, {"decay": changed(DECAY, **change)}, many(works))


def bounds(**change: Any) -> Flip:
    """A flip inside the project bounds."""
    after = {"project_bounds": changed(BOUNDS, **change)}
    return Flip({"project_bounds": BOUNDS}, after, [merge()], project_points)


def tiers_flip(outcome: Outcome = tier, **change: Any) -> Flip:
    """A flip inside the tiers."""
    certified = {"seasons_certified": [SEASON]}
    before = {"tiers": [ONE_TIER], **certified}
    return Flip(before, {"tiers": [changed(ONE_TIER, **change)], **certified}, [merge()], outcome)


def path_flip(outcome: Outcome = total, **change: Any) -> Flip:
    """A flip inside the path factors."""
    works = [merge(files=(file("tests/unit.py"),))]
    after = {"path_factors": [changed(TESTS, **change)]}
    return Flip({"path_factors": [TESTS]}, after, works, outcome)


FLIPS: dict[str, Flip] = {
    "weights_milli": Flip({}, {"weights": {"pr_merged": 21, "pr_opened": 5}}, [merge()]),
    "accept": Flip({}, {"accept": {"merged": True, "labels": ["ok"], "mode": "all"}}, [merge()]),
    "accept.mode": Flip(
        {"accept": {"merged": True, "approved": True}},
        {"accept": {"merged": True, "approved": True, "mode": "all"}},
        [merge()],
    ),
    "accept.is_merged": Flip({}, {"accept": {"merged": True}}, [opened()]),
    "accept.is_approved": Flip({}, {"accept": {"approved": True}}, [merge()]),
    "accept.labels": Flip({}, {"accept": {"labels": ["ok"]}}, [merge(**LABELLED)]),
    "accept.opening_pays": Flip(
        {}, {"accept": {"opening_pays": "while_not_closed_unmerged"}}, [opened(state="closed")]
    ),
    "daily_caps_milli": Flip({}, {"daily_caps": {"pr_merged": 30}}, many(2)),
    "size_bonus": Flip(
        {}, {"size_bonus": [{"at_least": 5, "points": 2}]}, [merge(additions=5, deletions=0)]
    ),
    "size_bonus.at_least": Flip(
        {"size_bonus": [{"at_least": 5, "points": 2}]},
        {"size_bonus": [{"at_least": 6, "points": 2}]},
        [merge(additions=5, deletions=0)],
    ),
    "size_bonus.points_milli": Flip(
        {"size_bonus": [{"at_least": 5, "points": 2}]},
        {"size_bonus": [{"at_least": 5, "points": 3}]},
        [merge(additions=5, deletions=0)],
    ),
    "files_bonus": Flip(
        {}, {"files_bonus": [{"at_least": 2, "points": 3}]}, [merge(changed_files=2)]
    ),
    "files_bonus.at_least": Flip(
        {"files_bonus": [{"at_least": 2, "points": 3}]},
        {"files_bonus": [{"at_least": 3, "points": 3}]},
        [merge(changed_files=2)],
    ),
    "files_bonus.points_milli": Flip(
        {"files_bonus": [{"at_least": 2, "points": 3}]},
        {"files_bonus": [{"at_least": 2, "points": 4}]},
        [merge(changed_files=2)],
    ),
    "ignored_paths": Flip(
        {"size_bonus": [{"at_least": 50, "points": 2}]},
        {"size_bonus": [{"at_least": 50, "points": 2}], "ignored_paths": ["*.lock"]},
        [merge(files=(file("a/uv.lock", 60), file("a.py", 10)))],
    ),
    "path_factors": Flip({}, {"path_factors": [TESTS]}, [merge(files=(file("tests/a.py"),))]),
    "path_factors.name": path_flip(words, name="checks"),
    "path_factors.paths": path_flip(paths=["spec/"]),
    "path_factors.factor_milli": path_flip(factor=1.6),
    "reviewed_factor_milli": Flip({}, {"reviewed_factor": 1.5}, [merge(is_reviewed_by_other=True)]),
    "levels_milli": Flip({}, {"levels": {"good": 10}}, [merge(**LABELLED)]),
    "qualities_milli": Flip({}, {"qualities": {"good": 1.2}}, [merge(**LABELLED)]),
    "types_milli": Flip({}, {"types": {"docs": 5}}, [merge(**LABELLED)]),
    "accept_labels": Flip({}, {"accept_labels": ["accepted"]}, [merge(**LABELLED)]),
    "void_labels": Flip({}, {"void_labels": ["docs"]}, [merge(**LABELLED)]),
    "allowed_types": Flip({}, {"allowed_types": ["fix"]}, [merge(title="docs: say", labels=())]),
    "disallowed_patterns": Flip(
        {}, {"disallowed_patterns": ["update readme*"]}, [merge(title="Update  README.md")]
    ),
    "min_effective_lines": Flip({}, {"min_effective_lines": 3}, [merge(additions=2, deletions=0)]),
    "max_prs_per_period": Flip({}, {"max_prs_per_period": {"count": 1}}, many(3)),
    "max_prs_per_period.count": Flip(
        {"max_prs_per_period": {"count": 1}}, {"max_prs_per_period": {"count": 2}}, many(3)
    ),
    "max_prs_per_period.period": Flip(
        {"max_prs_per_period": {"count": 1, "period": "month"}},
        {"max_prs_per_period": {"count": 1, "period": "day"}},
        [merge(1), merge(2, occurred_at=NOON + DAY)],
    ),
    "rating_multipliers_milli": Flip({}, {"rating_multipliers": {"5": 1.5}}, RATED),
    "rating_bonus_milli": Flip({}, {"rating_bonus": {"5": 15}}, RATED),
    "low_value": Flip(
        {}, {"low_value": {"lines": 9, "factor": 0.5}}, [merge(additions=8, deletions=0)]
    ),
    "low_value.lines": Flip(
        {"low_value": {"lines": 9, "penalty": 4}},
        {"low_value": {"lines": 8, "penalty": 4}},
        [merge(additions=8, deletions=0)],
    ),
    "low_value.factor_milli": Flip(
        {"low_value": {"lines": 9, "factor": 0.5}},
        {"low_value": {"lines": 9, "factor": 0.6}},
        [merge(additions=8, deletions=0)],
    ),
    "low_value.penalty": Flip(
        {"low_value": {"lines": 9, "penalty": 4}},
        {"low_value": {"lines": 9, "penalty": 5}},
        [merge(additions=8, deletions=0)],
    ),
    "decay": Flip({}, {"decay": DECAY}, many(3)),
    "decay.free": decays(free=2),
    "decay.rate_milli": decays(rate=0.9),
    "decay.floor_milli": decays(12, floor=0.5),
    "per_pr_cap_milli": Flip({}, {"per_pr_cap": 12}, [opened(), merge()]),
    "repository_month_cap_milli": Flip({}, {"repository_month_cap": 30}, many(2)),
    "spam_penalty": Flip(
        {"void_labels": ["docs"]},
        {"void_labels": ["docs"], "spam_penalty": 20},
        [opened(**LABELLED)],
    ),
    "disqualify_after": Flip({}, {"disqualify_after": 1}, [opened(is_void=True), merge(2)]),
    "hold_days": Flip({}, {"hold_days": 7}, [merge()], settled_points),
    "exclude": exclude("bots", is_bot=True),
    "exclude.bots": exclude("bots", is_bot=True),
    "exclude.own_repository": exclude("own_repository", is_own_repository=True),
    "exclude.unreviewed_self_merge": exclude("unreviewed_self_merge", is_self_merged=True),
    "exclude.forks": exclude("forks", is_fork=True),
    "exclude.private": exclude("private", is_private=True),
    "exclude.without_opt_in": Flip(
        {}, {"exclude": {"without_opt_in": ["yes"]}}, [merge(topics=("no",))]
    ),
    "season_only": Flip({}, {"season_only": ["october"]}, [merge()]),
    "seasons_certified": Flip(
        {"tiers": LADDER}, {"tiers": LADDER, "seasons_certified": [SEASON]}, many(1), certificates
    ),
    "certificate_policy": Flip(
        {"tiers": LADDER, "seasons_certified": ["*"]},
        {"tiers": LADDER, "seasons_certified": ["*"], "certificate_policy": "highest"},
        many(1),
        certificates,
    ),
    "tiers": Flip({}, {"tiers": LADDER}, [merge()], tier),
    "tiers.key": tiers_flip(key="leaf"),
    "tiers.label": tiers_flip(label="Leaf"),
    "tiers.points": tiers_flip(points=21),
    "tiers.is_certified": tiers_flip(certificates, certificate=False),
    "maintainer_share_milli": Flip(
        {"rating_multipliers": {"5": 1.5}},
        {"rating_multipliers": {"5": 1.5}, "maintainer_share": 0.1},
        RATED,
    ),
    "project_bounds": Flip({}, {"project_bounds": BOUNDS}, [merge()], project_points),
    "project_bounds.weights_milli": bounds(weights={"pr_merged": 19, "pr_opened": 5}),
    "project_bounds.per_pr_cap_milli": bounds(per_pr_cap=99),
    "project_bounds.repository_month_cap_milli": bounds(repository_month_cap=99),
}


def dataclasses_in(hint: Any) -> Iterator[type]:
    """Every dataclass named in a type."""
    if isinstance(hint, type) and is_dataclass(hint):
        yield hint
    for part in typing.get_args(hint):
        yield from dataclasses_in(part)


def dotted_fields(owner: type = Ruleset, prefix: str = "") -> Iterator[str]:
    """Every field of a ruleset, and of the tables inside it."""
    hints = typing.get_type_hints(owner)
    for field in fields(owner):
        yield prefix + field.name
        for inner in dataclasses_in(hints[field.name]):
            yield from dotted_fields(inner, f"{prefix}{field.name}.")


def differing(left: object, right: object, prefix: str = "") -> Iterator[str]:
    """The innermost fields in which two rulesets differ."""
    for field in fields(left):  # type: ignore[arg-type]
        mine, theirs = getattr(left, field.name), getattr(right, field.name)
        if mine == theirs:
            continue
        pairs = [(mine, theirs)]
        if isinstance(mine, tuple) and isinstance(theirs, tuple) and len(mine) == len(theirs):
            pairs = list(zip(mine, theirs, strict=True))
        if all(is_dataclass(a) and is_dataclass(b) for a, b in pairs):
            for a, b in pairs:
                yield from differing(a, b, f"{prefix}{field.name}.")
        else:
            yield prefix + field.name


@pytest.mark.parametrize("field", FLIPS)
def test_outcome_when_one_field_is_flipped_then_it_changes(field: str) -> None:
    flip = FLIPS[field]
    before, after = rules(**flip.before), rules(**flip.after)
    assert set(differing(before, after)) <= within(field)
    assert flip.outcome(flip.works, before) != flip.outcome(flip.works, after)


def within(field: str) -> set[str]:
    """A field and what is inside it: flipping a whole table flips its fields."""
    return {name for name in dotted_fields() if name == field or name.startswith(f"{field}.")}


def test_flips_when_counted_then_every_field_has_one() -> None:
    assert missing_flips(dotted_fields()) == set()
    assert set(FLIPS) <= set(dotted_fields())


def missing_flips(names: Iterator[str] | list[str]) -> set[str]:
    """Fields that no flip proves."""
    return set(names) - set(FLIPS)


def test_flips_when_a_field_is_new_then_it_is_missed() -> None:
    assert missing_flips(["weights_milli", "gravity"]) == {"gravity"}


def test_dotted_fields_when_a_rule_is_a_table_then_its_fields_are_named() -> None:
    names = set(dotted_fields())
    assert {"decay.rate_milli", "tiers.points", "exclude.forks", "hold_days"} <= names
    assert isinstance(typing.get_type_hints(Ruleset)["decay"], types.UnionType)
