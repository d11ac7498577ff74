"""Baked pictures: a PNG that carries a credential in an iTXt chunk (Open Badges 3.0, §5.3).

The chunk's keyword is `openbadgecredential`; its text is the signed JSON, or the token.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from laurels.domain.credentials.screening import MOST_BYTES, Refused

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"openbadgecredential"
MOST_PICTURE_BYTES = 8 * 1024 * 1024
MOST_CHUNKS = 10_000


def looks_like(data: bytes) -> bool:
    """Tell whether these bytes begin as a PNG does."""
    return data.startswith(SIGNATURE)


def bake(picture: bytes, credential: bytes) -> bytes:
    """Return a PNG with the credential in it, in place of one that was there."""
    if len(credential) > MOST_BYTES:
        raise Refused("too_large", f"the credential has more than {MOST_BYTES} bytes")
    out = [SIGNATURE]
    for kind, body, raw in _chunks(picture):
        if kind == b"iTXt" and _keyword(body) == KEYWORD:
            continue
        out.append(raw)
        if kind == b"IHDR":
            # Uncompressed, no language, no translated keyword: the simplest form there is.
            out.append(_chunk(b"iTXt", KEYWORD + b"\0\0\0\0\0" + credential))
    return b"".join(out)


def unbake(picture: bytes) -> bytes:
    """Return the credential of a baked PNG, unpacking at most 1 MB; raises Refused."""
    found = [b for kind, b, _ in _chunks(picture) if kind == b"iTXt" and _keyword(b) == KEYWORD]
    if not found:
        raise Refused("not_baked", "the picture carries no credential")
    if len(found) > 1:
        raise Refused("not_baked", "the picture carries more than one credential")
    return _text(found[0][len(KEYWORD) + 1 :])


def _text(rest: bytes) -> bytes:
    fields = rest[2:].split(b"\0", 2)
    if len(rest) < 2 or len(fields) != 3 or rest[0] > 1 or (rest[0] and rest[1]):
        raise Refused("not_baked", "the credential's part of the picture is broken")
    if not rest[0]:
        if len(fields[2]) > MOST_BYTES:
            raise Refused("too_large", f"the credential has more than {MOST_BYTES} bytes")
        return fields[2]
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(fields[2], MOST_BYTES + 1)
    except zlib.error:
        raise Refused("not_baked", "the credential in the picture cannot be unpacked") from None
    if len(text) > MOST_BYTES:
        raise Refused("too_large", f"the credential unpacks to more than {MOST_BYTES} bytes")
    if not unpacker.eof:
        raise Refused("not_baked", "the credential in the picture is cut off")
    return text


def _keyword(body: bytes) -> bytes:
    return body[:80].split(b"\0", 1)[0]


def _chunk(kind: bytes, body: bytes) -> bytes:
    check = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Walk the chunks of a picture (kind, body, all bytes) up to its end; raises Refused."""
    if len(picture) > MOST_PICTURE_BYTES:
        raise Refused("too_large", f"the picture has more than {MOST_PICTURE_BYTES} bytes")
    if not looks_like(picture):
        raise Refused("not_baked", "this is no PNG")
    at = len(SIGNATURE)
    for _ in range(MOST_CHUNKS):
        head = picture[at : at + 8]
        length = int.from_bytes(head[:4])
        end = at + 12 + length
        if len(head) < 8 or end > len(picture):
            raise Refused("not_baked", "the picture is cut off")
        kind, body = head[4:], picture[at + 8 : end - 4]
        if zlib.crc32(kind + body) != int.from_bytes(picture[end - 4 : end]):
            raise Refused("not_baked", "a part of the picture is damaged")
        yield kind, body, picture[at:end]
        if kind == b"IEND":
            return
        at = end
    raise Refused("too_large", f"the picture has more than {MOST_CHUNKS} parts")
