"""Base 58: known pairs, every value there and back, strangers refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.kit import base58


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"\0", "1"),
        (b"\0\0a", "112g"),
        (b"Hello World!", "2NEpo7TZRRrLZSi2U"),
        (bytes.fromhex("0000287fb4cd"), "11233QC4"),
    ],
)
def test_encode_when_a_published_pair_then_as_published(data: bytes, text: str) -> None:
    assert base58.encode(data) == text
    assert base58.decode(text) == data


@given(st.binary(max_size=80))
def test_decode_when_encoded_then_the_same_bytes(data: bytes) -> None:
    assert base58.decode(base58.encode(data)) == data


@given(st.text(alphabet=base58.ALPHABET, max_size=90))
def test_encode_when_decoded_then_the_same_text(text: str) -> None:
    assert base58.encode(base58.decode(text)) == text


@pytest.mark.parametrize("text", ["0", "O", "I", "l", "z z", "é"])
def test_decode_when_a_strange_character_then_refused(text: str) -> None:
    with pytest.raises(base58.NotBase58, match="no digit"):
        base58.decode(text)


def test_decode_when_far_too_long_then_refused_before_it_is_read() -> None:
    with pytest.raises(base58.NotBase58, match="too many"):
        base58.decode("z" * (base58.MOST_CHARACTERS + 1))
