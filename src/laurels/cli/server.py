"""The HTTP server: uvicorn on sockets of ours, and an end that comes in time.

Guarantee: told to end, it takes no more connections, answers who waits, and has ended when the
grace is over. Whatever has no answer then is named in `Server.unanswered` and left.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import uvicorn

from laurels.cli import connection
from laurels.cli.connection import Connection
from laurels.cli.faults import Refusal
from laurels.cli.output import note
from laurels.cli.signals import handled
from laurels.cli.words import count

GRACE_SECONDS = 20.0
_IDLE_SECONDS = 75  # longer than the proxy in front keeps a connection
_BACKLOG = 1_024
_LOOK_SECONDS = 0.1
_MOST_NAMED = 10


class Server(uvicorn.Server):
    """uvicorn's server, whose process outlives it.

    `ready` is called when it takes connections, `ending` when it takes no more.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        *,
        grace: float = GRACE_SECONDS,
        ready: Callable[[], None] = lambda: None,
        ending: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(config)
        self.unanswered: list[str] = []
        self._grace = grace
        self._ready = ready
        self._ending = ending

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Yield with signals as they are; uvicorn would send itself the signal again at its end."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Take connections from now on."""
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more; answer who waits, as long as the grace lasts."""
        self._ending()
        watch = asyncio.create_task(self._watch())
        try:
            await super().shutdown(sockets)
        finally:
            watch.cancel()

    async def _watch(self) -> None:
        """Give up what has no answer when the grace is over, or a second SIGINT came."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._grace
        while loop.time() < until and not self.force_exit:
            await asyncio.sleep(_LOOK_SECONDS)
        left = cast("set[Connection]", self.server_state.connections)
        self.unanswered = sorted(asked for one in left if (asked := one.asked))
        for one in list(left):
            one.transport.abort()
        for task in self.server_state.tasks:
            task.cancel()
        self.force_exit = True


def run(server: Server, sockets: list[socket.socket]) -> bool:
    """Serve until SIGTERM or SIGINT, then answer who waits; a second SIGINT ends it at once.

    Says what got no answer; returns whether everything did.
    """
    with asyncio.Runner() as runner, handled(server.handle_exit, signal.SIGINT, signal.SIGTERM):
        runner.run(server.serve(sockets))
    if named := server.unanswered[:_MOST_NAMED]:
        more = len(server.unanswered) - len(named)
        left = ", ".join(named) + (f" and {more} more" if more else "")
        note(f"Ended without an answer to {count(len(server.unanswered), 'request')}: {left}.")
    return not named


def config(application: Any, **more: Any) -> uvicorn.Config:
    """Return how we serve an ASGI application."""
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    return uvicorn.Config(
        application,
        loop="asyncio",
        http=Connection,
        ws="none",
        lifespan="off",
        proxy_headers=False,  # whom to believe is ours to know: see LAURELS_TRUSTED_PROXY
        server_header=False,
        access_log=False,
        log_config=None,
        log_level="error",
        backlog=_BACKLOG,
        limit_concurrency=connection.MOST_CONNECTIONS + 1,  # only where none of them is idle
        timeout_keep_alive=_IDLE_SECONDS,
        **more,
    )


def _is_news(record: logging.LogRecord) -> bool:
    """Drop the traceback of each request that is given up at the end: they are named together."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


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
