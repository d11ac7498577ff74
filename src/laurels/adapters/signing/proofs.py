"""Data Integrity proofs of the cryptosuite eddsa-rdfc-2022 (W3C, Data Integrity EdDSA 1.0).

What is signed is the SHA-256 of the canonical proof options followed by that of the canonical
document, each without `proof` and `proofValue`. The options are read in the document's contexts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from laurels.adapters.signing.canonical import canonicalise
from laurels.domain.credentials.screening import Refused
from laurels.kit import base58
from laurels.kit.times import format_instant

CRYPTOSUITE = "eddsa-rdfc-2022"
SIGNATURE_BYTES = 64
_PURPOSE = "assertionMethod"

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key as proofs need it: how the key is named, and what signs."""

    method: str
    sign: Callable[[bytes], bytes]


def proof_options(method: str, created: int) -> Document:
    """Return a proof without its value; `created` is when it is made."""
    return {
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "created": format_instant(created),
        "verificationMethod": method,
        "proofPurpose": _PURPOSE,
    }


def add_proof(document: Mapping[str, Any], signer: Signer, created: int) -> Document:
    """Return a document with one proof; raises Refused for what cannot be signed whole."""
    options = proof_options(signer.method, created)
    signature = signer.sign(hash_data(document, options))
    return {**document, "proof": [{**options, "proofValue": proof_value(signature)}]}


def proof_value(signature: bytes) -> str:
    """Write a signature as proofs do: base 58 with the multibase letter `z`."""
    return "z" + base58.encode(signature)


def hash_data(document: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
    """Return the 64 bytes that are signed; raises Refused."""
    bare = {name: value for name, value in document.items() if name != "proof"}
    return options_hash(bare["@context"], options) + digest(canonicalise(bare).encode())


def options_hash(context: Any, options: Mapping[str, Any]) -> bytes:
    """Return the hash of the proof options, read in a document's contexts."""
    config = {name: value for name, value in options.items() if name != "proofValue"}
    return digest(canonicalise({**config, "@context": context}).encode())


def digest(quads: bytes) -> bytes:
    """Return the SHA-256 of canonical N-Quads."""
    return hashlib.sha256(quads).digest()


def the_proof(document: Mapping[str, Any]) -> Document:
    """Return the one proof of a document that we can check; raises Refused."""
    given = document.get("proof")
    listed = given if isinstance(given, list) else [given]
    ours = [
        proof
        for proof in listed
        if isinstance(proof, dict)
        and proof.get("type") == "DataIntegrityProof"
        and proof.get("cryptosuite") == CRYPTOSUITE
    ]
    if len(ours) != 1 or len(listed) > 8:
        raise Refused("no_proof", f"it does not have exactly one proof by {CRYPTOSUITE}")
    proof = ours[0]
    if proof.get("proofPurpose") != _PURPOSE:
        raise Refused("wrong_purpose", f"the proof was not made for {_PURPOSE}")
    if not isinstance(proof.get("verificationMethod"), str):
        raise Refused("no_proof", "the proof does not name its key")
    return proof


def is_proven(document: Mapping[str, Any], proof: Mapping[str, Any], public: bytes) -> bool:
    """Tell whether a proof is of this document and this key; raises Refused where it is none."""
    value = proof.get("proofValue")
    try:
        text = value[1:] if isinstance(value, str) and value.startswith("z") else ""
        signature = base58.decode(text)
    except base58.NotBase58:
        signature = b""
    if len(signature) != SIGNATURE_BYTES or value != proof_value(signature):
        raise Refused("no_proof", "the value of the proof is no signature")
    return is_signed(hash_data(document, proof), signature, public)


def is_signed(data: bytes, signature: bytes, public: bytes) -> bool:
    """Tell whether a signature is by this Ed25519 key over these bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True
