"""Bitstring status lists: the standard's order of bits, bounded reading."""

from __future__ import annotations

import base64
import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.domain.credentials import status_list as lists
from laurels.domain.credentials.status_list import NotAStatusList, Place

EMPTY = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"


def written(data: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(data).decode().rstrip("=")


def test_bits_of_when_the_first_place_then_the_highest_bit() -> None:
    bits = lists.bits_of([0, 9])
    assert bits[:2] == b"\x80\x40"
    assert len(bits) == 16_384


@given(st.sets(st.integers(0, lists.PLACES - 1), max_size=30))
def test_decode_bits_when_encoded_then_just_those_places(revoked: set[int]) -> None:
    bits = lists.decode_bits(lists.encode_bits(lists.bits_of(revoked)))
    assert all(lists.is_set(bits, index) for index in revoked)
    assert sum(byte.bit_count() for byte in bits) == len(revoked)


def test_decode_bits_when_the_standards_example_then_an_empty_list() -> None:
    assert lists.decode_bits(EMPTY) == lists.bits_of([])
    assert lists.decode_bits(EMPTY[1:]) == lists.bits_of([])


def test_encode_bits_when_twice_then_equal_texts() -> None:
    assert lists.encode_bits(lists.bits_of([5])) == lists.encode_bits(lists.bits_of([5]))


@pytest.mark.parametrize("places", [8, lists.PLACES - 8, lists.PLACES + 1])
def test_bits_of_when_a_list_is_too_small_then_refused(places: int) -> None:
    with pytest.raises(ValueError, match="at least 131072"):
        lists.bits_of([], places)


@pytest.mark.parametrize("index", [-1, lists.PLACES])
def test_places_when_beyond_the_list_then_refused(index: int) -> None:
    with pytest.raises(ValueError, match="not in a list"):
        lists.bits_of([index])
    with pytest.raises(NotAStatusList, match="no place"):
        lists.is_set(lists.bits_of([]), index)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("u!!!", "not GZIP"),
        ("", "not GZIP|cut off"),
        (written(b"plain"), "not GZIP"),
        (written(gzip.compress(bytes(lists.PLACES // 8), mtime=0))[:30], "not GZIP|cut off"),
        (written(gzip.compress(bytes(100), mtime=0)), "fewer than 131072"),
        (written(gzip.compress(bytes(lists.MOST_UNPACKED_BYTES + 1), mtime=0)), "more than"),
        ("é", "not GZIP"),
    ],
)
def test_decode_bits_when_it_is_no_list_then_refused(text: str, why: str) -> None:
    with pytest.raises(NotAStatusList, match=why):
        lists.decode_bits(text)


def test_status_entry_when_made_then_points_into_the_list() -> None:
    assert lists.status_entry(Place("https://a.example/status-lists/1", 7)) == {
        "id": "https://a.example/status-lists/1#7",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": "https://a.example/status-lists/1",
    }


def test_status_list_document_when_made_then_tells_the_bits() -> None:
    bits = lists.bits_of([3])
    made = lists.status_list_document(list_id="urn:x:1", issuer="did:web:a", at=0, bits=bits)
    assert made["validFrom"] == "1970-01-01T00:00:00Z"
    assert lists.decode_bits(made["credentialSubject"]["encodedList"]) == bits
