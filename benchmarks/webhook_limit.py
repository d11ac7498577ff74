"""The least that taking a delivery can cost: a bare socket server with group commit.

Each process has one loop and one writer; no framework, no routes, no errors worth the name. It
checks the signature, and answers after the transaction that holds the row: all requests that came
during one commit share the next. SQLite in WAL mode with synchronous=FULL, or PostgreSQL through
psycopg.
`python -m benchmarks.webhook_limit PORT FILE-OR-URL PROCESSES`.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import signal
import socket
import sqlite3
import sys
import threading
from collections.abc import Callable
from typing import Any

from benchmarks.deliveries import SECRET

TABLE = "careful_baredelivery"
_ANSWER = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
_REFUSAL = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"
_SECRET = SECRET.encode()

Row = tuple[str, str, str, bytes]


class _Writer:
    """Writes what waits, then has everybody answered."""

    def __init__(self, loop: asyncio.AbstractEventLoop, place: str) -> None:
        self._loop = loop
        self._place = place
        self._waiting: list[tuple[Row, Any]] = []
        self._changed = threading.Condition()
        threading.Thread(target=self._run, daemon=True).start()

    def put(self, row: Row, transport: Any) -> None:
        """Have a row written; the transport is answered from the loop."""
        with self._changed:
            self._waiting.append((row, transport))
            self._changed.notify()

    def _run(self) -> None:
        write = _sqlite(self._place) if self._place.startswith("/") else _postgres(self._place)
        while True:
            with self._changed:
                while not self._waiting:
                    self._changed.wait()
                group, self._waiting = self._waiting, []
            write([row for row, _ in group])
            self._loop.call_soon_threadsafe(_answer, [transport for _, transport in group])


def _answer(transports: list[Any]) -> None:
    for transport in transports:
        transport.write(_ANSWER)


def _sqlite(file: str) -> Callable[[list[Row]], None]:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")

    def write(rows: list[Row]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            f"INSERT INTO {TABLE} VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", rows
        )
        connection.execute("COMMIT")

    return write


def _postgres(url: str) -> Callable[[list[Row]], None]:
    import psycopg

    connection = psycopg.connect(url, autocommit=True)

    def write(rows: list[Row]) -> None:
        columns = [list(column) for column in zip(*rows, strict=True)]
        connection.execute(
            f"INSERT INTO {TABLE} SELECT * FROM unnest(%b::text[], %b::text[], %b::text[],"
            " %b::bytea[]) ON CONFLICT DO NOTHING",
            columns,
            binary=True,
        )

    return write


class _Door(asyncio.Protocol):
    """One connection."""

    def __init__(self, writer: _Writer) -> None:
        self._writer = writer
        self._data = bytearray()
        self._end = 0
        self._headers: dict[bytes, bytes] = {}

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._data += data
        if not self._end:
            head = self._data.find(b"\r\n\r\n")
            if head < 0:
                return
            lines = bytes(self._data[:head]).split(b"\r\n")[1:]
            pairs = (line.split(b": ", 1) for line in lines)
            self._headers = {name.lower(): value for name, value in pairs}
            self._begin = head + 4
            self._end = self._begin + int(self._headers[b"content-length"])
        if len(self._data) < self._end:
            return
        body = bytes(memoryview(self._data)[self._begin : self._end])
        self._data = bytearray()  # nobody sends a second request before the first is answered
        self._end = 0
        self._take(body)

    def _take(self, body: bytes) -> None:
        headers = self._headers
        given = headers[b"x-hub-signature-256"].decode()
        made = "sha256=" + hmac.digest(_SECRET, body, "sha256").hex()
        if not hmac.compare_digest(given, made):
            self._transport.write(_REFUSAL)
            return
        row = (
            headers[b"x-github-delivery"].decode(),
            headers[b"x-github-event"].decode(),
            hashlib.sha256(body).hexdigest(),
            body,
        )
        self._writer.put(row, self._transport)


async def _serve(listening: socket.socket, place: str) -> None:
    loop = asyncio.get_running_loop()
    writer = _Writer(loop, place)
    server = await loop.create_server(lambda: _Door(writer), sock=listening)
    async with server:
        await server.serve_forever()


def main(port: str, place: str, processes: str) -> None:
    """Serve with so many processes on one socket, until killed."""
    listening = socket.create_server(("127.0.0.1", int(port)), backlog=256)
    children = [pid for _ in range(int(processes) - 1) if (pid := os.fork())]
    if len(children) == int(processes) - 1:  # the first one takes the others along
        signal.signal(signal.SIGTERM, lambda *_: [os.kill(one, 9) for one in children] + [exit()])
    asyncio.run(_serve(listening, place))


if __name__ == "__main__":
    main(*sys.argv[1:])
