"""Entries, items and amounts for the ledger's tests."""

from __future__ import annotations

from hypothesis import strategies as st

from laurels.domain.ledger import (
    KIND_OF,
    Amount,
    Component,
    Entry,
    EntryKind,
    ItemKey,
    Post,
    Standing,
    standing_items,
)
from laurels.kit.canonical import MAX_INTEGER

counts = st.integers(min_value=0, max_value=MAX_INTEGER)
numbers = st.integers(min_value=-MAX_INTEGER, max_value=MAX_INTEGER)
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)

any_entries = st.builds(
    Entry,
    component=st.sampled_from(Component),
    contribution_ref=texts,
    contributor_ref=texts,
    explanation_digest=texts,
    generation=counts,
    kind=st.sampled_from(EntryKind),
    occurred_at=numbers,
    points=numbers,
    posted_at=numbers,
    project_ref=texts,
    reverses=st.none() | counts,
    ruleset_hash=texts,
    scope=texts,
    season=texts,
    sequence=counts,
    source=texts,
)

keys: st.SearchStrategy[ItemKey] = st.tuples(
    st.sampled_from(["c1", "c2", "c3", "c4"]),
    st.sampled_from(["program", "project:p1"]),
    st.sampled_from(Component),
)
amounts = st.builds(
    Amount,
    points=st.integers(min_value=-3, max_value=3),
    explanation_digest=st.sampled_from(["e1", "e2"]),
    ruleset_hash=st.sampled_from(["r1", "r2"]),
    occurred_at=st.sampled_from([100, 200]),
)
wishes = st.dictionaries(keys, amounts, max_size=8)


def person_of(contribution_ref: str) -> str:
    """Credit every contribution to one of two people."""
    return f"p{int(contribution_ref[1:]) % 2}"


def entry(sequence: int, points: int = 20, **changes: object) -> Entry:
    """Make a plausible award, changed as told."""
    fields: dict[str, object] = {
        "component": Component.BASE,
        "contribution_ref": f"c{sequence}",
        "contributor_ref": "p1",
        "explanation_digest": "e" * 64,
        "generation": 1,
        "kind": EntryKind.AWARD,
        "occurred_at": 1_700_000_000 + sequence,
        "points": points,
        "posted_at": 1_700_000_500,
        "project_ref": "j1",
        "reverses": None,
        "ruleset_hash": "a" * 64,
        "scope": "program",
        "season": "all",
        "sequence": sequence,
        "source": "import:1",
    }
    return Entry(**(fields | changes))  # type: ignore[arg-type]


def reversal(sequence: int, taken_back: Entry, **changes: object) -> Entry:
    """Make the entry that takes another one back, changed as told."""
    told: dict[str, object] = {
        "component": taken_back.component,
        "contribution_ref": taken_back.contribution_ref,
        "contributor_ref": taken_back.contributor_ref,
        "generation": taken_back.generation,
        "kind": EntryKind.REVERSAL,
        "occurred_at": taken_back.occurred_at,
        "points": -taken_back.points,
        "reverses": taken_back.sequence,
        "scope": taken_back.scope,
    }
    return entry(sequence, **(told | changes))  # type: ignore[arg-type]


def posted(post: Post, sequence: int) -> Entry:
    """Write a post into the ledger at a place."""
    assert post.kind in {KIND_OF[post.component], EntryKind.REVERSAL}
    return entry(
        sequence,
        post.points,
        component=post.component,
        contribution_ref=post.contribution_ref,
        contributor_ref=person_of(post.contribution_ref),
        explanation_digest=post.explanation_digest,
        generation=post.generation,
        kind=post.kind,
        occurred_at=post.occurred_at,
        reverses=post.reverses,
        ruleset_hash=post.ruleset_hash,
        scope=post.scope,
    )


class Book:
    """A ledger in memory that posts differences."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    @property
    def stands(self) -> dict[ItemKey, Standing]:
        return standing_items(self.entries)

    @property
    def active(self) -> dict[ItemKey, Amount]:
        return {key: item.amount for key, item in self.stands.items() if item.amount is not None}

    def post(self, posts: list[Post]) -> None:
        for post in posts:
            self.entries.append(posted(post, len(self.entries) + 1))

    def balance(self) -> int:
        return sum(entry.points for entry in self.entries)
