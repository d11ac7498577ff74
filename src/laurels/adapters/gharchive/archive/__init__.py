"""Baselines of GH Archive: event files to a population's thresholds (extra `archive`).

This package is the only one that imports pyarrow, ibis, duckdb and pyspark; import it where it is
used, since it takes a second.
"""

from __future__ import annotations

from laurels.adapters.gharchive.archive.building import Build, build
from laurels.adapters.gharchive.archive.engines import ENGINES, MEMORY_MB
from laurels.adapters.gharchive.archive.explaining import explain
from laurels.adapters.gharchive.archive.faults import BuildRefused
from laurels.adapters.gharchive.archive.report import METHOD, Report
from laurels.adapters.gharchive.archive.staging import Progress

__all__ = [
    "ENGINES",
    "MEMORY_MB",
    "METHOD",
    "Build",
    "BuildRefused",
    "Progress",
    "Report",
    "build",
    "explain",
]
