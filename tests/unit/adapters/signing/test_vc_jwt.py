"""Tokens: read strictly, the algorithm never taken from them."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from laurels.adapters.signing import vc_jwt
from laurels.adapters.signing.verifying import Help, verify
from laurels.domain.credentials.screening import Refused
from tests.fakes import credentials as made

KEYS = made.keys()
PUBLIC = next(iter(KEYS.public_keys().values()))
BADGE = made.document("badge", KEYS, status=None, valid_until=made.NOW + 60)
TOKEN = vc_jwt.encode(BADGE, *KEYS.token_key(), made.AT)


def part(value: Any) -> bytes:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def signed(payload: Any, **header: Any) -> bytes:
    head = {"alg": "Ed25519", "typ": "vc+jwt", "kid": KEYS.signer().method} | header
    body = part({k: v for k, v in head.items() if v is not None}) + b"." + part(payload)
    return body + b"." + part(KEYS.signer().sign(body))


def test_read_when_ours_then_the_credential_its_claims_and_key() -> None:
    token = vc_jwt.read(TOKEN.encode())
    assert token.credential == BADGE
    assert token.key_name == KEYS.signer().method
    assert token.claims == {
        "iss": KEYS.did,
        "jti": BADGE["id"],
        "sub": "https://github.com/alice",
        "nbf": made.AT,
        "iat": made.AT,
        "exp": made.NOW + 60,
    }
    assert token.is_by(PUBLIC)
    assert not token.is_by(bytes(32))


@pytest.mark.parametrize(
    "token",
    [
        signed(BADGE),
        signed(BADGE, alg="EdDSA"),
        signed(BADGE, typ=None, kid=None),
        signed(BADGE, typ="JWT"),
        signed({"vc": BADGE, "iss": KEYS.did, "nbf": made.AT}),
        signed(BADGE | {"@context": [*BADGE["@context"], "https://a.example/of-their-own"]}),
    ],
)
def test_verify_when_anybodys_token_then_ok(token: bytes) -> None:
    told = verify(token, at=made.NOW, help=Help(key=PUBLIC))
    assert told.ok, told.steps


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (b"ey.ey", "not_a_token"),
        (signed(BADGE, alg="none"), "not_a_token"),
        (signed(BADGE, alg="HS256"), "not_a_token"),
        (signed(BADGE, typ="at+jwt"), "not_a_token"),
        (signed(BADGE, crit=["b64"]), "not_a_token"),
        (signed(BADGE, b64=False), "not_a_token"),
        (signed([1]), "not_a_token"),
        (signed(b'{"a":1,"a":2}'), "key_twice"),
        (signed(b"\xff"), "not_json"),
        (TOKEN.encode() + b"=", "not_a_token"),
        (TOKEN.encode() + b"!", "not_a_token"),
        (signed(BADGE | {"iss": "did:web:other.example"}), "contradiction"),
        (signed(BADGE | {"jti": "urn:x"}), "contradiction"),
        (signed(BADGE | {"sub": "https://github.com/bob"}), "contradiction"),
        (signed(BADGE | {"nbf": made.AT - 1}), "contradiction"),
        (signed(BADGE | {"exp": made.NOW + 61}), "contradiction"),
        (signed(BADGE | {"exp": "soon"}), "contradiction"),
        (
            signed({k: v for k, v in BADGE.items() if k != "validUntil"} | {"exp": 1}),
            "contradiction",
        ),
        (b"e30." + b"A" * 2_000_000 + b".", "not_a_token"),
    ],
)
def test_read_when_no_sound_token_then_refused(token: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        vc_jwt.read(token)
    assert refused.value.code == code


def test_read_when_the_signature_is_spelled_in_another_way_then_refused() -> None:
    # 64 bytes leave two spare bits in the last character: one spelling only is taken.
    spare = TOKEN[:-1] + {"A": "B", "Q": "R", "g": "h", "w": "x"}[TOKEN[-1]]
    with pytest.raises(Refused, match="base64url"):
        vc_jwt.read(spare.encode())


def test_looks_like_when_other_files_then_false() -> None:
    assert vc_jwt.looks_like(TOKEN.encode() + b"\n")
    assert not vc_jwt.looks_like(b'{"a": "b.c.d"}')
    assert not vc_jwt.looks_like(b"ey")
