"""Doubt a number: what counts here against what GitHub's own searches find (two requests).

The searches are of the plain rule: by anybody, in public, made in the window. A pull request with
comments is in the first, one with a review and no comment in the second, so that together they are
the eligible ones.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings

from laurels.apps.audit.actors import Actor
from laurels.apps.metrics.services.identity import Identity, looked_up
from laurels.apps.metrics.services.persons import access_of
from laurels.apps.people.models import Contributor
from laurels.domain.metrics import Eligibility, coverage_share, eligible, metrics_window
from laurels.domain.windows import Window
from laurels.kit.times import format_instant

_COUNT = """query count($query: String!) {
  search(query: $query, type: ISSUE, first: 1) { issueCount }
}"""


class _Found(msgspec.Struct, rename="camel"):
    issue_count: int


class _Search(msgspec.Struct):
    search: _Found


@dataclass(frozen=True, slots=True)
class Compared:
    """What one search finds at GitHub, and what of it counts here."""

    what: str
    query: str
    here: int
    github: int


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The rows of a comparison; `coverage` says how much of the window has been read."""

    user_id: str
    login: str
    window: Window
    rows: tuple[Compared, ...]
    coverage: str

    @property
    def agrees(self) -> bool:
        """Whether all numbers are the same."""
        return all(row.here == row.github for row in self.rows)

    def as_dict(self) -> dict[str, Any]:
        """Return it with the keys that scripts rely on."""
        return {
            "user_id": self.user_id,
            "github_login": self.login,
            "window_start": format_instant(self.window.start),
            "window_end": format_instant(self.window.end),
            "here": sum(row.here for row in self.rows),
            "github": sum(row.github for row in self.rows),
            "agrees": self.agrees,
            "searches": [asdict(row) for row in self.rows],
            "coverage": self.coverage,
        }


def person_diagnose(person: Contributor, *, now: int, acting: Actor) -> Diagnosis:
    """Compare a person's eligible pull requests with GitHub's count; raises what the client raises.

    Whoever asks is on record, as with every look at somebody.
    """
    identity = Identity(person.ref, person.login, person, person.github_id)
    looked_up(identity, "person:diagnose", now=now, acting=acting)
    window = metrics_window(now)
    known = settings.LAURELS_KNOWN_OF(person.pk)
    ours = list(eligible(known.pull_requests, window, Eligibility.BY_ANYBODY))
    commented = sum(bool(one.comments) for one in ours)
    common = f"author:{person.login} is:pr is:public created:{window.as_search()}"
    github = access_of(person).github

    def compared(what: str, words: str, here: int) -> Compared:
        query = f"{common} {words}"
        found = github.ask(_COUNT, {"query": query}, _Search).data.search.issue_count
        return Compared(what, query, here, found)

    rows = (
        compared("comments", "comments:>0", commented),
        compared("reviews alone", "comments:0 -review:none", len(ours) - commented),
    )
    share = coverage_share(window, known.coverage)
    return Diagnosis(str(UUID(person.ref)), person.login, window, rows, share.sentence)
