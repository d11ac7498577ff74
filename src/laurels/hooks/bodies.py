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
        self.read_seconds = read_seconds
        self._large = 0
        self._small_bytes = 0

    async def read(self, headers: Headers, receive: Receive) -> bytes:
        """Return the whole body; raises TooLarge, Busy, Crowded, CutShort or TooSlow.

        The length that was promised is believed only to refuse; what comes is counted. A body that
        finds no place is read to its end and forgotten: who is sending sees no answer.
        """
        incoming = self.begin(headers)
        try:
            async with asyncio.timeout(self.read_seconds):
                await _all(receive, incoming)
            return incoming.whole()
        except BaseException as error:
            incoming.leave()
            if isinstance(error, TimeoutError):
                raise TooSlow from None
            raise

    def begin(self, headers: Headers) -> Incoming:
        """Return what takes a body piece by piece; raises TooLarge or CutShort."""
        return Incoming(self, _promised(headers))

    def done(self, body: bytes) -> None:
        """Give back what a body held that was read."""
        if len(body) > LARGE_BYTES:
            self._large -= 1
        else:
            self._small_bytes -= len(body)


class Incoming:
    """A body that is coming, and what it holds of the places; without any once it found none.

    Whoever has it calls `whole` once everything came, or else `leave`.
    """

    __slots__ = ("_bodies", "_fault", "_is_large", "_pieces", "_promised", "_size", "_small")

    def __init__(self, bodies: Bodies, promised: int | None) -> None:
        self._bodies = bodies
        self._promised = promised
        self._pieces: list[bytes] = []
        self._size = self._small = 0
        self._is_large = False
        self._fault: Busy | Crowded | None = None
        if promised is not None and promised > LARGE_BYTES:  # its place before it comes
            self._become_large()

    def add(self, piece: bytes) -> None:
        """Take a piece that came, and keep it where there is place; raises TooLarge."""
        size = len(piece)
        self._size += size
        if self._size > MOST_BYTES:
            raise TooLarge
        if self._fault is None and not self._is_large:
            self._small += size
            self._bodies._small_bytes += size
            if self._size > LARGE_BYTES:
                self._become_large()
            elif self._bodies._small_bytes > MOST_SMALL_BYTES:
                self._fault = Crowded()
        if self._fault is None:
            self._pieces.append(piece)
        else:
            self.leave()

    def whole(self) -> bytes:
        """Return the body; raises CutShort, Busy or Crowded, and holds nothing then."""
        fault: Exception | None = self._fault
        if self._promised is not None and self._size != self._promised:
            fault = CutShort()
        if fault is not None:
            self.leave()
            raise fault
        # Kept nowhere else: who waits for the next request on a line may keep this for long.
        pieces, self._pieces = self._pieces, []
        # A small body comes in one piece: no copy.
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def leave(self) -> None:
        """Give everything back, and keep nothing."""
        self._pieces.clear()
        self._give_back()

    def _give_back(self) -> None:
        self._bodies._small_bytes -= self._small
        self._bodies._large -= self._is_large
        self._small, self._is_large = 0, False

    def _become_large(self) -> None:
        self._give_back()
        if self._bodies._large < MOST_LARGE:
            self._bodies._large += 1
            self._is_large = True
        else:
            self._fault = Busy()


async def _all(receive: Receive, incoming: Incoming) -> None:
    """Read a body to its end."""
    empty = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise CutShort  # the sender is gone
        piece = message.get("body", b"")
        incoming.add(piece)
        if not message.get("more_body"):
            return
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
