"""Page cursors: the place after which a list goes on, as one opaque word safe in a URL.

A cursor is not secret and not signed: it holds only the sort key of a row the reader has seen.
Whatever is changed in it can move the reader to another place of the same list, no further.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode

import msgspec

MAX_LENGTH = 1024
"""Longest cursor read or written, in characters: a cursor comes from the address of a page."""

_LARGEST = 2**63 - 1
_decoder = msgspec.json.Decoder(list[int | str])


class InvalidCursor(ValueError):
    """A text is no cursor that this program wrote."""


def encode(key: tuple[str | int, ...]) -> str:
    """Write a sort key as a cursor; ValueError where a part is no text or 64-bit whole number."""
    for part in key:
        if isinstance(part, bool) or not isinstance(part, (str, int)):
            raise ValueError(f"a cursor holds texts and whole numbers, not {part!r}")
        if isinstance(part, int) and not -_LARGEST - 1 <= part <= _LARGEST:
            raise ValueError(f"{part} does not fit into 64 bits")
    cursor = urlsafe_b64encode(msgspec.json.encode(list(key))).rstrip(b"=").decode()
    if len(cursor) > MAX_LENGTH:
        raise ValueError(
            f"the cursor would have {len(cursor)} characters, {MAX_LENGTH} are allowed"
        )
    return cursor


def decode_numbers(cursor: str, count: int) -> tuple[int, ...]:
    """Read a cursor of so many whole numbers, or raise InvalidCursor."""
    key = decode(cursor)
    numbers = tuple(part for part in key if isinstance(part, int))
    if len(key) != count or len(numbers) != count:
        raise InvalidCursor("this is no cursor of this list")
    return numbers


def decode(cursor: str) -> tuple[str | int, ...]:
    """Read a cursor back into the sort key it was written from, or raise InvalidCursor."""
    if len(cursor) > MAX_LENGTH:
        raise InvalidCursor("the cursor is too long")
    try:
        data = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        key = tuple(_decoder.decode(data))
        # One key has one spelling: base64 and JSON would otherwise let many through.
        is_ours = encode(key) == cursor
    except (UnicodeError, binascii.Error, msgspec.DecodeError, ValueError) as fault:
        raise InvalidCursor("this is no cursor of ours") from fault
    if not is_ours:
        raise InvalidCursor("this is no cursor of ours")
    return key
