"""Everything but the webhook door: Django's WSGI application in threads, behind an ASGI one.

Guarantee: pages never hold up the loop; at most so many threads answer, however many ask. A thread
is taken only once the whole request is here, and is free again when the answer is made, up to 16 MB
of it: who sends or reads slowly, or is gone, holds none. Beyond `MOST_PAGES` requests at a time,
slow ones among them, 503 is said at once; deliveries are none of these, and have the rest of the
server.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import Any, cast
from urllib.parse import quote_from_bytes

from a2wsgi import WSGIMiddleware

from laurels.config.threads import PageThreads

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]

MOST_BODY_BYTES = 2_000_000
"""Twice what Django takes of a form: it answers with a page of its own what is a little beyond."""
READ_SECONDS = 60.0
MOST_PAGES = 256
_PIECE_BYTES = 65_536
_MOST_WAITING_PIECES = 256
_ASCII = bytes(range(0x21, 0x7F)).decode()
_BODY_HEADERS = (b"content-length", b"transfer-encoding")


_BUSY = "Too many pages are being asked for; try again in a few seconds."


class _Refused(Exception):
    """The request is answered with this status, unread."""


class Pages:
    """An ASGI application that has a WSGI application answer, in so many threads."""

    def __init__(
        self,
        wsgi: Wsgi,
        threads: int,
        *,
        read_seconds: float = READ_SECONDS,
        most: int = MOST_PAGES,
    ) -> None:
        inside = WSGIMiddleware(cast(Any, _in_pieces(wsgi)), send_queue_size=_MOST_WAITING_PIECES)
        cast(Any, inside).executor = PageThreads(threads)
        self._inside = cast(Any, inside)
        self._read_seconds = read_seconds
        self._most = most
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the request to its end, then have it answered."""
        if scope["type"] != "http":
            return await self._inside(scope, receive, send)
        if self._open >= self._most:
            return await _refuse_busy(send, scope["path"])
        self._open += 1
        try:
            return await self._answer(scope, receive, send)
        finally:
            self._open -= 1

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        # To WSGI `X_Forwarded_For` is `X-Forwarded-For`, which a proxy looked after and we believe.
        headers = [pair for pair in scope["headers"] if b"_" not in pair[0]]
        inner = {**scope, "headers": headers, "query_string": _ascii(scope["query_string"])}
        if not any(name in _BODY_HEADERS for name, _ in headers):
            return await self._inside(inner, receive, send)
        with SpooledTemporaryFile(max_size=_PIECE_BYTES) as body:
            try:
                async with asyncio.timeout(self._read_seconds):
                    size = await _read(dict(headers), receive, body)
            except _Refused as refused:
                return await _refuse(send, refused.args[0])
            except TimeoutError:
                return await _refuse(send, 408)
            # Django knows where a body ends by its length alone, also of one that came in chunks.
            inner["headers"] = [pair for pair in headers if pair[0] not in _BODY_HEADERS]
            inner["headers"].append((b"content-length", str(size).encode()))
            body.seek(0)

            async def again() -> Message:
                piece = body.read(_PIECE_BYTES)
                return {"type": "http.request", "body": piece, "more_body": body.tell() < size}

            return await self._inside(inner, again, send)


async def _read(headers: dict[bytes, bytes], receive: Receive, body: Any) -> int:
    """Write the body into a file; return its size."""
    promised = None
    if text := headers.get(b"content-length"):
        with suppress(ValueError):
            promised = int(text)
        if promised is not None and promised > MOST_BODY_BYTES:
            raise _Refused(413)
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise _Refused(400)  # the sender is gone
        piece = message.get("body", b"")
        size += len(piece)
        if size > MOST_BODY_BYTES:
            raise _Refused(413)
        body.write(piece)
        if not message.get("more_body"):
            return size


async def _refuse(
    send: Send, status: int, body: bytes = b"", headers: tuple[tuple[bytes, bytes], ...] = ()
) -> None:
    length = (b"content-length", str(len(body)).encode())
    headers = (length, (b"connection", b"close"), *headers)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _refuse_busy(send: Send, path: str) -> None:
    kind, body = b"text/plain; charset=utf-8", f"{_BUSY}\n"
    if path.startswith("/api/"):
        kind = b"application/problem+json"
        told = {"type": "about:blank", "title": "Service Unavailable", "status": 503}
        body = json.dumps({**told, "detail": _BUSY, "code": "busy"})
    headers = ((b"content-type", kind), (b"retry-after", b"5"), (b"cache-control", b"no-store"))
    await _refuse(send, 503, body.encode(), headers)


def _ascii(query: bytes) -> bytes:
    """Return a query string without the raw bytes that some programs put there."""
    return query if query.isascii() else quote_from_bytes(query, safe=_ASCII).encode()


def _in_pieces(wsgi: Wsgi) -> Wsgi:
    """Return an application whose small pieces are joined: each costs a visit to the loop."""

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return _joined(wsgi(environ, start_response))

    return application


def _joined(pieces: Iterable[bytes]) -> Iterator[bytes]:
    held, size = [], 0
    try:
        for piece in pieces:
            held.append(piece)
            size += len(piece)
            if size >= _PIECE_BYTES:
                yield b"".join(held)
                held, size = [], 0
        if held:
            yield b"".join(held)
    finally:
        getattr(pieces, "close", lambda: None)()
