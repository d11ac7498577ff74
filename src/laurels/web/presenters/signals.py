"""How signals are told to maintainers: what was seen, what it means, and where to look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from laurels.apps.contributions.selectors_signals import SignalRow, signals_open
from laurels.web.presenters.places import issue_on_github, on_github

SHORT = 7
"""How much of a commit's name people read."""

_MEANINGS = {
    "landed": "A push says so. Until GitHub tells of a merge, nothing counts as merged.",
    "reverted": "Its points stay. Look whether that is right.",
    "rewritten": "Points follow pull requests, not commits: nothing changed.",
    "transferred": "It counts for this project as before. Disable it if it should not.",
    "given_away": "The program does not know the new owner, so nothing done there earns since.",
    "archived": "What was earned stays. It is disabled until it is taken out of the archive.",
    "access_lost": "Nothing that is done there arrives through the App until it may read it again.",
}


@dataclass(frozen=True, slots=True)
class SignalView:
    """One signal: what was seen in words, what that means, and the addresses to look at."""

    pk: int
    words: str
    meaning: str
    full_name: str
    at: int
    pull_address: str
    commit: str
    commit_address: str


def signal_views(repositories: Mapping[int, str]) -> list[SignalView]:
    """Return the open signals of repositories (row to full name), newest first."""
    return [_view(row, repositories[row.repository]) for row in signals_open(repositories)]


def _view(row: SignalRow, full_name: str) -> SignalView:
    return SignalView(
        pk=row.pk,
        words=_words(row),
        meaning=_MEANINGS["given_away" if row.is_disabling else row.kind],
        full_name=full_name,
        at=row.at,
        pull_address="" if row.number is None else issue_on_github(full_name, row.number),
        commit="" if row.commit is None else row.commit[:SHORT],
        commit_address="" if row.commit is None else on_github(f"{full_name}/commit/{row.commit}"),
    )


def _words(row: SignalRow) -> str:
    what = "A pull request" if row.number is None else f"Pull request #{row.number}"
    return {
        "landed": f"{what} landed by a commit",
        "reverted": f"{what} was reverted",
        "rewritten": "The history of the default branch was rewritten",
        "transferred": "The repository was given to another owner",
        "archived": "The repository was archived on GitHub",
        "access_lost": "The GitHub App may not read this repository any more",
    }[row.kind]
