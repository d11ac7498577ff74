"""Random values that people and programs show us, and how they are kept: as SHA-256 hashes.

They carry 256 bits from the system's generator, so a plain hash cannot be searched or guessed.
"""

from __future__ import annotations

import hashlib
import secrets


def new(prefix: str = "") -> str:
    """Return a random value; only its hash may be stored."""
    return prefix + secrets.token_urlsafe(32)


def hashed(value: str) -> str:
    """Return what is kept of a random value."""
    return hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()


def fingerprint(token: str) -> str:
    """Return the name under which a token for GitHub is counted: SHA-256(token)[:32]."""
    return hashed(token)[:32]
