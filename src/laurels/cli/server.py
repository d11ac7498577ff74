"""The HTTP server: uvicorn on sockets of ours, with what it leaves open about time and size.

uvicorn waits for ever for a request's head, and keeps whatever comes of it. Here a connection ends
where the head is not whole within `HEAD_SECONDS` or grows beyond `MOST_HEAD_BYTES`; bodies are
looked after by who reads them.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.supervisors import Multiprocess

from laurels.cli.faults import Refusal

GRACE_SECONDS = 20
HEAD_SECONDS = 20.0
MOST_HEAD_BYTES = 65_536
_IDLE_SECONDS = 75  # longer than the proxy in front keeps a connection
_MOST_CONNECTIONS = 500
_BACKLOG = 1_024
_PARENT_SECONDS = 1  # how often a process looks whether the one that started it still lives
_PIECE_BYTES = 65_536  # a delivery has 10 to 30 kB: one piece


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

    def connection_made(self, transport: Any) -> None:
        """Wait for the first head."""
        super().connection_made(cast(Any, _Joining(transport, self.loop)))
        # asyncio does so for sockets that it made itself: an answer is two writes, and the second
        # would wait for the other side's word on the first.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport.max_size = _PIECE_BYTES
        self._wait_for_head()

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
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._forget_head()
        super().connection_lost(exc)

    def _wait_for_head(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._end)

    def _forget_head(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer, self._head_bytes = None, 0

    def _end(self) -> None:
        self.transport.close()


class Server(uvicorn.Server):
    """uvicorn's server, whose process outlives it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Yield with signals as they are; uvicorn would send itself the signal again at its end."""
        yield


def config(application: Any, **more: Any) -> uvicorn.Config:
    """Return how we serve an ASGI application."""
    return uvicorn.Config(
        application,
        loop="asyncio",
        http=Connection,
        ws="none",
        proxy_headers=False,  # whom to believe is ours to know: see LAURELS_TRUSTED_PROXY
        server_header=False,
        access_log=False,
        log_config=None,
        log_level="error",
        backlog=_BACKLOG,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        **more,
    )


def serve_processes(
    application: str, sockets: list[socket.socket], processes: int, ready: Callable[[], None]
) -> None:
    """Serve `module:name` with so many processes until told to end; `ready` is told at once.

    Whoever connects before a process is ready waits for it. Killed, this process takes the others
    along: left alone they would go on answering with what they were started with.
    """
    ready()
    shared = config(
        application,
        lifespan="off",
        workers=processes,
        callback_notify=partial(_end_without, os.getpid()),
        timeout_notify=_PARENT_SECONDS,
    )
    Multiprocess(shared, sockets).run()


async def _end_without(parent: int) -> None:
    """End this process in order where the one that started it is gone."""
    if os.getppid() != parent:
        signal.raise_signal(signal.SIGTERM)


def listen(host: str, port: int) -> list[socket.socket]:
    """Return sockets that listen at each address of `host`; raises Refusal where one cannot."""
    sockets: list[socket.socket] = []
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, _, _, _, address in dict.fromkeys(found):
            place = (address[0], port or (sockets[0].getsockname()[1] if sockets else 0))
            sockets.append(socket.create_server(place, family=family, backlog=_BACKLOG))
    except (OSError, UnicodeError) as error:
        for one in sockets:
            one.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise Refusal(
            f"Cannot listen on {host} port {port}: {reason}. Choose others with --host and --port,"
            " or LAURELS_HOST and LAURELS_PORT."
        ) from None
    return sockets


def address_of(listening: socket.socket) -> str:
    """Return the address that a browser takes for a socket."""
    host, port = listening.getsockname()[:2]
    if host in ("0.0.0.0", "::"):
        host = "localhost"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
