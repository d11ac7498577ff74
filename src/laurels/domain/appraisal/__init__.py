"""Appraisal: what one contribution is worth by itself, and why."""

from __future__ import annotations

from laurels.domain.appraisal.appraiser import appraise
from laurels.domain.appraisal.reading import readable
from laurels.domain.appraisal.work import Appraisal, FileStat, Step, Work

__all__ = ["Appraisal", "FileStat", "Step", "Work", "appraise", "readable"]
