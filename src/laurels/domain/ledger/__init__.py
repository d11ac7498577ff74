"""The ledger's arithmetic: entries, the hash chain, differences and the digest of what stands."""

from __future__ import annotations

from laurels.domain.ledger.chain import (
    GENESIS,
    Balances,
    Fault,
    FirstBad,
    Head,
    Link,
    Verifier,
    entry_hash,
    links,
    verify,
)
from laurels.domain.ledger.differences import Amount, Post, Standing, differences, standing_items
from laurels.domain.ledger.digests import digest, digest_line
from laurels.domain.ledger.entries import (
    KIND_OF,
    Component,
    Entry,
    EntryKind,
    ItemKey,
    entry_bytes,
    item_key,
)

__all__ = [
    "GENESIS",
    "KIND_OF",
    "Amount",
    "Balances",
    "Component",
    "Entry",
    "EntryKind",
    "Fault",
    "FirstBad",
    "Head",
    "ItemKey",
    "Link",
    "Post",
    "Standing",
    "Verifier",
    "differences",
    "digest",
    "digest_line",
    "entry_bytes",
    "entry_hash",
    "item_key",
    "links",
    "standing_items",
    "verify",
]
