"""The keys of an issuer: which signs, and under which names all of them can be found.

With a public https address the issuer is `did:web`, its document lists every key of the ring, and
proofs by earlier keys go on verifying after a rotation. Without one the issuer is the `did:key` of
the active key; earlier credentials name the earlier key, which is all that is needed to check them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc.jwk import OKPKey

from laurels.adapters.keyring import Ring
from laurels.adapters.signing.proofs import Signer
from laurels.domain.credentials import multikey
from laurels.domain.credentials.multikey import PublicKey


class IssuerKeys:
    """The signing keys of one installation; seeds of 32 bytes come from a ring."""

    def __init__(self, ring: Callable[[], Ring], base_url: str | None) -> None:
        """Take the keys from `ring`, asked at each use, so that a new key signs from then on."""
        self._ask = ring
        self._base_url = base_url.rstrip("/") if base_url else None

    @property
    def web_did(self) -> str | None:
        """Return the did:web identifier, or None without a public https address."""
        return multikey.did_web(self._base_url) if self._base_url else None

    @property
    def did(self) -> str:
        """Return the identifier that the next credential is issued under."""
        ring = self._ask()
        return self.web_did or multikey.did_key(_public(ring.keys[ring.active]))

    @property
    def public_url(self) -> str | None:
        """Return the address that identifiers begin with, or None where there is no did:web."""
        return self._base_url if self.web_did else None

    def signer(self) -> Signer:
        """Return the active key as proofs need it."""
        ring = self._ask()
        key = Ed25519PrivateKey.from_private_bytes(ring.keys[ring.active])
        return Signer(self._method(ring, ring.active), key.sign)

    def token_key(self) -> tuple[str, OKPKey]:
        """Return the active key's name and the key, as tokens need them."""
        ring = self._ask()
        key = Ed25519PrivateKey.from_private_bytes(ring.keys[ring.active])
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return self._method(ring, ring.active), OKPKey.import_key(pem)

    def public_keys(self) -> dict[str, bytes]:
        """Return every key of the ring by the names that proofs of any time used for it."""
        ring = self._ask()
        found = {}
        for key_id, seed in ring.keys.items():
            public = _public(seed)
            for did in filter(None, (self.web_did, multikey.did_key(public))):
                found[multikey.method_of(did, PublicKey(key_id, public))] = public
        return found

    def document(self) -> dict[str, Any] | None:
        """Return the DID document to serve, or None without a public https address."""
        if self.web_did is None:
            return None
        keys = [PublicKey(key_id, _public(seed)) for key_id, seed in self._ask().keys.items()]
        return multikey.did_document(self.web_did, keys)

    def _method(self, ring: Ring, key_id: str) -> str:
        public = _public(ring.keys[key_id])
        did = self.web_did or multikey.did_key(public)
        return multikey.method_of(did, PublicKey(key_id, public))


def _public(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
