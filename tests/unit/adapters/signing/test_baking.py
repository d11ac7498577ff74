"""Pictures that carry credentials: written simply, read with bounds."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.adapters.signing import baking
from laurels.domain.credentials.screening import MOST_BYTES, Refused

HEAD = baking._chunk(b"IHDR", bytes(13))
END = baking._chunk(b"IEND", b"")
PLAIN = baking.SIGNATURE + HEAD + baking._chunk(b"IDAT", b"x") + END


def holding(*bodies: bytes) -> bytes:
    return baking.SIGNATURE + HEAD + b"".join(baking._chunk(b"iTXt", b) for b in bodies) + END


def packed(text: bytes) -> bytes:
    return baking.KEYWORD + b"\0\1\0en\0Abzeichen\0" + zlib.compress(text)


@given(st.binary(max_size=300))
def test_unbake_when_baked_then_the_same_bytes(credential: bytes) -> None:
    assert baking.unbake(baking.bake(PLAIN, credential)) == credential


def test_bake_when_there_was_one_then_it_is_replaced_and_the_rest_kept() -> None:
    comment = baking._chunk(b"iTXt", b"Comment\0\0\0\0\0hello")
    picture = baking.SIGNATURE + HEAD + comment + baking._chunk(b"IDAT", b"x") + END
    again = baking.bake(baking.bake(picture, b"one"), b"two")
    assert baking.unbake(again) == b"two"
    assert comment in again
    assert len(again) == len(baking.bake(picture, b"two"))


def test_unbake_when_packed_and_in_another_language_then_read() -> None:
    assert baking.unbake(holding(packed(b"{}"))) == b"{}"


@pytest.mark.parametrize(
    ("picture", "why"),
    [
        (b"GIF89a", "no PNG"),
        (PLAIN, "carries no credential"),
        (holding(b"Comment\0\0\0\0\0x"), "carries no credential"),
        (holding(packed(b"a"), packed(b"b")), "more than one"),
        (PLAIN[:-6], "cut off"),
        (baking.SIGNATURE, "cut off"),
        (baking.SIGNATURE + b"\xff\xff\xff\xffiTXt", "cut off"),
        (PLAIN[:-1] + b"\0", "damaged"),
        (holding(baking.KEYWORD), "broken"),
        (holding(baking.KEYWORD + b"\0\0\0en"), "broken"),
        (holding(baking.KEYWORD + b"\0\2\0\0\0x"), "broken"),
        (holding(baking.KEYWORD + b"\0\1\7\0\0x"), "broken"),
        (holding(baking.KEYWORD + b"\0\1\0\0\0plain"), "cannot be unpacked"),
        (holding(packed(b"a" * 900)[:-8]), "cut off"),
        (holding(packed(bytes(MOST_BYTES + 1))), "unpacks to more"),
        (holding(baking.KEYWORD + b"\0\0\0\0\0" + bytes(MOST_BYTES + 1)), "more than"),
        (baking.SIGNATURE + bytes(baking.MOST_PICTURE_BYTES), "more than"),
        (baking.SIGNATURE + HEAD * (baking.MOST_CHUNKS + 1), "parts"),
    ],
)
def test_unbake_when_it_cannot_be_read_then_refused(picture: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        baking.unbake(picture)


def test_bake_when_the_credential_is_too_large_then_refused() -> None:
    with pytest.raises(Refused, match="more than"):
        baking.bake(PLAIN, bytes(MOST_BYTES + 1))


def test_unbake_when_a_bomb_is_in_it_then_only_a_megabyte_is_unpacked() -> None:
    bomb = holding(packed(bytes(200_000_000)))
    assert len(bomb) < MOST_BYTES
    with pytest.raises(Refused) as refused:
        baking.unbake(bomb)
    assert refused.value.code == "too_large"
