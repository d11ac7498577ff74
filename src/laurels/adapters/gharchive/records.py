"""Records out of blocks: the lines of JSON lines, the elements of one JSON array.

No record over `RECORD_BYTES` is ever held: its bytes are dropped as they come, and None stands in
its place. What is kept in memory is one block and one unfinished record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

RECORD_BYTES: Final = 16 * 1_000_000
"""The longest line or element that is read (16 MB, the newline not counted)."""

UTF8_MARK: Final = b"\xef\xbb\xbf"


def whole_lines(blocks: Iterable[bytes]) -> Iterator[bytes | None]:
    """Cut blocks at line ends: each piece is one or more whole lines, None an overlong line.

    The last piece may lack its newline. Every other piece ends with one.
    """
    parts: list[bytes] = []
    held = 0
    is_dropping = False
    for block in blocks:
        end = block.rfind(b"\n") + 1
        if end:
            if is_dropping:
                is_dropping = False
                start = block.find(b"\n") + 1
                yield None
            elif parts:
                first_end = block.find(b"\n") + 1
                if held + first_end - 1 > RECORD_BYTES:
                    yield None
                else:
                    yield b"".join((*parts, block[:first_end]))
                start = first_end
            else:
                start = 0
            if start < end:
                yield block[start:end]
            rest = block[end:]
            parts, held = ([rest], len(rest)) if rest else ([], 0)
        elif not is_dropping:
            parts.append(block)
            held += len(block)
        if held > RECORD_BYTES:
            parts, held, is_dropping = [], 0, True
    if is_dropping:
        yield None
    elif parts:
        yield b"".join(parts)


class ArrayEnded(Exception):
    """The array never closed: the file ends in the middle of it."""


# Everything up to the next bracket or the next string that is not finished yet. Possessive, so
# that a long string costs no memory and is never scanned twice.
_PLAIN = re.compile(rb'[^"{}\[\]]*+(?:"(?:[^"\\]++|\\.)*+"[^"{}\[\]]*+)*+', re.DOTALL)
_OPENING: Final = frozenset(b"{[")
_QUOTE: Final = ord('"')


def elements(blocks: Iterable[bytes]) -> Iterator[bytes | None]:
    """Cut one JSON array into its elements as they come, None for an overlong one.

    Only brackets and strings are looked at; whether an element is JSON is for its reader to say.
    Numbers and strings between the elements are passed over. Raises ArrayEnded at the end when the
    array was not closed; what follows a closed array is left unread.
    """
    buffer, position, depth, start, is_dropping = b"", 0, 0, 0, False
    for block in blocks:
        # Only the unfinished element is kept.
        buffer, position, start = buffer[start:] + block, position - start, 0
        while True:
            position = _PLAIN.match(buffer, position).end()  # type: ignore[union-attr]
            if position >= len(buffer):
                break
            character = buffer[position]
            if character == _QUOTE:
                break
            position += 1
            if character in _OPENING:
                depth += 1
                if depth == 2:
                    start = position - 1
            else:
                depth -= 1
                if depth == 1:
                    is_long = is_dropping or position - start > RECORD_BYTES
                    yield None if is_long else buffer[start:position]
                    start, is_dropping = position, False
                elif depth == 0:
                    return
        if depth < 2:
            start = position
        elif is_dropping or len(buffer) - start > RECORD_BYTES:
            is_dropping = True
            buffer, position, start = _forget(buffer, position), 0, 0
    if depth or buffer.strip():
        raise ArrayEnded("the array never closes")


def _forget(buffer: bytes, position: int) -> bytes:
    """Keep of a dropped element only what the scanner needs: an unfinished string's state."""
    if position >= len(buffer):
        return b""
    string = buffer[position:]
    escapes = len(string) - len(string.rstrip(b"\\"))
    return b'"\\' if escapes % 2 else b'"'
