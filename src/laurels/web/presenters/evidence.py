"""Pull requests as evidence: what each is to the number, in a word, a sentence and a picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from laurels.apps.metrics.selectors import EvidenceRow
from laurels.domain.metrics.standings import Role
from laurels.web.presenters.places import pull_on_github

ROLES = {
    Role.COUNTED: ("Counts", "approved"),
    Role.OF: ("Part of the whole", "open"),
    Role.NOT_OF: ("Not part of it", "closed"),
    Role.INELIGIBLE: ("Left out", "closed"),
    Role.UNDECIDED: ("Not known", "review"),
    Role.UNDATED: ("Not known", "review"),
    Role.OUTSIDE: ("Left out", "closed"),
}


PLAIN = "It counts."
"""A sentence that says no more than the word beside it is not shown."""


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A line: `address` is "" where the pull request is not public or its place is not known."""

    title: str
    subject: str
    address: str
    state: str
    opened_at: int | None
    word: str
    look: str
    sentence: str


def evidence_rows(rows: Iterable[EvidenceRow]) -> list[EvidenceView]:
    """Present a page of evidence."""
    return [_row(one) for one in rows]


def _row(one: EvidenceRow) -> EvidenceView:
    seen, pull = one.seen, one.seen.pull
    word, look = ROLES[one.standing.role]
    subject = f"{seen.repository}#{seen.number}" if seen.repository else ""
    return EvidenceView(
        title=seen.title or subject or "A pull request whose place is not known or not public",
        subject=subject if seen.title else "",
        address=pull_on_github(seen.repository, seen.number) if seen.repository else "",
        state=f"draft, {pull.state}" if pull.is_draft and pull.state == "open" else pull.state,
        opened_at=pull.created_at,
        word=word,
        look=look,
        sentence="" if one.standing.sentence == PLAIN else one.standing.sentence,
    )
