"""When points settle: hold_days after the latest change of what they are for."""

from __future__ import annotations

from laurels.domain.rulesets.model import Ruleset

DAY_SECONDS = 86_400


def settles_at(changed_at: int, ruleset: Ruleset) -> int:
    """Return the instant from which points stand, given the latest time that changed the value.

    `changed_at` is a GitHub or verdict time (spec/scoring.md §5), never an arrival time; the
    points stand from this very second on.
    """
    return changed_at + ruleset.hold_days * DAY_SECONDS
