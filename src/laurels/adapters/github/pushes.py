"""Pushes to a default branch: which pull requests landed by a commit, and what was reverted.

GitHub tells of a merge by itself, but not of a squash or rebase that somebody made by hand: there
the commit's message names the pull request. What is found here is a hint for maintainers and never
merges or takes anything (spec/github.md §1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from laurels.adapters.github.webhook_bodies import WebhookBody

# "Title (#12)" is GitHub's own title of a squash; the other is its title of a merge commit.
_SQUASH: Final = re.compile(r"\(#(\d{1,10})\)\s*$")
_MERGE: Final = re.compile(r"Merge pull request #(\d{1,10}) from ")
_REVERT: Final = re.compile(r'Revert\s+"')
_REVERTED: Final = re.compile(r"\b[Tt]his reverts commit ([0-9a-f]{7,64})")
_REVERTS: Final = re.compile(r"\b[Rr]everts (?:[\w.-]+/[\w.-]+)?#(\d{1,10})\b")
_QUOTED: Final = re.compile(r'^Revert\s+"(.*)"')


@dataclass(frozen=True, slots=True)
class Landing:
    """A commit whose message names the pull request that it lands."""

    commit: str
    number: int


@dataclass(frozen=True, slots=True)
class Revert:
    """A commit that takes another back; the commit and the pull request where its message tells."""

    commit: str
    reverted: str | None
    number: int | None


@dataclass(frozen=True, slots=True)
class Push:
    """What a push to the default branch shows; `is_forced` where it rewrote what was there."""

    head: str
    landings: tuple[Landing, ...]
    reverts: tuple[Revert, ...]
    is_forced: bool
    at: int


def read_push(body: WebhookBody, at: int) -> Push:
    """Read the commits of a push."""
    landings, reverts = [], []
    for commit in body.commits:
        title, _, rest = commit.message.partition("\n")
        found = _REVERTED.search(rest)
        if found is not None or _REVERT.match(title):
            reverts.append(
                Revert(commit.id, None if found is None else found[1], _taken(title, rest))
            )
            continue
        number = _SQUASH.search(title) or _MERGE.match(title)
        if number is not None:
            landings.append(Landing(commit.id, int(number[1])))
    return Push(body.after, tuple(landings), tuple(reverts), body.forced, at)


def _taken(title: str, rest: str) -> int | None:
    """Return the number of the pull request that a revert takes back, where its message says."""
    told = _REVERTS.search(rest)
    if told is None:
        quoted = _QUOTED.match(title)
        told = None if quoted is None else _SQUASH.search(quoted[1])
    return None if told is None else int(told[1])
