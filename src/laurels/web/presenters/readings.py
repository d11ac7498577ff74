"""How far a project was read from GitHub, what is missing, and what waits for a move."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from laurels.apps.intake.selectors_sync import Gap, StaleRow, readings_of, stale_in
from laurels.web.presenters import words
from laurels.web.presenters.places import pull_on_github


@dataclass(frozen=True, slots=True)
class GapView:
    """A gap in words: where, when, and what GitHub did not show."""

    subject: str
    when: str
    why: str


@dataclass(frozen=True, slots=True)
class StaleView:
    """A pull request that nobody moves; abandoned once its grace is over."""

    row: StaleRow
    address: str


@dataclass(frozen=True, slots=True)
class ReadingsView:
    """What a project's page tells; nothing where its repositories were never read."""

    read_to: int | None
    unread: int
    gaps: tuple[GapView, ...]
    more_gaps: int
    stale: tuple[StaleView, ...]


def readings_view(repositories: Collection[int]) -> ReadingsView:
    """Present the readings of these repositories."""
    found = readings_of(repositories)
    is_read = found.read_to is not None
    stale = [
        StaleView(row, pull_on_github(row.repository, row.number))
        for row in (stale_in(repositories) if is_read else ())
    ]
    return ReadingsView(
        found.read_to,
        found.unread if is_read else 0,
        tuple(gap_view(gap) for gap in found.gaps),
        found.gaps_count - len(found.gaps),
        tuple(stale),
    )


def gap_view(gap: Gap) -> GapView:
    """Say what is missing and why."""
    return GapView(gap.subject, words.span(gap.starts_at, gap.ends_at), _why(gap))


def _why(gap: Gap) -> str:
    received, expected = words.count(gap.received or 0), words.count(gap.expected or 0)
    if gap.reason == "cut":
        return f"GitHub shows {received} of the {expected} that moved within one second"
    if gap.reason == "hidden":
        return f"GitHub hides {words.counted(gap.received or 0, 'row')} from us"
    return f"GitHub counted {expected} and showed {received}"
