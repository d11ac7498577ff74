"""Access tokens: short-lived JSON Web Tokens signed with Ed25519.

The key that signs is the ring's active one; its id is in the header, so tokens made with an
earlier key stay good until they run out. Times are whole seconds since 1970 UTC, taken from the
caller's clock and compared as numbers: no time zone enters. A token says who it was made for, not
that they may still come in: whoever reads one must look up the session version and the family.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from laurels.adapters.keyring import Ring

LASTS_SECONDS = 30 * 60
LEEWAY_SECONDS = 5
_ALGORITHM = "Ed25519"
_MOST_CHARACTERS = 4_096


class TokenRefused(Exception):
    """An access token is not one of ours, or has run out; the message never repeats it."""

    status_code = 401

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Access(msgspec.Struct, frozen=True):
    """What a token says: `sub` is the person's reference, `sv` their session version then."""

    iss: str
    aud: str
    sub: str
    jti: str
    fam: str
    sv: int
    iat: int
    exp: int
    scope: str = ""


class AccessTokens:
    """Makes and reads the access tokens of one installation."""

    def __init__(self, ring: Callable[[], Ring], *, issuer: str, audience: str) -> None:
        """Take the keys (32-byte seeds) from `ring`, asked for each token made or unknown."""
        self._ask = ring
        self._issuer = issuer
        self._audience = audience
        self._ring: Ring | None = None
        self._active = ""
        self._keys: dict[str, OKPKey] = {}

    def make(self, *, subject: str, family: str, version: int, scope: str, now: int) -> str:
        """Return a signed token that holds for 30 minutes."""
        self._load(self._ask())  # a key made meanwhile signs from now on
        claims = Access(
            iss=self._issuer,
            aud=self._audience,
            sub=subject,
            jti=secrets.token_hex(16),
            fam=family,
            sv=version,
            iat=now,
            exp=now + LASTS_SECONDS,
            scope=scope,
        )
        header = {"alg": _ALGORITHM, "typ": "at+jwt", "kid": self._active}
        body = msgspec.to_builtins(claims)
        return jwt.encode(header, body, self._keys[self._active], algorithms=[_ALGORITHM])

    def read(self, token: str, *, now: int) -> Access:
        """Return what a token says; raises TokenRefused unless it is ours and holds at `now`."""
        if len(token) > _MOST_CHARACTERS:
            raise TokenRefused("token_invalid", "The access token is not one of ours.")
        try:
            parsed = jwt.decode(token, self._key_of, algorithms=[_ALGORITHM])
            claims = msgspec.convert(parsed.claims, Access)
        except (JoseError, ValueError, TypeError, KeyError, RecursionError):
            raise TokenRefused("token_invalid", "The access token is not one of ours.") from None
        if parsed.header.get("typ") != "at+jwt":
            raise TokenRefused("token_invalid", "The access token is of another kind.")
        if (claims.iss, claims.aud) != (self._issuer, self._audience):
            raise TokenRefused("token_invalid", "The access token was made for another place.")
        if claims.iat > now + LEEWAY_SECONDS:
            raise TokenRefused("token_invalid", "The access token is from the future.")
        if now >= claims.exp:
            raise TokenRefused("token_expired", "The access token has run out.")
        return claims

    def public_keys(self) -> list[dict[str, Any]]:
        """Return the public halves as JSON Web Keys, for programs that check by themselves."""
        self._load(self._ask())
        return [
            dict(key.as_dict(private=False)) | {"kid": key_id, "use": "sig", "alg": _ALGORITHM}
            for key_id, key in sorted(self._keys.items())
        ]

    def _key_of(self, unit: Any) -> OKPKey:
        key_id = str(unit.headers().get("kid", ""))
        if key_id not in self._keys:
            self._load(self._ask())  # another process may have made a new key meanwhile
        return self._keys[key_id]

    def _load(self, ring: Ring) -> None:
        if self._ring != ring:
            keys = {key_id: _private(seed) for key_id, seed in ring.keys.items()}
            self._keys, self._active, self._ring = keys, ring.active, ring


def _private(seed: bytes) -> OKPKey:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    return OKPKey.import_key(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
