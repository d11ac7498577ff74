"""A tiny world for tests of rules: pull requests of one person, scored from facts to points."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from laurels.domain.appraisal import Appraisal, FileStat, Work, appraise
from laurels.domain.explanation import explain
from laurels.domain.limits import Limited, LimitItem, limit
from laurels.domain.rulesets import Ruleset
from laurels.kit.times import day_of, month_of, parse_instant

NOON = parse_instant("2026-05-04T12:00:00Z")
DAY = 86_400


@dataclass(frozen=True)
class Placed:
    """A work with where it stands."""

    work: Work
    repository_id: int = 1
    number: int = 1
    season: str = "all"


@dataclass(frozen=True)
class Scored:
    """One item all the way: facts, value, limits and the steps of both."""

    placed: Placed
    appraisal: Appraisal
    limited: Limited
    steps: tuple[dict[str, Any], ...] = field(repr=False)

    @property
    def net(self) -> int:
        """Points less penalty, as the ledger has them."""
        return self.limited.points - self.limited.penalty


def merge(number: int = 1, *, repository: int = 1, season: str = "all", **facts: Any) -> Placed:
    """A merged pull request's merge."""
    facts = {"kind": "pr_merged", "occurred_at": NOON + number, "state": "merged"} | facts
    return Placed(Work(**facts), repository, number, season)


def opened(number: int = 1, *, repository: int = 1, season: str = "all", **facts: Any) -> Placed:
    """A pull request's opening."""
    facts = {"kind": "pr_opened", "occurred_at": NOON + number, "state": "open"} | facts
    return Placed(Work(**facts), repository, number, season)


def file(path: str, lines: int = 10) -> FileStat:
    """A changed file."""
    return FileStat(path, lines, 0)


def item_of(placed: Placed, appraisal: Appraisal) -> LimitItem:
    """The item that the limits see."""
    return LimitItem(
        kind=placed.work.kind,
        occurred_at=placed.work.occurred_at,
        repository_id=placed.repository_id,
        number=placed.number,
        day=day_of(placed.work.occurred_at),
        month=month_of(placed.work.occurred_at),
        season=placed.season,
        is_eligible=appraisal.is_eligible,
        value_milli=appraisal.value_milli,
        factor_part_milli=appraisal.factor_part_milli,
        penalty_points=appraisal.penalty_points,
        is_void=appraisal.is_void,
        moved_by=appraisal.moved_by,
        moved_milli=appraisal.moved_milli,
    )


def score(works: list[Placed], ruleset: Ruleset) -> list[Scored]:
    """Appraise and limit one person's works; in the natural order."""
    appraised = {}
    for placed in works:
        appraisal = appraise(placed.work, ruleset)
        item = item_of(placed, appraisal)
        appraised[id(item)] = (placed, appraisal, item)
    scored = []
    for limited in limit([item for _, _, item in appraised.values()], ruleset):
        placed, appraisal, _ = appraised[id(limited.item)]
        steps = explain(appraisal.steps, limited, ruleset)
        scored.append(Scored(placed, appraisal, limited, steps))
    return scored


def total(works: list[Placed], ruleset: Ruleset) -> int:
    """Points of a person that stand: held ones wait."""
    return sum(s.net for s in score(works, ruleset) if not s.limited.is_held)


def worth(placed: Placed, ruleset: Ruleset) -> int:
    """Points of one work alone."""
    return total([placed], ruleset)
