"""Credentials as JSON Web Tokens: `vc+jwt` (W3C, Securing VCs using JOSE and COSE; Ed25519).

The payload is the credential itself, with the registered claims that Open Badges 3.0 asks for
beside it. The header names the key; the algorithm is never taken from it when a token is read.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jws
from joserfc.jwk import OKPKey

from laurels.adapters.signing.parsing import parse
from laurels.adapters.signing.proofs import is_signed
from laurels.domain.credentials.reading import issuer_of
from laurels.domain.credentials.screening import MOST_BYTES, Refused
from laurels.kit.times import parse_instant

ALGORITHM = "Ed25519"
TYPE = "vc+jwt"
_READ_ALGORITHMS = (ALGORITHM, "EdDSA")
_READ_TYPES = (None, "JWT", TYPE, "vc+ld+json+jwt")
_CLAIMS = ("iss", "jti", "sub", "nbf", "iat", "exp")


def encode(document: Mapping[str, Any], key_name: str, key: OKPKey, created: int) -> str:
    """Return a document without its proof as a signed token made at `created`."""
    body = {name: value for name, value in document.items() if name != "proof"}
    claims: dict[str, Any] = {
        "iss": issuer_of(body),
        "jti": body["id"],
        "sub": body["credentialSubject"]["id"],
        "nbf": parse_instant(body["validFrom"]),
        "iat": created,
    }
    if "validUntil" in body:
        claims["exp"] = parse_instant(body["validUntil"])
    header = {"alg": ALGORITHM, "typ": TYPE, "cty": "vc", "kid": key_name}
    payload = json.dumps({**body, **claims}, ensure_ascii=False, separators=(",", ":")).encode()
    return jws.serialize_compact(header, payload, key, algorithms=[ALGORITHM])


@dataclass(frozen=True, slots=True)
class Token:
    """A token that was read, not yet checked."""

    key_name: str
    credential: dict[str, Any]
    claims: dict[str, Any]
    signed: bytes
    signature: bytes

    def is_by(self, public: bytes) -> bool:
        """Tell whether this key signed the token."""
        return is_signed(self.signed, self.signature, public)


def looks_like(data: bytes) -> bool:
    """Tell whether these bytes are three parts of base64url, as tokens are."""
    return data.count(b".") == 2 and data.strip()[:2] == b"ey"


def read(data: bytes) -> Token:
    """Take a token apart; raises Refused where it is none or of another algorithm."""
    parts = data.strip().split(b".")
    if len(data) > MOST_BYTES or len(parts) != 3:
        raise Refused("not_a_token", "this is no signed token")
    header = _json(_decoded(parts[0]))
    if header.get("alg") not in _READ_ALGORITHMS or header.get("typ") not in _READ_TYPES:
        raise Refused("not_a_token", "the token is not a credential signed with Ed25519")
    if "crit" in header or "b64" in header:
        raise Refused("not_a_token", "the token asks for what is not known here")
    payload = _json(_decoded(parts[1]))
    # Versions before 2.0 put the credential into a claim of its own.
    credential = payload["vc"] if isinstance(payload.get("vc"), dict) else payload
    claims = {name: payload[name] for name in _CLAIMS if name in payload}
    credential = {name: value for name, value in credential.items() if name not in _CLAIMS}
    _check_claims(credential, claims)
    kid = header.get("kid")
    return Token(
        kid if isinstance(kid, str) else "",
        credential,
        claims,
        parts[0] + b"." + parts[1],
        _decoded(parts[2]),
    )


def _check_claims(credential: Mapping[str, Any], claims: Mapping[str, Any]) -> None:
    """Refuse a token whose claims and credential say different things about one matter."""
    subject = credential.get("credentialSubject")
    said = {
        "iss": issuer_of(credential),
        "jti": credential.get("id"),
        "sub": subject.get("id") if isinstance(subject, dict) else None,
    }
    for name, value in said.items():
        if name in claims and claims[name] != value:
            raise Refused("contradiction", f"the claim {name} differs from the credential")
    for claim, name in (("nbf", "validFrom"), ("exp", "validUntil")):
        if claim in claims and not _same_moment(claims[claim], credential.get(name)):
            raise Refused("contradiction", f"the claim {claim} differs from {name}")


def _same_moment(number: Any, text: Any) -> bool:
    try:
        return isinstance(number, int | float) and int(number) == parse_instant(text)
    except (ValueError, TypeError, OverflowError):
        return False


def _decoded(part: bytes) -> bytes:
    try:
        found = base64.b64decode(part + b"=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        found = b""
    # One spelling only: bits that base64 leaves over must not vary.
    if base64.urlsafe_b64encode(found).rstrip(b"=") != part:
        raise Refused("not_a_token", "a part of the token is not base64url")
    return found


def _json(data: bytes) -> dict[str, Any]:
    found = parse(data)
    if not isinstance(found, dict):
        raise Refused("not_a_token", "a part of the token is no JSON object")
    return found
