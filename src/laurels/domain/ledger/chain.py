"""The hash chain over the ledger: how it grows, and how anybody finds the first bad entry.

Guarantee: whoever kept a head (sequence and hash) can tell whether any entry up to it was changed,
removed, added or moved since. Not guaranteed: that the last entries were not cut off together with
their heads; for that a head must be kept elsewhere.
"""

from __future__ import annotations

from array import array
from binascii import unhexlify
from collections.abc import Iterable, Mapping
from enum import StrEnum
from hashlib import sha256

import msgspec

from laurels.domain.ledger.entries import Entry, EntryKind, entry_bytes


class Head(msgspec.Struct, frozen=True):
    """The end of a chain: the last sequence and its hash in hexadecimal."""

    sequence: int
    hash: str


GENESIS = Head(0, "0" * 64)
"""The head of the empty ledger."""


class Link(msgspec.Struct, frozen=True):
    """An entry as stored, with the two hashes stored beside it."""

    entry: Entry
    previous_hash: str
    hash: str


class Fault(StrEnum):
    """What can be wrong with a stored entry."""

    DUPLICATE_SEQUENCE = "duplicate_sequence"
    OUT_OF_ORDER = "out_of_order"
    GAP = "gap"
    PREVIOUS_HASH_MISMATCH = "previous_hash_mismatch"
    HASH_MISMATCH = "hash_mismatch"
    REVERSES_MISSING = "reverses_missing"
    REVERSED_TWICE = "reversed_twice"
    REVERSAL_NOT_OPPOSITE = "reversal_not_opposite"
    REVERSAL_OF_ANOTHER_ITEM = "reversal_of_another_item"
    BALANCE = "balance"


class FirstBad(msgspec.Struct, frozen=True):
    """The first entry that is wrong: its sequence, the fault and a sentence for people."""

    sequence: int
    fault: Fault
    detail: str


def entry_hash(previous_hash: str, entry: Entry) -> str:
    """Give SHA-256 over the 32 bytes of the previous hash and the entry's canonical bytes."""
    return sha256(unhexlify(previous_hash) + entry_bytes(entry)).hexdigest()


def links(entries: Iterable[Entry], previous: Head = GENESIS) -> list[Link]:
    """Chain new entries after a head; their sequences must follow it without a gap."""
    chained: list[Link] = []
    last, sequence = previous.hash, previous.sequence
    for entry in entries:
        sequence += 1
        if entry.sequence != sequence:
            raise ValueError(f"entry {entry.sequence} cannot follow entry {sequence - 1}")
        link = Link(entry, last, entry_hash(last, entry))
        chained.append(link)
        last = link.hash
    return chained


Balances = Mapping[tuple[str, str], int]
"""(contributor ref, scope) → points."""


def verify(
    stored: Iterable[Link], previous: Head = GENESIS, *, balances: Balances | None = None
) -> FirstBad | None:
    """Recompute the chain of the stored entries, in sequence order, and name the first bad one.

    Checks sequence numbers, both hashes, that every reversal takes back exactly one earlier entry
    of the same item with opposite points, and, where `balances` are given, that the entries of
    each contributor and scope sum to them. Begun after a head other than GENESIS, reversals of
    entries before that head are taken on trust, and balances are refused with ValueError.
    Memory: 17 bytes an entry, and the balances.
    """
    if balances is not None and previous.sequence:
        raise ValueError("balances can only be checked from the beginning of the ledger")
    verifier = Verifier(previous)
    for link in stored:
        bad = verifier.feed(link)
        if bad is not None:
            return bad
    return verifier.check_balances(balances) if balances is not None else None


class Verifier:
    """The checks of `verify`, fed one stored entry after another; `head` is the last good one."""

    __slots__ = (
        "_balances",
        "_first",
        "_hash",
        "_is_reversed",
        "_items",
        "_points",
        "_sequence",
    )

    def __init__(self, previous: Head = GENESIS) -> None:
        """Begin after a head that is trusted."""
        self._first = previous.sequence + 1
        self._sequence = previous.sequence
        self._hash = previous.hash
        self._points = array("q")
        self._items = array("q")
        self._is_reversed = bytearray()
        self._balances: dict[tuple[str, str], list[int]] = {}

    @property
    def head(self) -> Head:
        """The last entry found good."""
        return Head(self._sequence, self._hash)

    @property
    def balances(self) -> dict[tuple[str, str], int]:
        """The points of each contributor and scope over the entries found good."""
        return {key: total for key, (total, _) in self._balances.items()}

    def feed(self, link: Link) -> FirstBad | None:
        """Check the next stored entry against those before it."""
        entry = link.entry
        sequence = entry.sequence
        if sequence != self._sequence + 1:
            return self._misplaced(sequence)
        if link.previous_hash != self._hash:
            detail = f"entry {sequence} names another previous hash than entry {sequence - 1} has"
            return FirstBad(sequence, Fault.PREVIOUS_HASH_MISMATCH, detail)
        # entry_hash(), written out: the two calls would cost a tenth of verifying.
        if sha256(unhexlify(self._hash) + entry_bytes(entry)).hexdigest() != link.hash:
            detail = f"the content of entry {sequence} does not give its stored hash"
            return FirstBad(sequence, Fault.HASH_MISMATCH, detail)
        owner = (entry.contributor_ref, entry.scope)
        item = hash((entry.contribution_ref, entry.component, owner))
        if entry.kind == EntryKind.REVERSAL or entry.reverses is not None:
            bad = self._reversal(entry, item)
            if bad is not None:
                return bad
        self._points.append(entry.points)
        self._items.append(item)
        self._is_reversed.append(0)
        balance = self._balances.get(owner)
        if balance is None:
            self._balances[owner] = [entry.points, sequence]
        else:
            balance[0] += entry.points
            balance[1] = sequence
        self._sequence = sequence
        self._hash = link.hash
        return None

    def check_balances(self, stated: Balances) -> FirstBad | None:
        """Compare stated balances with the entries; unstated ones must be zero."""
        wrong: list[FirstBad] = []
        for key in self._balances.keys() | stated.keys():
            total, last = self._balances.get(key, (0, 0))
            said = stated.get(key, 0)
            if said != total:
                detail = f"balance of {key[0]} in {key[1]}: {said} stated, {total} in the ledger"
                wrong.append(FirstBad(last, Fault.BALANCE, detail))
        return min(wrong, key=lambda bad: (bad.sequence, bad.detail), default=None)

    def _misplaced(self, sequence: int) -> FirstBad:
        if sequence == self._sequence:
            fault, detail = Fault.DUPLICATE_SEQUENCE, f"entry {sequence} is there twice"
        elif sequence < self._sequence:
            fault = Fault.OUT_OF_ORDER
            detail = f"entry {sequence} comes after entry {self._sequence}"
        else:
            fault = Fault.GAP
            detail = f"entry {self._sequence + 1} is missing before entry {sequence}"
        return FirstBad(sequence, fault, detail)

    def _reversal(self, entry: Entry, item: int) -> FirstBad | None:
        """Check a reversal against the entry it takes back, and mark that one as taken back."""
        sequence, target = entry.sequence, entry.reverses
        if entry.kind != EntryKind.REVERSAL or target is None or not 0 < target < sequence:
            detail = f"entry {sequence} takes back entry {target}, which is none before it"
            return FirstBad(sequence, Fault.REVERSES_MISSING, detail)
        index = target - self._first
        if index < 0:
            return None
        if self._is_reversed[index]:
            detail = f"entry {sequence} takes back entry {target}, which was taken back before"
            return FirstBad(sequence, Fault.REVERSED_TWICE, detail)
        if self._items[index] != item:
            detail = f"entry {sequence} takes back entry {target}, which is another item's"
            return FirstBad(sequence, Fault.REVERSAL_OF_ANOTHER_ITEM, detail)
        if self._points[index] != -entry.points:
            detail = (
                f"entry {sequence} takes back entry {target} of {self._points[index]} points"
                f" with {entry.points}"
            )
            return FirstBad(sequence, Fault.REVERSAL_NOT_OPPOSITE, detail)
        self._is_reversed[index] = 1
        return None
