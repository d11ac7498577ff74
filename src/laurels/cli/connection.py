"""One HTTP connection: uvicorn's, with what that leaves open about time, size and number.

uvicorn waits for ever for a request's head, and keeps whatever comes of it. Here a connection ends
where the head is not whole within `HEAD_SECONDS` or grows beyond `MOST_HEAD_BYTES`; bodies are
looked after by who reads them. Of more than `MOST_CONNECTIONS` the one that has been idle longest
is closed: whoever keeps lines open and asks nothing keeps nobody else out. When the server ends,
who has just connected still has `LAST_SECONDS` to ask, and is answered. What the application takes
below ASGI (`laurels.cli.quick`) is answered without a task's whole round of messages.
"""

from __future__ import annotations

import asyncio
import socket
from functools import partial
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from laurels.cli.quick import Answer, Front, Quick, written

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

    def write_now(self, data: bytes) -> None:
        """Send it, after what is held."""
        self._send()
        self._transport.write(data)

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
    _front: Front | None = None
    _quick: Quick | None = None  # whose body is still coming
    _since = 0.0  # when it was opened, or its last head came to an end, or its last answer

    def connection_made(self, transport: Any) -> None:
        """Wait for the first head."""
        super().connection_made(cast(Any, _Joining(transport, self.loop)))
        # asyncio does so for sockets that it made itself: an answer is two writes, and the second
        # would wait for the other side's word on the first.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport.max_size = _PIECE_BYTES
        self._since = self.loop.time()
        self._front = getattr(self.app, "knock", None)
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
        elif self._quick is not None and self._quick.timer is None:
            seconds = self._quick.knock.seconds
            self._quick.timer = self.loop.call_later(seconds, self._late, self._quick)

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        if self._head_timer is None:
            self._wait_for_head()

    def on_headers_complete(self) -> None:
        """Begin to answer."""
        self._forget_head()
        self._since = self.loop.time()
        if not self._is_taken():
            super().on_headers_complete()
        if self._is_last:
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        """Hand a piece of the body on."""
        if self._quick is not None:
            self._quick.knock.add(body)
        elif not isinstance(self.cycle, Quick):  # else it was answered before it was whole
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Have the request answered, the body of which is whole."""
        quick, self._quick = self._quick, None
        if quick is None:
            if not isinstance(self.cycle, Quick):
                super().on_message_complete()
            return
        if quick.timer is not None:
            quick.timer.cancel()
        task = self.loop.create_task(quick.knock.answer())
        self.tasks.add(task)  # type: ignore[arg-type]
        task.add_done_callback(partial(self._answered, quick))

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self._since = self.loop.time()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._forget_head()
        if self._quick is not None:
            if self._quick.timer is not None:
                self._quick.timer.cancel()
            self._quick.knock.leave()
            self._quick = None
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

    def _is_taken(self) -> bool:
        """Have the application take the request below ASGI, where it wants to and that is simple.

        Not behind a request that waits for its answer, nor for one who reads no answers: uvicorn
        keeps the order and the measure of those.
        """
        if self._front is None or not self._is_idle or self.flow.write_paused:
            return False
        if self.parser.get_method() != b"POST" or self.parser.get_http_version() != "1.1":
            return False
        if self.parser.should_upgrade():
            return False
        knock = self._front(self.url, self.headers)
        if knock is None:
            return False
        self.scope["method"], self.scope["raw_path"] = "POST", self.url
        self._quick = Quick(knock, cast(Any, self.scope), self.parser.should_keep_alive())
        self.cycle = cast(Any, self._quick)
        return True

    def _answered(self, quick: Quick, task: asyncio.Task[Answer]) -> None:
        self.tasks.discard(task)  # type: ignore[arg-type]
        if not task.cancelled() and (error := task.exception()) is None:
            self._say(quick, task.result())
            return
        if not task.cancelled():
            self.logger.error("a request could not be answered", exc_info=error)
        self.transport.abort()

    def _late(self, quick: Quick) -> None:
        self._quick = None
        quick.keep_alive = False  # what is left of the body is not waited for
        self._say(quick, quick.knock.late())

    def _say(self, quick: Quick, answer: Answer) -> None:
        quick.response_complete = True
        if self.transport.is_closing():
            return
        is_last = not quick.keep_alive
        default = self.server_state.default_headers
        cast(_Joining, self.transport).write_now(written(answer, default, is_last=is_last))
        if is_last:
            self._end()
        self.on_response_complete()

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
