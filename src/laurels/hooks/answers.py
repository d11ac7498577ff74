"""What the webhook door answers: JSON where it took a delivery, problem+json where not."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
"""An ASGI application."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, headers and a body, ready to send as often as wanted."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    async def send(self, send: Send, *, is_last: bool = False) -> None:
        """Answer a request with it; `is_last` also ends the connection."""
        headers = (*self.headers, _CLOSE) if is_last else self.headers
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


_CLOSE = (b"connection", b"close")


def problem(status: int, code: str, detail: str, *extra: tuple[bytes, bytes]) -> Answer:
    """Return an error of the one shape that all of ours have (RFC 9457, with a stable `code`)."""
    title = HTTPStatus(status).phrase
    value = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return _answer(status, b"application/problem+json", {**value, "code": code}, *extra)


def _answer(status: int, kind: bytes, value: object, *extra: tuple[bytes, bytes]) -> Answer:
    body = json.dumps(value).encode()
    headers = (
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    )
    return Answer(status, (*headers, *extra), body)


_JSON = b"application/json"
_AGAIN = (b"retry-after", b"10")
STORED = _answer(202, _JSON, {"status": "stored"})
KNOWN = _answer(202, _JSON, {"status": "known"})
TOO_LARGE = problem(413, "body_too_large", "A delivery has at most 25 MB.")
NOT_POST = problem(405, "method_not_allowed", "Deliveries are posted.", (b"allow", b"POST"))
BAD_SIGNATURE = problem(
    401, "bad_signature", "X-Hub-Signature-256 is absent or does not fit the body."
)
CUT_SHORT = problem(400, "body_incomplete", "Fewer bytes came than Content-Length says.")
TOO_SLOW = problem(408, "body_too_slow", "The body was not here within ten seconds.")
CONFLICT = problem(409, "delivery_conflict", "This delivery was stored before with another body.")
BUSY = problem(503, "busy", "Four large deliveries are being read; send it again.", _AGAIN)
CROWDED = problem(503, "busy", "Too many deliveries are being read; send it again.", _AGAIN)
NOT_STORED = problem(503, "not_stored", "The delivery could not be stored; send it again.", _AGAIN)


def bad_header(name: str) -> Answer:
    """Return the refusal of a delivery whose header is absent or not what GitHub sends."""
    return problem(400, "bad_header", f"The header {name} is absent or malformed.")
