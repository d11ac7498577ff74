"""Canonical JSON: one byte sequence for one value, so that hashes can be compared.

The bytes equal RFC 8785 (JSON Canonicalization Scheme) for the values this accepts: strings, whole
numbers, booleans, null, lists and objects with string keys. Floats are refused: a score that
depends on how a machine prints a fraction cannot be checked by anyone else.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

MAX_INTEGER = 2**53 - 1
"""The greatest whole number every JSON reader holds exactly (RFC 8785 §3.2.2.3, I-JSON)."""

_encode = msgspec.json.Encoder().encode


class NotCanonical(ValueError):
    """A value has no canonical form; the message names the value and the fault."""


def canonical_bytes(value: Any) -> bytes:
    """Give the RFC 8785 bytes of a value; NotCanonical names what cannot be written."""
    try:
        return _encode(_ordered(value))
    except UnicodeEncodeError as fault:
        raise NotCanonical("text holds half of a surrogate pair, which is no character") from fault
    except RecursionError as fault:
        raise NotCanonical("the value is nested too deeply, or holds itself") from fault


def sha256_hex(data: bytes) -> str:
    """Give the SHA-256 of the bytes as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be")


def _ordered(value: Any) -> Any:
    """Copy a value with its keys in RFC 8785 order, refusing what has no exact JSON form."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if kind is int or isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise NotCanonical(f"{value} is beyond what JSON readers hold exactly")
        return int(value)
    if isinstance(value, dict):
        try:
            is_plain = "".join(value).isascii()
        except TypeError:
            strange = next(key for key in value if not isinstance(key, str))
            raise NotCanonical(f"the key {strange!r} is no text") from None
        # The standard orders keys by UTF-16 units: code points differ from it beyond U+FFFF.
        keys = sorted(value) if is_plain else sorted(value, key=_utf16)
        return {str.__str__(key): _ordered(value[key]) for key in keys}
    if isinstance(value, (list, tuple)):
        return [_ordered(item) for item in value]
    if isinstance(value, str):
        return str.__str__(value)
    raise NotCanonical(f"{value!r} of type {type(value).__name__} has no canonical form")
