"""Worked examples of a ruleset, appraised and limited like real work, so none can be wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from laurels.domain.appraisal.appraiser import appraise
from laurels.domain.appraisal.eligibility import MERGED, OPENED
from laurels.domain.appraisal.work import Step, Work
from laurels.domain.explanation import explain
from laurels.domain.limits import LimitItem, limit
from laurels.domain.rulesets.model import Ruleset
from laurels.domain.rulesets.numbers import counted, ordinal
from laurels.kit.times import day_of, month_bounds, month_of

EXAMPLE_YEAR = 2026
MAINTAINERS = (1, 2)
A_LITTLE_MORE = 14
"""Lines above a step of the size ladder, so that an example is not exactly on it."""


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: its story, and the kind and steps that the rules give it."""

    title: str
    story: str
    kind: str
    steps: tuple[Step, ...]


def worked_examples(ruleset: Ruleset) -> tuple[Example, ...]:
    """Return the examples that show what these rules can do; none without an active kind."""
    examples = []
    if ruleset.weights_milli.get(MERGED):
        examples.append(_full_merge(ruleset))
    elif ruleset.weights_milli:
        examples.append(_heaviest(ruleset))
    if ruleset.low_value is not None and ruleset.weights_milli.get(MERGED):
        examples.append(_tiny_merge(ruleset))
    if ruleset.void_labels:
        examples.append(_voided(ruleset))
    return tuple(examples)


def _plain(kind: str, ruleset: Ruleset) -> Work:
    """Return work that these rules let in: accepted, reviewed, opted in, in season."""
    months = sorted(ruleset.matchers.months)
    at = month_bounds(EXAMPLE_YEAR * 100 + (months[0] if months else 5))[0] + 12 * 3600
    wanted = (*ruleset.accept.labels, *ruleset.accept_labels[:1], *ruleset.allowed_types[:1])
    return Work(
        kind=kind,
        occurred_at=at,
        opened_at=at,
        state="merged",
        is_approved=True,
        title="",
        additions=_least_lines(ruleset),
        deletions=0,
        changed_files=1,
        labels=tuple(label.replace("*", "") for label in wanted),
        is_own_repository=False,
        is_self_merged=False,
        is_reviewed_by_other=True,
        is_fork=False,
        is_private=False,
        topics=ruleset.exclude.without_opt_in[:1],
        seasons=ruleset.season_only,
    )


def _least_lines(ruleset: Ruleset) -> int:
    """Return a size that these rules neither refuse nor call low."""
    low = 0 if ruleset.low_value is None else ruleset.low_value.lines
    return max(ruleset.min_effective_lines or 0, low, 10)


def _run(work: Work, ruleset: Ruleset, rank: int = 1) -> tuple[Step, ...]:
    """Return the steps of the last of `rank` works alike, merged in one repository and month."""
    appraisal = appraise(work, ruleset)
    items = [
        LimitItem(
            kind=work.kind,
            occurred_at=work.occurred_at + at,
            repository_id=1,
            number=at,
            day=day_of(work.occurred_at),
            month=month_of(work.occurred_at),
            is_eligible=appraisal.is_eligible,
            value_milli=appraisal.value_milli,
            factor_part_milli=appraisal.factor_part_milli,
        )
        for at in range(rank)
    ]
    return explain(appraisal.steps, limit(items, ruleset)[-1], ruleset)


def _full_merge(ruleset: Ruleset) -> Example:
    work, said = _plain(MERGED, ruleset), []
    if ruleset.rating_multipliers_milli or ruleset.rating_bonus_milli:
        work = msgspec.structs.replace(work, ratings=tuple(zip(MAINTAINERS, (4, 5), strict=True)))
        said.append("two maintainers rate it 4 and 5")
    labels = [
        _middle(table)
        for table in (ruleset.levels_milli, ruleset.qualities_milli, ruleset.types_milli)
        if table
    ]
    if labels:
        work = msgspec.structs.replace(work, labels=(*(work.labels or ()), *labels))
        said.append(f"it is labelled {', '.join(labels)}")
    if ruleset.size_bonus:
        reached = ruleset.size_bonus[len(ruleset.size_bonus) // 2].at_least + A_LITTLE_MORE
        lines = max(reached, _least_lines(ruleset))
        work = msgspec.structs.replace(work, additions=lines)
        said.append(f"it has {counted(lines, 'changed line')}")
    if ruleset.files_bonus:
        files = ruleset.files_bonus[0].at_least
        work = msgspec.structs.replace(work, changed_files=files)
        said.append(f"it changes {counted(files, 'file')}")
    if ruleset.reviewed_factor_milli is not None:
        said.append("someone else reviewed it")
    rank = 1
    if ruleset.decay is not None:
        rank = ruleset.decay.free + 2
        said.append(f"it is its author's {ordinal(rank)} merge in its repository this month")
    story = _story("A pull request is merged", said)
    return Example("A merge", story, MERGED, _run(work, ruleset, rank))


def _middle(table: Mapping[str, int]) -> str:
    """Return the label of middling worth."""
    return sorted(table, key=lambda name: (table[name], name))[len(table) // 2]


def _tiny_merge(ruleset: Ruleset) -> Example:
    lines = (ruleset.low_value.lines if ruleset.low_value else 1) - 1
    work = msgspec.structs.replace(_plain(MERGED, ruleset), additions=lines)
    story = _story("A pull request is merged", [f"it has {counted(lines, 'changed line')}"])
    return Example("A very small merge", story, MERGED, _run(work, ruleset))


def _voided(ruleset: Ruleset) -> Example:
    label = ruleset.void_labels[-1].replace("*", "")
    work = msgspec.structs.replace(_plain(OPENED, ruleset), labels=(label,), state="closed")
    story = _story("A pull request is opened", [f"a maintainer labels it {label}"])
    return Example("A voided pull request", story, OPENED, _run(work, ruleset))


_STORIES = {
    "pr_opened": "A pull request is opened and accepted",
    "pr_approved": "A pull request is approved",
    "issue_opened": "An issue is opened",
    "issue_completed": "An issue is closed as completed",
    "review_submitted": "A pull request is reviewed",
}


def _heaviest(ruleset: Ruleset) -> Example:
    kind = max(ruleset.weights_milli, key=lambda kind: (ruleset.weights_milli[kind], kind))
    story = _story(_STORIES[kind], [])
    return Example("The work that counts most", story, kind, _run(_plain(kind, ruleset), ruleset))


def _story(begin: str, said: list[str]) -> str:
    if not said:
        return f"{begin}."
    text = said[0] if len(said) == 1 else f"{', '.join(said[:-1])}, and {said[-1]}"
    return f"{begin}. {text[0].upper()}{text[1:]}."
