"""Which hours a set of files covers: present, short of something, or missing in between."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from laurels.adapters.gharchive.faults import Losses
from laurels.adapters.gharchive.sources import SourceFile

_HOUR_SECONDS: Final = 3600


@dataclass(frozen=True, slots=True)
class Coverage:
    """Starts of hours (instants), ascending; `missing` lies between the first and the last."""

    present: tuple[int, ...]
    short: tuple[int, ...]
    missing: tuple[int, ...]


def coverage(sources: Iterable[SourceFile], losses: Losses) -> Coverage:
    """Judge hours by the names of the files: one with a loss is short unless another has it whole.

    Files whose names tell no hour cover nothing that could be named.
    """
    present: set[int] = set()
    short: set[int] = set()
    for source in sources:
        (short if source.name in losses.files else present).update(source.hours)
    short -= present
    known = present | short
    between = range(min(known), max(known), _HOUR_SECONDS) if known else ()
    return Coverage(
        tuple(sorted(present)),
        tuple(sorted(short)),
        tuple(hour for hour in between if hour not in known),
    )
