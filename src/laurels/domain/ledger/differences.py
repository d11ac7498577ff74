"""The ledger is the journal of differences: what should stand against what stands.

Posting the differences makes what stands equal to what should, whatever the order in which facts
arrived; computing them again then gives nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from laurels.domain.ledger.entries import KIND_OF, Component, Entry, EntryKind, ItemKey, item_key


class Amount(msgspec.Struct, frozen=True):
    """What an item is worth, and why: the four things that make it the same or another."""

    points: int
    explanation_digest: str
    ruleset_hash: str
    occurred_at: int


class Standing(msgspec.Struct, frozen=True):
    """An item's latest generation in the ledger; `amount` is None once it was taken back."""

    amount: Amount | None
    sequence: int
    generation: int


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """An entry to be written: what `differences` decides of it, without place and posting time."""

    contribution_ref: str
    scope: str
    component: Component
    kind: EntryKind
    points: int
    explanation_digest: str
    ruleset_hash: str
    occurred_at: int
    generation: int
    reverses: int | None


def differences(should: Mapping[ItemKey, Amount], stands: Mapping[ItemKey, Standing]) -> list[Post]:
    """List the entries that make what stands equal to what should stand.

    A changed item is a reversal and a new entry of the next generation; an item that should not
    stand, or with zero points, is a reversal alone. `stands` must hold the latest generation of
    every item of the people compared, taken back or not. Ordered by item, reversal first.
    """
    posts: list[Post] = []
    for key in sorted(should.keys() | stands.keys()):
        wanted = should.get(key)
        if wanted is not None and wanted.points == 0:
            wanted = None
        standing = stands.get(key)
        present = standing.amount if standing is not None else None
        if wanted == present:
            continue
        generation = standing.generation if standing is not None else 0
        if standing is not None and present is not None:
            posts.append(_post(key, present, generation, reverses=standing.sequence))
        if wanted is not None:
            posts.append(_post(key, wanted, generation + 1, reverses=None))
    return posts


def standing_items(entries: Iterable[Entry]) -> dict[ItemKey, Standing]:
    """Replay entries in sequence order into each item's latest generation.

    ValueError names an entry that posts an item already standing, skips a generation, or takes
    back what does not stand.
    """
    stands: dict[ItemKey, Standing] = {}
    for entry in entries:
        key = item_key(entry)
        before = stands.get(key)
        if entry.kind == EntryKind.REVERSAL:
            if before is None or before.amount is None or before.sequence != entry.reverses:
                raise ValueError(f"entry {entry.sequence} takes back what does not stand")
            stands[key] = Standing(None, before.sequence, before.generation)
            continue
        if before is not None and before.amount is not None:
            raise ValueError(f"entry {entry.sequence} posts an item that already stands")
        if entry.generation != (before.generation if before is not None else 0) + 1:
            raise ValueError(f"entry {entry.sequence} skips a generation")
        amount = Amount(
            entry.points, entry.explanation_digest, entry.ruleset_hash, entry.occurred_at
        )
        stands[key] = Standing(amount, entry.sequence, entry.generation)
    return stands


def _post(key: ItemKey, amount: Amount, generation: int, *, reverses: int | None) -> Post:
    contribution_ref, scope, component = key
    is_reversal = reverses is not None
    return Post(
        contribution_ref=contribution_ref,
        scope=scope,
        component=component,
        kind=EntryKind.REVERSAL if is_reversal else KIND_OF[component],
        points=-amount.points if is_reversal else amount.points,
        explanation_digest=amount.explanation_digest,
        ruleset_hash=amount.ruleset_hash,
        occurred_at=amount.occurred_at,
        generation=generation,
        reverses=reverses,
    )
