"""Checkpoints: heads of the ledger, signed and kept where its database cannot reach them.

A chain that was cut off, or written anew from the first entry, is whole in itself. Whoever kept a
checkpoint can tell: the entry it names must be there with the hash it names. A checkpoint is one
line of JSON; what is signed is the canonical JSON (RFC 8785) of all its fields but `signature`,
with Ed25519. `key` is the public key, `ed25519:` and 32 bytes in base64url without padding, so that
anybody can check a line with nothing of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec

from laurels.domain.ledger.chain import Head
from laurels.kit.canonical import canonical_bytes
from laurels.kit.times import format_instant, parse_instant

FORMAT = "laurels-checkpoint/1"
KEY_PREFIX = "ed25519:"
_MOST_CHARACTERS = 2_000
_HASH = re.compile(r"[0-9a-f]{64}")


class CheckpointRefused(ValueError):
    """A line that should be a checkpoint is none, or not one of ours; the message says why."""

    status_code = 422
    code = "checkpoint_refused"


class Checkpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The head of a ledger at an instant, `at`, written as a machine reads it.

    `origin` says where the ledger is served, for people; the key says whose it is.
    """

    format: str
    origin: str
    sequence: int
    hash: str
    at: str
    key: str
    signature: str = ""

    @property
    def head(self) -> Head:
        """Where the ledger ended."""
        return Head(self.sequence, self.hash)


class Broken(StrEnum):
    """What a ledger that is whole in itself can be when held against a checkpoint."""

    CUT = "cut_off"
    REWRITTEN = "rewritten"


class Found(msgspec.Struct, frozen=True):
    """The first entry that is not what a checkpoint says, and what happened to it."""

    sequence: int
    broken: Broken
    detail: str


def checkpoint(head: Head, *, origin: str, at: int, key: str) -> Checkpoint:
    """Say where a ledger ended at the instant `at`; not signed yet."""
    return Checkpoint(
        format=FORMAT,
        origin=origin,
        sequence=head.sequence,
        hash=head.hash,
        at=format_instant(at),
        key=key,
    )


def signed_bytes(one: Checkpoint) -> bytes:
    """Return the bytes that are signed: the canonical JSON of everything but the signature."""
    fields = msgspec.to_builtins(one)
    del fields["signature"]
    return canonical_bytes(fields)


def line(one: Checkpoint) -> str:
    """Write a signed checkpoint as one line of canonical JSON, without its end."""
    return canonical_bytes(msgspec.to_builtins(one)).decode()


def parse(text: str) -> Checkpoint:
    """Read one line; raises CheckpointRefused. The signature is not looked at."""
    if len(text) > _MOST_CHARACTERS:
        raise CheckpointRefused("the line is longer than any checkpoint")
    try:
        one = msgspec.json.decode(text.encode(), type=Checkpoint)
    except (msgspec.DecodeError, UnicodeEncodeError) as fault:
        raise CheckpointRefused(f"the line is no checkpoint: {fault}") from None
    if one.format != FORMAT:
        raise CheckpointRefused(f"the format {one.format!r} is not {FORMAT}")
    if one.sequence < 0 or not _HASH.fullmatch(one.hash):
        raise CheckpointRefused("the line names no entry and hash of a ledger")
    try:
        parse_instant(one.at)
    except ValueError as fault:
        raise CheckpointRefused(str(fault)) from None
    return one


def held_against(
    checkpoints: Iterable[Checkpoint], last: int, hashes: Mapping[int, str]
) -> Found | None:
    """Find what is missing or other than checkpoints say; None where all agree.

    `last` is the sequence of the ledger's last entry; `hashes` gives those of the entries that the
    checkpoints name, as far as they are there. A rewrite is told from the first entry after the
    newest checkpoint that still agrees: nobody can know which of them came first.
    """
    agreed = 0
    for one in sorted(checkpoints, key=lambda one: one.sequence):
        if one.sequence and hashes.get(one.sequence) != one.hash:
            if one.sequence > last:
                detail = (
                    f"the ledger ends at entry {last}, but at {one.at} it had {one.sequence}: what"
                    f" came after was cut off"
                )
                return Found(last + 1, Broken.CUT, detail)
            detail = (
                f"entry {one.sequence} is not the one that was there at {one.at}: something from"
                f" entry {agreed + 1} to {one.sequence} was written anew"
            )
            return Found(agreed + 1, Broken.REWRITTEN, detail)
        agreed = one.sequence
    return None
