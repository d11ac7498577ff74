"""What the webhook door answers: JSON where it took a delivery, problem+json where not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

StartResponse = Callable[[str, list[tuple[str, str]]], Any]
Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A status line, headers and a body, ready to send as often as wanted."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def send(self, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a WSGI request with it."""
        start_response(self.status, list(self.headers))
        return [self.body]


def problem(status: int, code: str, detail: str, *extra: tuple[str, str]) -> Answer:
    """Return an error of the one shape that all of ours have (RFC 9457, with a stable `code`)."""
    title = HTTPStatus(status).phrase
    value = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return _answer(status, "application/problem+json", {**value, "code": code}, *extra)


def _answer(status: int, kind: str, value: object, *extra: tuple[str, str]) -> Answer:
    body = json.dumps(value).encode()
    headers = (
        ("Content-Type", kind),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    )
    return Answer(f"{status} {HTTPStatus(status).phrase}", (*headers, *extra), body)


_JSON = "application/json"
_AGAIN = ("Retry-After", "10")
STORED = _answer(202, _JSON, {"status": "stored"})
KNOWN = _answer(202, _JSON, {"status": "known"})
TOO_LARGE = problem(413, "body_too_large", "A delivery has at most 25 MB.")
NOT_POST = problem(405, "method_not_allowed", "Deliveries are posted.", ("Allow", "POST"))
BAD_SIGNATURE = problem(
    401, "bad_signature", "X-Hub-Signature-256 is absent or does not fit the body."
)
CUT_SHORT = problem(400, "body_incomplete", "Fewer bytes came than Content-Length says.")
CONFLICT = problem(409, "delivery_conflict", "This delivery was stored before with another body.")
BUSY = problem(503, "busy", "Four large deliveries are being read; send it again.", _AGAIN)
NOT_STORED = problem(503, "not_stored", "The delivery could not be stored; send it again.", _AGAIN)


def bad_header(name: str) -> Answer:
    """Return the refusal of a delivery whose header is absent or not what GitHub sends."""
    return problem(400, "bad_header", f"The header {name} is absent or malformed.")
