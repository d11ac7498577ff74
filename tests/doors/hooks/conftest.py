"""A webhook door with an inbox in memory, and requests to it without a server."""

from __future__ import annotations

import hmac
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from laurels.apps.intake.arrivals import Arrival, Verdict
from laurels.hooks.door import wrap
from laurels.hooks.secrets import Own, SecretBook
from laurels.kit.clock import ManualClock

NOW = 1_700_000_000
PROGRAM = b"the-program's"
OLD_PROGRAM = b"the-program's-old-one"
OWN = {11: (501, (b"eleven", b"eleven-old")), 12: (502, (b"twelve",))}


@dataclass
class Answered:
    """What a request got."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def code(self) -> str:
        """The stable code of an error, whose form is checked."""
        assert self.headers["Content-Type"] == "application/problem+json"
        value = json.loads(self.body)
        assert set(value) == {"type", "title", "status", "detail", "code"}
        assert value["status"] == self.status
        return str(value["code"])


@dataclass
class Inbox:
    """Keeps what the door stores; `fault` is raised instead where one is set."""

    kept: dict[tuple[int, str], Arrival] = field(default_factory=dict)
    fault: Exception | None = None
    inside: list[str] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)

    def store(self, arrival: Arrival) -> Verdict:
        if self.fault is not None:
            raise self.fault
        before = self.kept.setdefault(arrival.key, arrival)
        if before is arrival:
            return Verdict.STORED
        return Verdict.KNOWN if before.sha256 == arrival.sha256 else Verdict.CONFLICT

    def page(self, environ: Any, start_response: Any) -> list[bytes]:
        self.inside.append(environ["PATH_INFO"])
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"page"]


def look(hook_id: int) -> Own:
    return OWN.get(hook_id, (None, ()))


def sign(body: bytes, secret: bytes) -> str:
    return "sha256=" + hmac.digest(secret, body, "sha256").hex()


def request(body: bytes = b"{}", **changes: Any) -> dict[str, Any]:
    """Return the WSGI environment of a good delivery, changed as asked; None takes a key out."""
    secret = changes.pop("secret", PROGRAM)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/webhooks/github",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_USER_AGENT": "GitHub-Hookshot/1",
        "HTTP_X_GITHUB_HOOK_ID": "9",
        "HTTP_X_GITHUB_EVENT": "ping",
        "HTTP_X_GITHUB_DELIVERY": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
        "HTTP_X_HUB_SIGNATURE_256": sign(body, secret),
        "wsgi.input": io.BytesIO(body),
    }
    environ.update(changes)
    return {key: value for key, value in environ.items() if value is not None}


Knock = Callable[..., Answered]


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def door(inbox: Inbox) -> Any:
    return wrap(
        inbox.page,
        secrets=SecretBook((PROGRAM, OLD_PROGRAM), look),
        store=inbox.store,
        clock=ManualClock(NOW),
        failed=inbox.faults.append,
    )


@pytest.fixture
def knock(door: Any) -> Knock:
    """Return `knock(…)`: send a request, a good delivery but for what is said."""

    def send(body: bytes = b"{}", **changes: Any) -> Answered:
        return knock_at(door, request(body, **changes))

    return send


def knock_at(door: Any, environ: dict[str, Any]) -> Answered:
    started: list[Any] = []
    pieces = door(environ, lambda status, headers: started.append((status, headers)))
    status, headers = started[0]
    answered = Answered(int(status.split()[0]), dict(headers), b"".join(pieces))
    if "Content-Length" in answered.headers:
        assert int(answered.headers["Content-Length"]) == len(answered.body)
    return answered
