"""Proofs: what is signed, and that any other thing is refused."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laurels.adapters.signing import proofs
from laurels.domain.credentials.screening import Refused
from laurels.kit import base58
from tests.fakes import credentials as made

KEYS = made.keys()
PUBLIC = next(iter(KEYS.public_keys().values()))
SIGNED = proofs.add_proof(made.document("badge", KEYS), KEYS.signer(), made.AT)

VALUE = SIGNED["proof"][0]["proofValue"]


def proven(document: dict[str, Any], public: bytes = PUBLIC) -> bool:
    return proofs.is_proven(document, proofs.the_proof(document), public)


def with_proof(**values: Any) -> dict[str, Any]:
    return {**SIGNED, "proof": [{**SIGNED["proof"][0], **values}]}


def test_add_proof_when_signed_then_the_document_and_one_proof() -> None:
    assert {name: SIGNED[name] for name in SIGNED if name != "proof"} == made.document(
        "badge", KEYS
    )
    proof = SIGNED["proof"][0]
    assert proof["created"] == "2025-10-09T08:53:20Z"
    assert proof["verificationMethod"] == "did:web:laurels.example#key-1"
    assert proven(SIGNED)


def test_add_proof_when_signed_again_then_the_same_and_the_old_proof_is_not_signed() -> None:
    assert proofs.add_proof(SIGNED, KEYS.signer(), made.AT) == SIGNED


def test_is_proven_when_the_proof_stands_alone_or_keys_are_reordered_then_true() -> None:
    reordered = json.loads(json.dumps(SIGNED, sort_keys=True))
    assert proven(reordered)
    assert proven({**SIGNED, "proof": SIGNED["proof"][0]})


@settings(max_examples=25)
@given(st.integers(0, 511))
def test_is_proven_when_a_bit_of_the_signature_is_flipped_then_false(bit: int) -> None:
    value = bytearray(base58.decode(SIGNED["proof"][0]["proofValue"][1:]))
    value[bit >> 3] ^= 1 << (bit & 7)
    assert not proven(with_proof(proofValue=proofs.proof_value(bytes(value))))


@pytest.mark.parametrize(
    "values",
    [
        {"created": "2025-10-09T08:53:21Z"},
        {"verificationMethod": "did:web:laurels.example#key-2"},
        {"expires": "2099-01-01T00:00:00Z"},
        {"domain": "a.example"},
    ],
)
def test_is_proven_when_the_options_are_altered_then_false(values: dict[str, str]) -> None:
    assert not proven(with_proof(**values))


def test_is_proven_when_the_content_is_altered_or_the_key_another_then_false() -> None:
    changed = copy.deepcopy(SIGNED)
    changed["credentialSubject"]["achievement"]["name"] += "!"
    assert not proven(changed)
    assert not proven(SIGNED, bytes(32))
    assert not proven(SIGNED, b"short")


@pytest.mark.parametrize(
    "value",
    [None, 5, "", "z", "u" + VALUE[1:], "z0", "zzz", "z" * 2_000, "z1" + VALUE[1:]],
)
def test_is_proven_when_the_value_is_no_signature_then_refused(value: Any) -> None:
    with pytest.raises(Refused, match="no signature"):
        proven(with_proof(proofValue=value))


@pytest.mark.parametrize(
    ("proof", "code"),
    [
        (None, "no_proof"),
        ([], "no_proof"),
        ("x", "no_proof"),
        ([SIGNED["proof"][0]] * 2, "no_proof"),
        ([SIGNED["proof"][0], *({"type": "Other"} for _ in range(8))], "no_proof"),
        ({**SIGNED["proof"][0], "cryptosuite": "eddsa-jcs-2022"}, "no_proof"),
        ({**SIGNED["proof"][0], "proofPurpose": "authentication"}, "wrong_purpose"),
        ({**SIGNED["proof"][0], "verificationMethod": 3}, "no_proof"),
    ],
)
def test_the_proof_when_there_is_not_just_one_then_refused(proof: Any, code: str) -> None:
    with pytest.raises(Refused) as refused:
        proofs.the_proof({**SIGNED, "proof": proof})
    assert refused.value.code == code


def test_the_proof_when_another_kind_stands_beside_it_then_ours_is_taken() -> None:
    assert proven({**SIGNED, "proof": [{"type": "Other"}, *SIGNED["proof"]]})
