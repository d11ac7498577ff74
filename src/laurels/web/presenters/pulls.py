"""Pull requests in lists: their states in words and pictures, and the tabs between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from laurels.apps.contributions.selectors_pages import PullRow
from laurels.web.presenters.boards import query
from laurels.web.presenters.places import pull_on_github

STATES: Mapping[str, tuple[str, str]] = {
    "open": ("Open", "open"),
    "under_review": ("Under review", "review"),
    "changes_requested": ("Changes requested", "changes"),
    "approved": ("Approved", "approved"),
    "merged": ("Merged", "merged"),
    "closed": ("Closed", "closed"),
}
GROUPS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "all": ("All", ()),
    "merged": ("Merged", ("merged",)),
    "active": ("Active", ("open", "under_review", "changes_requested", "approved")),
    "closed": ("Closed", ("closed",)),
}


@dataclass(frozen=True, slots=True)
class PullView:
    """A line of a list; `at` is when it was merged, closed or opened, None where unknown."""

    row: PullRow
    state: str
    look: str
    at: int | None

    @property
    def address(self) -> str:
        """Return where it is on GitHub."""
        return pull_on_github(self.row.repository, self.row.number)


def pull_view(row: PullRow) -> PullView:
    """Present a pull request."""
    state, look = STATES.get(row.state, ("State unknown", "open"))
    at = {"merged": row.merged_at, "closed": row.closed_at}.get(row.state) or row.created_at
    return PullView(row, state, look, at)


@dataclass(frozen=True, slots=True)
class Tab:
    """A filter with an address and a count."""

    label: str
    count: int
    query: str
    is_current: bool


def tabs(counts: Mapping[str, int], chosen: str) -> list[Tab]:
    """Return the tabs by state; the first is all."""
    found = []
    for key, (label, states) in GROUPS.items():
        number = sum(counts.get(state, 0) for state in states) if states else sum(counts.values())
        address = query(state=key if key != "all" else "")
        found.append(Tab(label, number, address, key == chosen))
    return found
