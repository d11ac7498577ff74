"""Keys of GitHub Apps, made once a run: making one takes a tenth of a second."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwt
from joserfc.jwk import RSAKey


@dataclass(frozen=True)
class AppKey:
    """An App's key, both halves as PEM."""

    private: str
    public: str

    def sign(self, claims: dict[str, Any], alg: str = "RS256") -> str:
        """Return a token of these claims."""
        return jwt.encode({"alg": alg}, claims, RSAKey.import_key(self.private), algorithms=[alg])


def app_key(name: str = "ours") -> AppKey:
    """Return the key of this name."""
    return _made(name)


@cache
def _made(name: str) -> AppKey:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return AppKey(private.decode(), public.decode())
