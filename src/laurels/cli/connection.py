"""One HTTP connection: uvicorn's, with what that leaves open about time, size and number.

uvicorn waits for ever for a request's head, and keeps whatever comes of it. Here a connection ends
where the head is not whole within `HEAD_SECONDS` or grows beyond `MOST_HEAD_BYTES`; bodies are
looked after by who reads them. Of more than `MOST_CONNECTIONS` the one that has been idle longest
is closed: whoever keeps lines open and asks nothing keeps nobody else out. When the server ends,
who has just connected still has `LAST_SECONDS` to ask, and is answered.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 20.0
MOST_HEAD_BYTES = 65_536
MOST_CONNECTIONS = 600
"""Well below 1,024, the files that a process may usually hold: pages and databases need some."""
LAST_SECONDS = 0.5
_PIECE_BYTES = 65_536  # a delivery has 10 to 30 kB: one piece
_LONGEST_NAME = 200


class _Joining:
    """A transport that sends in one go what is written in one turn of the loop.

    uvicorn writes the head of an answer and its body apart: two calls of the system, two packets.
    """

    def __init__(self, transport: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held: list[bytes] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send it at the end of this turn."""
        if not self._held:
            self._loop.call_soon(self._send)
        self._held.append(data)

    def close(self) -> None:
        """Send what is held, and end."""
        self._send()
        self._transport.close()

    def _send(self) -> None:
        if self._held:
            held, self._held = self._held, []
            self._transport.write(b"".join(held))


class Connection(HttpToolsProtocol):
    """One connection, which has to send its request heads in time."""

    _head_timer: asyncio.TimerHandle | None = None
    _head_bytes = 0
    _is_last = False
    _since = 0.0  # when it was opened, or its last head came to an end, or its last answer

    def connection_made(self, transport: Any) -> None:
        """Wait for the first head."""
        super().connection_made(cast(Any, _Joining(transport, self.loop)))
        # asyncio does so for sockets that it made itself: an answer is two writes, and the second
        # would wait for the other side's word on the first.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport.max_size = _PIECE_BYTES
        self._since = self.loop.time()
        self._wait_for_head()
        if len(self.connections) > MOST_CONNECTIONS:
            self._make_room()

    def data_received(self, data: bytes) -> None:
        """Take what came; a head that is begun has to end."""
        super().data_received(data)
        if self._head_timer is not None:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES:
                self._end()

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        if self._head_timer is None:
            self._wait_for_head()

    def on_headers_complete(self) -> None:
        """Begin to answer."""
        self._forget_head()
        self._since = self.loop.time()
        super().on_headers_complete()
        if self._is_last:
            self.cycle.keep_alive = False

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self._since = self.loop.time()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._forget_head()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """End with the answer to what is asked now, or to what is on its way."""
        self._is_last = True
        if self._is_idle:
            self.loop.call_later(LAST_SECONDS, self._end_idle)
        else:
            self.cycle.keep_alive = False

    @property
    def asked(self) -> str | None:
        """What it waits for an answer to and for how long, in words; None where for nothing."""
        if self._is_idle:
            return None
        # Neither the query, which may be secret, nor anything that is not plain text.
        path = self.cycle.scope["raw_path"][:_LONGEST_NAME].decode("latin-1")
        return f"{self.cycle.scope['method']} {path} ({self.loop.time() - self._since:.0f} s)"

    @property
    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _make_room(self) -> None:
        others = cast("set[Connection]", self.connections) - {self}
        idle = [one for one in others if one._is_idle and not one.transport.is_closing()]
        if idle:
            min(idle, key=lambda one: one._since)._end()

    def _wait_for_head(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._end)

    def _forget_head(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer, self._head_bytes = None, 0

    def _end_idle(self) -> None:
        if self._is_idle:
            self._end()

    def _end(self) -> None:
        self.transport.close()
