"""Bytes out of plain, gzip and zstd files, in blocks, hashed on the way.

Memory does not depend on the size of a file nor on how well it is packed: a block is at most
`BLOCK_BYTES` (and zstd unpacks one kilobyte at a time). Everything readable before a cut or
damage is given before `Cut` is raised.
"""

from __future__ import annotations

import io
import queue
import threading
from collections.abc import Callable, Generator, Iterator
from typing import Any, BinaryIO, Final, Literal, TypeAlias

import zstandard
from isal import igzip, isal_zlib

Container: TypeAlias = Literal["plain", "gzip", "zstd"]

# A block is written, cut and decoded while it is still in the processor's own cache.
BLOCK_BYTES: Final = 1 << 18
_BLOCKS_AHEAD: Final = 4
_READ_BYTES: Final = 1 << 16
_ZSTD_READ_BYTES: Final = 1 << 10
_GZIP_WBITS: Final = 31
# Typed loosely: the library's own types leave out its error and half of its signatures.
_IGZIP: Final[Any] = igzip
_MAGIC: Final[tuple[tuple[bytes, Container], ...]] = (
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)


class Cut(Exception):
    """The packed bytes end too early or are damaged; what came before was given."""


def container_of(head: bytes) -> Container:
    """Tell the container by its first bytes, whatever the file is called."""
    for magic, container in _MAGIC:
        if head.startswith(magic):
            return container
    return "plain"


def blocks(
    file: BinaryIO, container: Container, seen: Callable[[bytes], object]
) -> Iterator[bytes]:
    """Unpack a file block by block; `seen` is given every raw byte read, for hashing."""

    def read(size: int) -> bytes:
        data = file.read(size)
        seen(data)
        return data

    if container == "gzip":
        return _gunzip(file, seen)
    if container == "zstd":
        return _unzstd(read)
    return iter(lambda: read(BLOCK_BYTES), b"")


def ahead(unpacked: Iterator[bytes]) -> Generator[bytes, None, None]:
    """Unpack a few blocks ahead in a thread, which unpacking leaves to the others.

    Errors come out in their place. Closing the generator ends the thread before it returns, so
    the file may be closed after it.
    """
    ready: queue.Queue[bytes | BaseException | None] = queue.Queue(maxsize=_BLOCKS_AHEAD)
    is_closing = threading.Event()

    def work() -> None:
        try:
            for block in unpacked:
                ready.put(block)
                if is_closing.is_set():
                    break
            ready.put(None)
        except BaseException as error:
            ready.put(error)

    worker = threading.Thread(target=work, name="unpack-ahead", daemon=True)
    worker.start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        is_closing.set()
        while worker.is_alive():
            try:
                ready.get_nowait()
            except queue.Empty:
                worker.join(0.001)


class _Tap(io.RawIOBase):
    """A file that shows every byte read from it."""

    def __init__(self, file: BinaryIO, seen: Callable[[bytes], object]) -> None:
        self._file = file
        self._seen = seen

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(len(buffer))
        self._seen(data)
        buffer[: len(data)] = data
        return len(data)


def _gunzip(file: BinaryIO, seen: Callable[[bytes], object]) -> Iterator[bytes]:
    """Unpack with the reader that leaves the interpreter to other threads.

    It throws away what it unpacked just before an error, so a cut or damaged file is unpacked
    once more, carefully, for the part that was not given yet.
    """
    given = 0
    try:
        reader = _IGZIP.IGzipFile(fileobj=_Tap(file, seen), mode="rb")
        while block := reader.read1(BLOCK_BYTES):
            given += len(block)
            yield block
    except (EOFError, OSError, _IGZIP.isal_zlib.error):
        file.seek(0)
        for block in _gunzip_carefully(file):
            if given < len(block):
                yield block[given:]
            given = max(0, given - len(block))


def _gunzip_carefully(file: BinaryIO) -> Iterator[bytes]:
    inflater = isal_zlib.decompressobj(wbits=_GZIP_WBITS)
    is_between = False
    while data := file.read(_READ_BYTES):
        while data:
            if is_between:
                # Tape archivers pad the last member with zeros.
                data = data.lstrip(b"\0")
                if not data:
                    break
                inflater = isal_zlib.decompressobj(wbits=_GZIP_WBITS)
            try:
                block = inflater.decompress(data, BLOCK_BYTES)
            except Exception as error:
                # One library, three unrelated kinds of exception for bad bytes.
                raise Cut(f"damaged gzip: {error}") from error
            if block:
                yield block
            is_between = inflater.eof
            data = inflater.unused_data if is_between else inflater.unconsumed_tail
    if not is_between:
        raise Cut("truncated gzip")


def _unzstd(read: Callable[[int], bytes]) -> Iterator[bytes]:
    unpacker = zstandard.ZstdDecompressor().decompressobj()
    is_between = False
    while data := read(_ZSTD_READ_BYTES):
        while data:
            if is_between:
                unpacker = zstandard.ZstdDecompressor().decompressobj()
            try:
                block = unpacker.decompress(data)
            except zstandard.ZstdError as error:
                raise Cut(f"damaged zstd: {error}") from error
            for start in range(0, len(block), BLOCK_BYTES):
                yield block[start : start + BLOCK_BYTES]
            is_between = unpacker.eof
            data = unpacker.unused_data if is_between else b""
    if not is_between:
        raise Cut("truncated zstd")
