"""Our server on a free port, in a thread of the test, and bare lines to it."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from laurels.cli.server import Server, config, listen
from laurels.hooks.answers import Application

PATIENCE_SECONDS = 30


@contextmanager
def served(application: Application) -> Iterator[int]:
    """Serve an ASGI application; yield the port."""
    sockets = listen("127.0.0.1", 0)
    port = sockets[0].getsockname()[1]
    server = Server(config(application))
    thread = threading.Thread(target=server.run, args=(sockets,), daemon=True)
    thread.start()
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()


@contextmanager
def line_to(port: int) -> Iterator[socket.socket]:
    """Open a line that a test writes by hand."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as line:
        yield line


def said(line: socket.socket, until: bytes = b"") -> bytes:
    """Return what comes on a line until it says that, or else until its end."""
    found = b""
    while not (until and until in found) and (piece := line.recv(65_536)):
        found += piece
    return found


def ask(
    port: int,
    path: str,
    *,
    method: str = "GET",
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, bytes]:
    """Send one request; return the status and the body."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        line.request(method, path, body, headers or {})
        answer = line.getresponse()
        return answer.status, answer.read()
    finally:
        line.close()
