"""Explanations: the steps that made the points, and replaying them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from laurels.domain.appraisal.work import Step
from laurels.domain.limits import Limited
from laurels.domain.rulesets.model import Ruleset


def explain(
    appraisal_steps: Iterable[Step], limited: Limited, ruleset: Ruleset
) -> tuple[Step, ...]:
    """Return all steps of an item: how it was appraised, then what each limit changed."""
    raise NotImplementedError


def replay(steps: Iterable[Mapping[str, Any]]) -> int:
    """Compute the item's points (awards less penalty) from its steps alone."""
    raise NotImplementedError
