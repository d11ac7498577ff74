"""Bitstring Status Lists (W3C, 1.0): which credentials were revoked, without telling which exist.

A list has at least 131,072 places, so that who asks for it does not tell whose credential it is
about. Place 0 is the highest bit of the first byte. The list travels as GZIP in base64url with the
multibase letter `u`; equal bits give equal texts.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from laurels.kit.times import format_instant

PLACES = 131_072
MOST_UNPACKED_BYTES = 4 * 1024 * 1024
CONTEXT = "https://www.w3.org/ns/credentials/v2"
REVOCATION = "revocation"


class NotAStatusList(ValueError):
    """A text is no status list, or is too large to be read."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a credential's status is kept: the list's own identifier and the place in it."""

    list_id: str
    index: int


def bits_of(revoked: Iterable[int], places: int = PLACES) -> bytes:
    """Return the bits of a list in which these places are set."""
    if places < PLACES or places % 8:
        raise ValueError(f"a status list has at least {PLACES} places, in whole bytes")
    bits = bytearray(places // 8)
    for index in revoked:
        if not 0 <= index < places:
            raise ValueError(f"place {index} is not in a list of {places}")
        bits[index >> 3] |= 0x80 >> (index & 7)
    return bytes(bits)


def is_set(bits: bytes, index: int) -> bool:
    """Tell whether a place is set; a place beyond the list raises NotAStatusList."""
    if not 0 <= index < len(bits) * 8:
        raise NotAStatusList(f"the list has no place {index}")
    return bool(bits[index >> 3] & 0x80 >> (index & 7))


def encode_bits(bits: bytes) -> str:
    """Write bits as an `encodedList`."""
    packed = gzip.compress(bits, compresslevel=9, mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def decode_bits(text: str) -> bytes:
    """Read an `encodedList`, unpacking at most 4 MB; raises NotAStatusList.

    Some issuers leave out the multibase letter, as drafts of the standard did.
    """
    # A packed list begins with the bytes of GZIP, which base64 writes as H4sI: no `u` among them.
    body = text.removeprefix("u").rstrip("=")
    try:
        packed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj(wbits=31)
        bits = unpacker.decompress(packed, MOST_UNPACKED_BYTES + 1)
    except (binascii.Error, ValueError, zlib.error):
        raise NotAStatusList("the list is not GZIP in base64url") from None
    if len(bits) > MOST_UNPACKED_BYTES:
        raise NotAStatusList(f"the list unpacks to more than {MOST_UNPACKED_BYTES} bytes")
    if not unpacker.eof:
        raise NotAStatusList("the list is cut off")
    if len(bits) * 8 < PLACES:
        raise NotAStatusList(f"the list has fewer than {PLACES} places")
    return bits


def status_entry(place: Place) -> dict[str, Any]:
    """Return the `credentialStatus` of a credential."""
    return {
        "id": f"{place.list_id}#{place.index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": REVOCATION,
        "statusListIndex": str(place.index),
        "statusListCredential": place.list_id,
    }


def status_list_document(*, list_id: str, issuer: str, at: int, bits: bytes) -> dict[str, Any]:
    """Return the credential that tells a list, still to be signed; `issuer` is a DID."""
    return {
        "@context": [CONTEXT],
        "id": list_id,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": format_instant(at),
        "credentialSubject": {
            "id": f"{list_id}#list",
            "type": "BitstringStatusList",
            "statusPurpose": REVOCATION,
            "encodedList": encode_bits(bits),
        },
    }
