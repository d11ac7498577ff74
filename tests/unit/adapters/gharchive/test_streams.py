"""Unpacking: every container, in parts, cut short, damaged, and ahead in a thread."""

from __future__ import annotations

import gzip
import hashlib
import io
import random
import threading
from collections.abc import Iterator

import pytest
import zstandard

from laurels.adapters.gharchive.streams import BLOCK_BYTES, Cut, ahead, blocks, container_of

# Hard to pack, so that it takes many reads; and longer than a block.
DATA = random.Random(3).randbytes(900_000) * 2
PACKED = {
    "plain": DATA,
    "gzip": gzip.compress(DATA, 1),
    "zstd": zstandard.compress(DATA),
}


def unpack(data: bytes, container: str) -> tuple[bytes, Cut | None]:
    unpacked = b""
    try:
        for block in blocks(io.BytesIO(data), container, len):  # type: ignore[arg-type]
            assert 0 < len(block) <= BLOCK_BYTES
            unpacked += block
    except Cut as cut:
        return unpacked, cut
    return unpacked, None


@pytest.mark.parametrize("container", PACKED)
def test_blocks_when_unpacked_then_all_is_there_and_hashed(container: str) -> None:
    packed = PACKED[container]
    digest = hashlib.sha256()
    file = io.BytesIO(packed)
    assert container_of(packed[:4]) == container
    unpacked = b"".join(blocks(file, container, digest.update))  # type: ignore[arg-type]
    assert unpacked == DATA
    assert digest.digest() == hashlib.sha256(packed).digest()


@pytest.mark.parametrize("container", ["gzip", "zstd"])
def test_blocks_when_packed_in_several_parts_then_all_are_read(container: str) -> None:
    assert unpack(PACKED[container] * 2, container) == (DATA * 2, None)


def test_blocks_when_gzip_is_padded_with_zeros_then_they_are_nothing() -> None:
    assert unpack(PACKED["gzip"] + b"\0" * 100, "gzip") == (DATA, None)


@pytest.mark.parametrize("container", ["gzip", "zstd"])
@pytest.mark.parametrize("part", [0.3, 0.9])
def test_blocks_when_cut_then_all_before_the_cut_is_given(container: str, part: float) -> None:
    packed = PACKED[container]
    unpacked, cut = unpack(packed[: int(len(packed) * part)], container)
    assert DATA.startswith(unpacked)
    # zstd gives whole inner blocks only, of 128 KiB; the second half of DATA packs to nothing.
    assert len(unpacked) > len(DATA) // 2 * part - 2 * 131_072
    assert str(cut) == f"truncated {container}"


def test_blocks_when_gzip_lacks_only_its_end_then_everything_is_given() -> None:
    unpacked, cut = unpack(PACKED["gzip"][:-4], "gzip")
    assert unpacked == DATA
    assert str(cut) == "truncated gzip"


@pytest.mark.parametrize("container", ["gzip", "zstd"])
@pytest.mark.parametrize("tail", [b"junk after the end, no zeros"])
def test_blocks_when_something_else_follows_then_it_is_damage(container: str, tail: bytes) -> None:
    unpacked, cut = unpack(PACKED[container] + tail, container)
    assert unpacked == DATA
    assert f"damaged {container}" in str(cut)


@pytest.mark.parametrize("container", ["gzip", "zstd"])
def test_blocks_when_bytes_are_flipped_then_it_is_damage(container: str) -> None:
    packed = bytearray(PACKED[container])
    packed[5:60] = b"\xff" * 55
    _, cut = unpack(bytes(packed), container)
    assert cut is not None


def test_ahead_when_used_then_blocks_come_in_order() -> None:
    given = [bytes([number]) for number in range(50)]
    assert list(ahead(iter(given))) == given


def test_ahead_when_unpacking_fails_then_the_error_comes_in_its_place() -> None:
    def fail() -> Iterator[bytes]:
        yield b"a"
        raise Cut("here")

    unpacked = ahead(fail())
    assert next(unpacked) == b"a"
    with pytest.raises(Cut, match="here"):
        next(unpacked)


def test_ahead_when_closed_early_then_its_thread_has_ended() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"a"

    unpacked = ahead(endless())
    next(unpacked)
    unpacked.close()
    assert "unpack-ahead" not in {thread.name for thread in threading.enumerate()}
