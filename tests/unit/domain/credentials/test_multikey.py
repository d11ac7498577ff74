"""Keys and their holders as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.domain.credentials import multikey
from laurels.domain.credentials.multikey import NotAKey, PublicKey
from laurels.kit import base58

PUBLISHED = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
KEY = bytes(range(32))


@given(st.binary(min_size=32, max_size=32))
def test_key_of_multikey_when_written_then_the_same_key(key: bytes) -> None:
    text = multikey.multikey(key)
    assert text.startswith("z6Mk")
    assert multikey.key_of_multikey(text) == key
    assert multikey.key_of_did_key(f"did:key:{text}#{text}") == key


def test_key_of_multikey_when_published_then_written_back_the_same() -> None:
    assert multikey.multikey(multikey.key_of_multikey(PUBLISHED)) == PUBLISHED


@pytest.mark.parametrize(
    "text",
    [
        "",
        "z",
        "6Mk",
        PUBLISHED[1:],
        PUBLISHED[:-1],
        PUBLISHED + "1",
        "z0OIl",
        "z" + base58.encode(b"\xec\x01" + KEY),
        "z" + base58.encode(b"\xed\x01" + KEY[:31]),
        "z" * 5_000,
    ],
)
def test_key_of_multikey_when_no_such_key_then_refused(text: str) -> None:
    with pytest.raises(NotAKey):
        multikey.key_of_multikey(text)


def test_multikey_when_of_another_length_then_refused() -> None:
    with pytest.raises(NotAKey, match="31"):
        multikey.multikey(KEY[:31])


@pytest.mark.parametrize("did", [PUBLISHED, "did:web:x", f"did:key:{PUBLISHED}#other"])
def test_key_of_did_key_when_no_such_identifier_then_refused(did: str) -> None:
    with pytest.raises(NotAKey, match="no did:key"):
        multikey.key_of_did_key(did)


@pytest.mark.parametrize(
    ("base", "did", "address"),
    [
        ("https://a.example", "did:web:a.example", "https://a.example/.well-known/did.json"),
        ("https://a.example/", "did:web:a.example", "https://a.example/.well-known/did.json"),
        (
            "https://a.example:8443/x/y",
            "did:web:a.example%3A8443:x:y",
            "https://a.example:8443/x/y/did.json",
        ),
    ],
)
def test_did_web_when_an_address_then_there_and_back(base: str, did: str, address: str) -> None:
    assert multikey.did_web(base) == did
    assert multikey.did_web_address(did) == address


@pytest.mark.parametrize(
    "base",
    ["http://a.example", "a.example", "https://", "https://[::1]", "https://a/?x", "https://u@a"],
)
def test_did_web_when_it_cannot_be_one_then_none(base: str) -> None:
    assert multikey.did_web(base) is None


@pytest.mark.parametrize(
    "did", ["did:key:x", "did:web:", "did:web:a/b", "did:web:a#k", "did:web:u@a"]
)
def test_did_web_address_when_no_such_identifier_then_refused(did: str) -> None:
    with pytest.raises(NotAKey, match="no did:web"):
        multikey.did_web_address(did)


def test_did_document_when_several_keys_then_all_may_assert_and_are_read_back() -> None:
    keys = [PublicKey("2", KEY[::-1]), PublicKey("1", KEY)]
    document = multikey.did_document("did:web:a.example", keys)
    assert document["assertionMethod"] == ["did:web:a.example#key-1", "did:web:a.example#key-2"]
    assert multikey.keys_of_document(document) == {
        "did:web:a.example#key-1": KEY,
        "did:web:a.example#key-2": KEY[::-1],
    }


def test_keys_of_document_when_a_key_is_written_in_place_or_relative_then_read() -> None:
    text = multikey.multikey(KEY)
    key = {"id": "#a", "type": "Multikey", "controller": "did:web:x", "publicKeyMultibase": text}
    document = {"id": "did:web:x", "assertionMethod": [key]}
    assert multikey.keys_of_document(document) == {"did:web:x#a": KEY}


@pytest.mark.parametrize(
    "changed",
    [
        {"id": None},
        {"assertionMethod": "all"},
        {"assertionMethod": ["did:web:x#b"]},
        {"verificationMethod": "none"},
        {"verificationMethod": ["did:web:x#a"]},
    ],
)
def test_keys_of_document_when_broken_then_no_keys(changed: dict[str, object]) -> None:
    document = multikey.did_document("did:web:x", [PublicKey("a", KEY)]) | changed
    assert multikey.keys_of_document(document) == {}


@pytest.mark.parametrize(
    "changed",
    [
        {"controller": "did:web:y"},
        {"revoked": "2025-01-01T00:00:00Z"},
        {"publicKeyMultibase": "zzz"},
        {"publicKeyMultibase": 3},
        {"id": 3},
    ],
)
def test_keys_of_document_when_a_key_is_not_to_be_trusted_then_left_out(
    changed: dict[str, object],
) -> None:
    document = multikey.did_document("did:web:x", [PublicKey("a", KEY), PublicKey("b", KEY)])
    document["verificationMethod"][0] |= changed
    assert multikey.keys_of_document(document) == {"did:web:x#key-b": KEY}
