"""What a build was made of, as the JSON that lies beside its CSV."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

import msgspec

from laurels.adapters.gharchive.archive.facts import PartNote
from laurels.adapters.gharchive.archive.staging import FileRead
from laurels.domain.percentiles import LAURELS_GHARCHIVE
from laurels.kit.times import format_instant

METHOD: Final = LAURELS_GHARCHIVE
"""The definitions of `program.py`."""

_HOUR_SECONDS: Final = 3_600
KEPT_HOURS: Final = 100
"""How many missing or short hours are named; all are counted."""


class Hours(msgspec.Struct, frozen=True):
    """Hours of the window by what is there of them; the first hundred of the last two named."""

    wanted: int
    present: int
    short: int
    missing: int
    short_hours: tuple[str, ...]
    missing_hours: tuple[str, ...]


class PullRequests(msgspec.Struct, frozen=True):
    """Seen in comments or reviews: what counts, and why the others do not (each once).

    `unattributed` are inside the window with an author that nothing tells (trimmed payloads without
    an `opened` event or a comment, or a deleted account); `undated` are those whose creation
    nothing tells, so that nobody can say whether they belong to the window.
    """

    seen: int
    counted: int
    undated: int
    outside: int
    robots: int
    unattributed: int


class Report(msgspec.Struct, frozen=True):
    """The JSON beside a baseline; days are YYYY-MM-DD, both included."""

    id: str
    start: str
    end: str
    method: str
    engine: str
    checksum: str
    population: int
    values: dict[str, int]
    files: tuple[FileRead, ...]
    events_by_type: dict[str, int]
    hours: Hours
    broken_lines: int
    truncated_files: int
    losses: tuple[str, ...]
    pull_requests: PullRequests
    notes: tuple[str, ...]


NOTES: Final = (
    "Merge times are whole hours, cut, as in the population of 2025-09-30; a person's are exact to "
    "the second.",
    "A draft is one by the newest payload that tells; a person's is one now.",
    "Reviews, issues and pushes are public events of the window; a person's are the profile's own "
    "counts.",
    "Whatever GH Archive missed is missing here.",
)
"""How this population differs from a person's own figures."""


def hours_of(notes: Sequence[PartNote], start: int, end: int) -> Hours:
    """Judge the hours of the window [start, end) by the files of all parts."""
    window = range(start, end, _HOUR_SECONDS)
    present = {hour for note in notes for hour in note.present}
    short = {hour for note in notes for hour in note.short} - present
    found_short = [hour for hour in window if hour in short]
    missing = [hour for hour in window if hour not in present and hour not in short]
    return Hours(
        len(window),
        len(window) - len(found_short) - len(missing),
        len(found_short),
        len(missing),
        _named(found_short),
        _named(missing),
    )


def events_of(notes: Sequence[PartNote]) -> dict[str, int]:
    """Add up the events of all parts by type, in order of their names."""
    total: Counter[str] = Counter()
    for note in notes:
        total.update(note.events_by_type)
    return dict(sorted(total.items()))


def _named(hours: Iterable[int]) -> tuple[str, ...]:
    return tuple(format_instant(hour)[:13] for hour in islice(hours, KEPT_HOURS))
