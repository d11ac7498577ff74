"""Page cursors: what was written is read, and nothing else is."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.kit.cursors import MAX_LENGTH, InvalidCursor, decode, encode

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
integers = st.integers(min_value=-(2**63), max_value=2**63 - 1)
keys = st.lists(texts | integers, max_size=5).map(tuple)


@given(keys)
def test_encode_for_any_key_is_decoded_to_the_same_key(key: tuple[str | int, ...]) -> None:
    assert decode(encode(key)) == key


@given(keys)
def test_encode_for_any_key_needs_no_quoting_in_an_address(key: tuple[str | int, ...]) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]+", encode(key))


@given(st.text(max_size=60))
def test_decode_for_any_text_gives_a_key_of_ours_or_invalid_cursor(text: str) -> None:
    try:
        key = decode(text)
    except InvalidCursor:
        return
    assert encode(key) == text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"7",
        b'"a"',
        b'{"a":1}',
        b"[1.5]",
        b"[null]",
        b"[true]",
        b"[[1]]",
        b"[1",
        b"[1] ",
        b"[ 1]",
        b"[1]\n[2]",
        b"[9223372036854775808]",
        b"[" + b"9" * 400 + b"]",
        b'["\xff"]',
        b'["\\u0061"]',
        b'["\\ud800"]',
    ],
)
def test_decode_for_another_body_raises_invalid_cursor(body: bytes) -> None:
    with pytest.raises(InvalidCursor):
        decode(urlsafe_b64encode(body).rstrip(b"=").decode())


@pytest.mark.parametrize("text", ["é", "%", "a", "W10=", "W10 ", "W1 0", "W1-_", "W10" * 2_000])
def test_decode_for_a_text_that_is_no_cursor_raises_invalid_cursor(text: str) -> None:
    with pytest.raises(InvalidCursor):
        decode(text)


@pytest.mark.parametrize("part", [True, None, 1.5, b"a", 2**63, -(2**63) - 1])
def test_encode_for_a_part_that_no_cursor_holds_is_refused(part: object) -> None:
    with pytest.raises(ValueError, match=r"cursor holds|64 bits"):
        encode((part,))  # type: ignore[arg-type]


def test_encode_when_the_key_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match=str(MAX_LENGTH)):
        encode(("a" * MAX_LENGTH,))
