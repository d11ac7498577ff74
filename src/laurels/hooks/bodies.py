"""Reading a request's body: never more than the cap, few large ones at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from laurels.hooks.answers import Environ

MOST_BYTES = 25 * 1024 * 1024
LARGE_BYTES = 1_000_000
MOST_LARGE = 4
_PIECE = 65_536


class TooLarge(Exception):
    """The body is, or says it is, beyond the cap."""


class Busy(Exception):
    """As many large bodies are held as memory allows."""


class CutShort(Exception):
    """Fewer bytes came than were promised, or the promise is no number."""


class Bodies:
    """Reads bodies; those beyond `LARGE_BYTES` hold one of `MOST_LARGE` places until answered."""

    def __init__(self) -> None:
        self._places = threading.BoundedSemaphore(MOST_LARGE)

    @contextmanager
    def read(self, environ: Environ) -> Iterator[bytes]:
        """Yield the whole body; raises TooLarge, Busy or CutShort.

        The length that was promised is believed only to refuse; what comes is counted.
        """
        length = _promised(environ)
        if length is not None and length > MOST_BYTES:
            raise TooLarge
        is_held = length is not None and length > LARGE_BYTES
        if is_held:
            self._take()
        try:
            stream, pieces, size = environ["wsgi.input"], [], 0
            while piece := _piece(stream, length, size):
                size += len(piece)
                if size > MOST_BYTES:
                    raise TooLarge
                if size > LARGE_BYTES and not is_held:
                    self._take()
                    is_held = True
                pieces.append(piece)
            if length is not None and size != length:
                raise CutShort
            yield pieces[0] if len(pieces) == 1 else b"".join(pieces)
        finally:
            if is_held:
                self._places.release()

    def _take(self) -> None:
        if not self._places.acquire(blocking=False):
            raise Busy


def _promised(environ: Environ) -> int | None:
    """Return Content-Length; None where the server reads a chunked body to its own end."""
    text = environ.get("CONTENT_LENGTH") or ""
    if text:
        if not (text.isascii() and text.isdigit()) or len(text) > 18:
            raise CutShort
        return int(text)
    return None if environ.get("wsgi.input_terminated") else 0


def _piece(stream: Any, length: int | None, size: int) -> bytes:
    """Return the next piece; without a length never ask for more than one beyond the cap."""
    if length is None:
        piece: bytes = stream.read(_PIECE)
        return piece
    rest = length - size
    # A small body in one read: one piece, no copy.
    return stream.read(min(rest, LARGE_BYTES)) if rest else b""
