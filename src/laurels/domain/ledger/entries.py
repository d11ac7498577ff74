"""What one line of the ledger holds, and the bytes that its hash covers."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class EntryKind(StrEnum):
    """Why an entry moves points."""

    AWARD = "AWARD"
    BONUS = "BONUS"
    PENALTY = "PENALTY"
    ADJUSTMENT = "ADJUSTMENT"
    REVERSAL = "REVERSAL"


class Component(StrEnum):
    """Which part of a contribution's points an entry carries."""

    BASE = "base"
    EXTRA = "extra"
    PENALTY = "penalty"
    ADJUSTMENT = "adjustment"


KIND_OF: dict[Component, EntryKind] = {
    Component.BASE: EntryKind.AWARD,
    Component.EXTRA: EntryKind.BONUS,
    Component.PENALTY: EntryKind.PENALTY,
    Component.ADJUSTMENT: EntryKind.ADJUSTMENT,
}
"""The kind of an entry that posts a component; one that takes it back is a REVERSAL."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the ledger: opaque refs, whole points and instants, never a name or a text.

    The fields stand in the order of their names, which is the order of canonical JSON: that makes
    `entry_bytes` one call of a compiled encoder. `reverses` is the sequence of the entry taken
    back; `generation` counts how often the item was posted, from 1, and a reversal carries the
    generation that it ends.
    """

    component: Component
    contribution_ref: str
    contributor_ref: str
    explanation_digest: str
    generation: int
    kind: EntryKind
    occurred_at: int
    points: int
    posted_at: int
    project_ref: str
    reverses: int | None
    ruleset_hash: str
    scope: str
    season: str
    sequence: int
    source: str


ItemKey = tuple[str, str, Component]
"""(contribution ref, scope, component): what can stand in the ledger at most once at a time."""


def item_key(entry: Entry) -> ItemKey:
    """Name the item that an entry posts or takes back."""
    return (entry.contribution_ref, entry.scope, entry.component)


_encode = msgspec.json.Encoder().encode


def entry_bytes(entry: Entry) -> bytes:
    """Give the canonical JSON of an entry: the bytes of kit.canonical, some thirty times faster.

    Equal to RFC 8785 for every entry whose numbers JSON readers hold exactly (below 2**53).
    """
    return _encode(entry)
