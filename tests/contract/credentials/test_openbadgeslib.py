"""openbadgeslib, a Python library of other people, reads ours; ours reads what it makes."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any

import png
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from openbadgeslib import ob3
from PIL import Image

from laurels.adapters.signing import baking
from laurels.adapters.signing.keys import IssuerKeys
from laurels.adapters.signing.proofs import add_proof
from laurels.adapters.signing.verifying import verify
from tests.fakes import credentials as made


def pem_of(keys: IssuerKeys) -> bytes:
    public = next(iter(keys.public_keys().values()))
    return Ed25519PublicKey.from_public_bytes(public).public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )


def private_pem() -> bytes:
    key = Ed25519PrivateKey.from_private_bytes(made.SEED)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def picture() -> bytes:
    out = io.BytesIO()
    png.Writer(width=2, height=2, greyscale=True).write(out, [[0, 255], [255, 0]])
    return out.getvalue()


@pytest.mark.parametrize("kind", made.KINDS)
def test_ours_when_it_verifies_by_did_key_then_the_same_achievement(kind: str) -> None:
    keys = made.keys(None)
    document = made.document(kind, keys)
    signed = add_proof(document, keys.signer(), made.AT)
    found = ob3.OB3LdpVerifier().verify(made.told(signed))
    assert found.achievement.name == document["credentialSubject"]["achievement"]["name"]


@pytest.mark.parametrize("kind", made.KINDS)
def test_ours_when_it_resolves_did_web_then_verified_with_its_status(kind: str) -> None:
    keys = made.keys()
    signed = add_proof(made.document(kind, keys), keys.signer(), made.AT)

    def served(*revoked: int) -> dict[str, bytes]:
        listed = add_proof(made.status_list(keys, *revoked), keys.signer(), made.AT)
        document = made.told(keys.document() or {})
        return {listed["id"]: made.told(listed), f"{made.BASE}/.well-known/did.json": document}

    verifier = ob3.OB3LdpVerifier.for_issuer_did(keys.did)

    def asked(*revoked: int) -> ob3.OpenBadgeCredential:
        # It checks a list's own signature only where the list is a token; Node checks ours.
        return verifier.verify(
            made.told(signed),
            check_status=True,
            verify_status_list=False,
            download=served(*revoked).__getitem__,
        )

    assert asked(3).issuer.id == keys.did
    with pytest.raises(ob3.OB3VerificationError, match="revocation"):
        asked(made.INDEX)


@pytest.mark.parametrize("field", ["name", "validFrom", "awarded"])
def test_ours_when_altered_then_it_refuses(field: str) -> None:
    keys = made.keys(None)
    signed = add_proof(made.document("tier", keys), keys.signer(), made.AT)
    changed: dict[str, Any] = {**signed, field: "2020-01-01T00:00:00Z"}
    with pytest.raises(ob3.OB3VerificationError):
        ob3.OB3LdpVerifier(pem_of(keys)).verify(made.told(changed))


def test_baked_when_it_extracts_then_the_credential_verifies() -> None:
    keys = made.keys(None)
    signed = add_proof(made.document("badge", keys), keys.signer(), made.AT)
    baked = baking.bake(picture(), made.told(signed))
    with Image.open(io.BytesIO(baked)) as opened:
        opened.load()
        assert opened.getpixel((1, 0)) == 255
        assert json.loads(opened.text["openbadgecredential"]) == signed
    found = ob3.OB3Verifier.extract_token_from_png(baked)
    assert json.loads(found) == signed
    assert ob3.OB3LdpVerifier(pem_of(keys)).verify(found)


def theirs() -> ob3.OpenBadgeCredential:
    return ob3.OpenBadgeCredential(
        issuer=ob3.Issuer(id=made.keys(None).did, name="Another"),
        achievement=ob3.Achievement(
            id="https://other.example/achievements/1",
            name="Weaver \U0001f9f6",
            description="Weaves.",
            criteria_narrative="Weave.",
        ),
        recipient_id="mailto:alice@example.org",
        issuance_date=datetime.fromtimestamp(made.AT, UTC),
    )


def test_theirs_when_ours_verifies_then_ok_baked_too() -> None:
    signer = ob3.OB3LdpSigner(private_pem())
    told = verify(signer.sign_to_json(theirs()).encode(), at=_now())
    assert told.ok, told.steps
    baked = signer.sign_into_png(theirs(), picture())
    assert verify(baked, at=_now()).ok


def test_theirs_when_a_token_then_ours_verifies() -> None:
    token = ob3.OB3Signer(private_pem(), algorithm="EdDSA").sign(theirs())
    told = verify(token.encode(), at=_now())
    assert told.ok, told.steps
    assert not verify(token[:-4].encode() + b"AAAA", at=_now()).ok


def _now() -> int:
    """Return the time that openbadgeslib takes by itself when it signs."""
    return int(datetime.now(UTC).timestamp())
