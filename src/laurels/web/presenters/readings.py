"""How far a project was read from GitHub, what is missing, and what waits for a move."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings

from laurels.apps.intake.selectors_sync import Gap, Stale, StaleRow, readings_of, stale_in
from laurels.kit.times import DAY_SECONDS
from laurels.web.pages import now
from laurels.web.presenters import words
from laurels.web.presenters.places import pull_on_github

_REMEDIES = {
    "cut": "What webhooks told of that second counts all the same. Whoever runs the program can"
    " read the rest in from a file.",
    "mismatch": "A later sync that reads this time whole closes the gap. Whoever runs the program"
    " can begin one.",
    "hidden": "Let the program's GitHub App, or the token that it reads with, see all of this"
    " repository.",
}


@dataclass(frozen=True, slots=True)
class GapView:
    """A gap in words: where, when, what GitHub did not show, and what its team can do about it."""

    subject: str
    when: str
    why: str
    remedy: str


@dataclass(frozen=True, slots=True)
class StaleView:
    """A pull request that nobody moves; `ends_at` is when it is, or would be, abandoned.

    `is_due`: that is past, and no reading has shown yet that nothing happened until then.
    """

    row: StaleRow
    address: str
    ends_at: int
    is_due: bool


@dataclass(frozen=True, slots=True)
class WaitingView:
    """The pull requests that wait longest, and how many more do."""

    rows: tuple[StaleView, ...]
    more: int


@dataclass(frozen=True, slots=True)
class ReadingsView:
    """What a project's page tells; nothing where its repositories were never read."""

    read_to: int | None
    unread: int
    gaps: tuple[GapView, ...]
    more_gaps: int
    stale: WaitingView


def readings_view(repositories: Collection[int]) -> ReadingsView:
    """Present the readings of these repositories."""
    found = readings_of(repositories)
    is_read = found.read_to is not None
    stale = stale_in(repositories) if is_read else Stale()
    return ReadingsView(
        found.read_to,
        found.unread if is_read else 0,
        tuple(gap_view(gap) for gap in found.gaps),
        found.gaps_count - len(found.gaps),
        waiting_view(stale),
    )


def waiting_view(found: Stale) -> WaitingView:
    """Present pull requests that nobody moves, with what was and what will be said of them."""
    grace = settings.LAURELS.sync_grace_days * DAY_SECONDS
    instant = now()
    rows = []
    for row in found.rows:
        ends_at = row.warned_at + grace if row.marked_at is None else row.marked_at
        address = pull_on_github(row.repository, row.number)
        rows.append(StaleView(row, address, ends_at, row.marked_at is None and ends_at <= instant))
    return WaitingView(tuple(rows), found.total - len(rows))


def gap_view(gap: Gap) -> GapView:
    """Say what is missing and why."""
    when = words.span(gap.starts_at, gap.ends_at)
    return GapView(gap.subject, when, _why(gap), _REMEDIES.get(gap.reason, ""))


def _why(gap: Gap) -> str:
    received, expected = words.count(gap.received or 0), words.count(gap.expected or 0)
    if gap.reason == "cut":
        return f"GitHub shows {received} of the {expected} that moved within one second"
    if gap.reason == "hidden":
        return f"GitHub hides {words.counted(gap.received or 0, 'row')} from us"
    return f"GitHub counted {expected} and showed {received}"
