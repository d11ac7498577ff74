"""Signing checkpoints of the ledger with a key of their own, and telling true ones from others."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Collection
from functools import lru_cache

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from laurels.adapters.keyring import Ring
from laurels.domain.ledger import Head
from laurels.domain.ledger.checkpoints import (
    KEY_PREFIX,
    Checkpoint,
    CheckpointRefused,
    checkpoint,
    signed_bytes,
)


class CheckpointKeys:
    """The keys of one installation; the ring's active one signs, all of them verify."""

    def __init__(self, ring: Callable[[], Ring], *, origin: str) -> None:
        """Take the keys (32-byte seeds) from `ring`, asked each time; `origin` is for people."""
        self._ring = ring
        self._origin = origin

    def sign(self, head: Head, *, at: int) -> Checkpoint:
        """Return a signed checkpoint of a head at the instant `at`."""
        ring = self._ring()
        key = _private(ring.keys[ring.active])
        one = checkpoint(head, origin=self._origin, at=at, key=_name(key))
        signature = key.sign(signed_bytes(one))
        return msgspec.structs.replace(one, signature=_text(signature))

    def public(self) -> tuple[str, ...]:
        """Return the public keys, the active one first."""
        ring = self._ring()
        rest = (seed for key, seed in sorted(ring.keys.items()) if key != ring.active)
        return tuple(_name(_private(seed)) for seed in (ring.keys[ring.active], *rest))


def check(one: Checkpoint, keys: Collection[str]) -> None:
    """Raise CheckpointRefused unless one of `keys` (as `key` writes them) signed it as it is."""
    if one.key not in keys:
        raise CheckpointRefused(f"the key {one.key} is not one that is trusted here")
    try:
        public = Ed25519PublicKey.from_public_bytes(_bytes(one.key.removeprefix(KEY_PREFIX)))
        public.verify(_bytes(one.signature), signed_bytes(one))
    except (InvalidSignature, ValueError):
        raise CheckpointRefused(
            f"the checkpoint of entry {one.sequence} was changed after it was signed"
        ) from None


def check_key(text: str) -> str:
    """Return a public key as it was typed; raises CheckpointRefused where it is none."""
    try:
        is_key = text.startswith(KEY_PREFIX) and len(_bytes(text.removeprefix(KEY_PREFIX))) == 32
    except ValueError:
        is_key = False
    if not is_key:
        raise CheckpointRefused(f"{text[:80]!r} is no key: {KEY_PREFIX} and 43 characters")
    return text


@lru_cache(maxsize=8)
def _private(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


def _name(key: Ed25519PrivateKey) -> str:
    return KEY_PREFIX + _text(key.public_key().public_bytes_raw())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(
            text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True
        )
    except binascii.Error:
        raise ValueError("not base64url") from None
