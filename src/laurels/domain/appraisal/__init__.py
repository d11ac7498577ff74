"""Appraisal: what one contribution is worth by itself, and why."""

from __future__ import annotations

from laurels.domain.appraisal.work import Appraisal, FileStat, Step, Work
from laurels.domain.rulesets.model import Ruleset

__all__ = ["Appraisal", "FileStat", "Step", "Work", "appraise"]


def appraise(work: Work, ruleset: Ruleset) -> Appraisal:
    """Tell what a contribution is worth under a ruleset version, before any limit."""
    raise NotImplementedError
