"""Reading a request's body: never more than the cap, few large ones at a time, in bounded time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from laurels.hooks.answers import Receive

MOST_BYTES = 25 * 1024 * 1024
LARGE_BYTES = 1_000_000
MOST_LARGE = 4
MOST_SMALL_BYTES = 64_000_000
"""What all bodies that are not large may hold together, unsigned ones among them."""
READ_SECONDS = 10.0
"""GitHub gives up after ten: nobody waits for the answer to a body that is not here by then."""
_MOST_EMPTY_PIECES = 16

Headers = Mapping[bytes, bytes]


class TooLarge(Exception):
    """The body is, or says it is, beyond the cap."""


class Busy(Exception):
    """As many large bodies are held as memory allows."""


class Crowded(Exception):
    """The small bodies together hold as much as memory allows."""


class CutShort(Exception):
    """Fewer bytes came than were promised, or the promise is no number."""


class TooSlow(Exception):
    """The body was not here in time."""


class Bodies:
    """Reads bodies; those beyond `LARGE_BYTES` hold one of `MOST_LARGE` places until `done`.

    For one event loop. Whoever was given a body calls `done` with it, whatever happens then.
    """

    def __init__(self, read_seconds: float = READ_SECONDS) -> None:
        self._read_seconds = read_seconds
        self._large = 0
        self._small_bytes = 0

    async def read(self, headers: Headers, receive: Receive) -> bytes:
        """Return the whole body; raises TooLarge, Busy, Crowded, CutShort or TooSlow.

        The length that was promised is believed only to refuse; what comes is counted. A body that
        finds no place is read to its end and forgotten: who is sending sees no answer.
        """
        promised = _promised(headers)
        held = _Held(self)
        try:
            if promised is not None:
                held.expect(promised)
            async with asyncio.timeout(self._read_seconds):
                body = await _whole(receive, held)
            if promised is not None and held.size != promised:
                raise CutShort
            if held.fault is not None:
                raise held.fault
        except BaseException as error:
            held.leave()
            if isinstance(error, TimeoutError):
                raise TooSlow from None
            raise
        return body

    def done(self, body: bytes) -> None:
        """Give back what a body held that was read."""
        if len(body) > LARGE_BYTES:
            self._large -= 1
        else:
            self._small_bytes -= len(body)


class _Held:
    """What one body holds of the places; without any once `fault` is set."""

    __slots__ = ("_bodies", "_is_large", "_small", "fault", "size")

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies
        self._is_large = False
        self._small = 0
        self.size = 0
        self.fault: Busy | Crowded | None = None

    def expect(self, size: int) -> None:
        """Take a large body's place before it comes."""
        if size > LARGE_BYTES:
            self._become_large()

    def grow(self, size: int) -> bool:
        """Count a piece that came; tell whether there is place to keep it."""
        self.size += size
        if self.size > MOST_BYTES:
            raise TooLarge
        if self.fault is None and not self._is_large:
            self._small += size
            self._bodies._small_bytes += size
            if self.size > LARGE_BYTES:
                self._become_large()
            elif self._bodies._small_bytes > MOST_SMALL_BYTES:
                self.fault = Crowded()
                self.leave()
        return self.fault is None

    def leave(self) -> None:
        """Give everything back."""
        self._bodies._small_bytes -= self._small
        self._bodies._large -= self._is_large
        self._small, self._is_large = 0, False

    def _become_large(self) -> None:
        self.leave()
        if self._bodies._large < MOST_LARGE:
            self._bodies._large += 1
            self._is_large = True
        else:
            self.fault = Busy()


async def _whole(receive: Receive, held: _Held) -> bytes:
    pieces: list[bytes] = []
    empty = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise CutShort  # the sender is gone
        piece = message.get("body", b"")
        if held.grow(len(piece)):
            pieces.append(piece)
        else:
            pieces.clear()
        if not message.get("more_body"):
            # A small body comes in one piece: no copy.
            return pieces[0] if len(pieces) == 1 else b"".join(pieces)
        # Some servers go on giving nothing where the sender is gone.
        empty = 0 if piece else empty + 1
        if empty > _MOST_EMPTY_PIECES:
            raise CutShort


def _promised(headers: Headers) -> int | None:
    """Return Content-Length; None where there is none (a chunked body, or no body)."""
    text = headers.get(b"content-length")
    if text is None:
        return None
    if not text.isdigit() or len(text) > 18:
        raise CutShort
    size = int(text)
    if size > MOST_BYTES:
        raise TooLarge
    return size
