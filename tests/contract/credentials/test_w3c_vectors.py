"""W3C's published vectors of eddsa-rdfc-2022, byte for byte.

The second vector's own context is no longer published; it begins with the canonical document.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from laurels.adapters.signing import contexts, proofs
from laurels.adapters.signing.canonical import canonicalise
from laurels.domain.credentials.multikey import key_of_multikey
from laurels.kit import base58
from laurels.kit.times import parse_instant

EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
# What that context is: every term it is asked for, in one vocabulary.
EXAMPLES_CONTEXT = {"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}


@pytest.fixture
def vectors(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    known = contexts._document
    monkeypatch.setitem(contexts.FILES, EXAMPLES, "held by this test")
    monkeypatch.setattr(
        contexts, "_document", lambda url: EXAMPLES_CONTEXT if url == EXAMPLES else known(url)
    )
    return shared_data / "credentials" / "w3c_vc_di_eddsa_vectors"


def text(folder: Path, name: str) -> str:
    return (folder / "eddsa-rdfc-2022" / name).read_text(encoding="utf-8")


def json_of(folder: Path, name: str) -> Any:
    return json.loads(text(folder, name))


def signer(vectors: Path) -> proofs.Signer:
    """Return the published private key: base 58 with two bytes that name its kind before it."""
    pair = json.loads((vectors / "keyPair.json").read_text(encoding="utf-8"))
    key = Ed25519PrivateKey.from_private_bytes(base58.decode(pair["privateKeyMultibase"][1:])[2:])
    public = pair["publicKeyMultibase"]
    assert key.public_key().public_bytes_raw() == key_of_multikey(public)
    return proofs.Signer(f"did:key:{public}#{public}", key.sign)


def test_document_when_canonical_then_as_published(vectors: Path) -> None:
    unsigned = json.loads((vectors / "unsigned.json").read_text(encoding="utf-8"))
    quads = canonicalise(unsigned)
    assert quads == text(vectors, "canonDocDataInt.txt")
    assert proofs.digest(quads.encode()).hex() == text(vectors, "docHashDataInt.txt")


def test_options_when_canonical_then_as_published(vectors: Path) -> None:
    options = json_of(vectors, "proofConfigDataInt.json")
    assert canonicalise(options) == text(vectors, "proofCanonDataInt.txt")
    found = proofs.options_hash(options.pop("@context"), options)
    assert found.hex() == text(vectors, "proofHashDataInt.txt")


def test_add_proof_when_signed_then_value_as_published(vectors: Path) -> None:
    unsigned = json.loads((vectors / "unsigned.json").read_text(encoding="utf-8"))
    created = parse_instant("2023-02-24T23:36:38Z")
    signed = proofs.add_proof(unsigned, signer(vectors), created)
    published = json_of(vectors, "signedDataInt.json")
    assert proofs.hash_data(unsigned, published["proof"]).hex() == text(
        vectors, "combinedHashDataInt.txt"
    )
    assert signed["proof"] == [published["proof"]]
    value = text(vectors, "sigBTC58DataInt.txt").strip()
    assert signed["proof"][0]["proofValue"] == value
    assert base58.decode(value[1:]).hex() == text(vectors, "sigHexDataInt.txt")


def test_is_proven_when_published_then_true_and_with_another_key_false(vectors: Path) -> None:
    signed = json_of(vectors, "signedDataInt.json")
    public = key_of_multikey(signed["proof"]["verificationMethod"].partition("#")[2])
    assert proofs.is_proven(signed, proofs.the_proof(signed), public)
    assert not proofs.is_proven(signed, proofs.the_proof(signed), bytes(range(32)))


def test_second_vector_when_hashed_and_signed_then_as_published(vectors: Path) -> None:
    document = proofs.digest(text(vectors, "employ/canonDocDataInt.txt").encode())
    options = proofs.digest(text(vectors, "employ/proofCanonDataInt.txt").encode())
    assert document.hex() == text(vectors, "employ/docHashDataInt.txt")
    assert options.hex() == text(vectors, "employ/proofHashDataInt.txt")
    assert (options + document).hex() == text(vectors, "employ/combinedHashDataInt.txt")
    signature = signer(vectors).sign(options + document)
    assert signature.hex() == text(vectors, "employ/sigHexDataInt.txt")
    published = json_of(vectors, "employ/signedDataInt.json")["proof"]["proofValue"]
    assert proofs.proof_value(signature) == published
