"""Archive files of GitHub events: checking them, reading them, and what hours they cover."""

from __future__ import annotations

from laurels.adapters.gharchive.coverage import Coverage, coverage
from laurels.adapters.gharchive.faults import Fault, Loss, Losses, Refused
from laurels.adapters.gharchive.reader import Reading, read
from laurels.adapters.gharchive.sources import SourceFile, check

__all__ = [
    "Coverage",
    "Fault",
    "Loss",
    "Losses",
    "Reading",
    "Refused",
    "SourceFile",
    "check",
    "coverage",
    "read",
]
