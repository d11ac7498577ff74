"""Plain words: the sentence of an item, and the rules of a ruleset.

Words are made of steps and rules alone, so they name no person; whose work and which subject it
is stands beside them on the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from laurels.domain.appraisal.examples import Example
from laurels.domain.appraisal.rule_words import Section, rules_in_words
from laurels.domain.appraisal.step_words import KIND_NAMES, change_words, clause, label
from laurels.domain.explanation import after, replay
from laurels.domain.rulesets.numbers import number, points

__all__ = ["Example", "Row", "Section", "rules_in_words", "sentence", "step_rows"]


class Row(NamedTuple):
    """A line of the table of steps: what for, what it does, the running total after it."""

    label: str
    change: str
    total: str


def sentence(kind: str, steps: Iterable[Mapping[str, Any]]) -> str:
    """Say in one plain sentence what an item earned and why, naming each step in order."""
    steps = tuple(steps)
    clauses, value = [], 0
    for step in steps:
        clauses.append(clause(step, value))
        value = after(step, value)
    total = points(replay(steps))
    said = ", ".join(clauses)
    # One step that is its own sum, or a reason for nothing, needs no second telling.
    ending = "" if said == total or (len(steps) == 1 and not value) else f"; {total}"
    return f"{KIND_NAMES[kind]}: {said}{ending}."


def step_rows(steps: Iterable[Mapping[str, Any]]) -> tuple[Row, ...]:
    """Return every step as a table row with the running total; the last row is the points."""
    steps, value, taken = tuple(steps), 0, 0
    rows = []
    for step in steps:
        change = change_words(step, value)
        value = after(step, value)
        taken += step["points"] if step["step"] == "penalty" else 0
        rows.append(Row(label(step), change, number(value - taken * 1000)))
    return (*rows, Row("Points", "", f"{replay(steps):,}".replace("-", "−")))
