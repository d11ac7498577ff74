"""A webhook door with an inbox in memory, and requests to it without a server."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from laurels.apps.intake.arrivals import Arrival, Verdict
from laurels.hooks.answers import Application, Message, Receive, Scope, Send
from laurels.hooks.door import wrap
from laurels.hooks.secrets import Own, SecretBook
from laurels.kit.clock import ManualClock
from tests.fakes import loops

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

    async def store(self, arrival: Arrival) -> Verdict:
        if self.fault is not None:
            raise self.fault
        before = self.kept.setdefault(arrival.key, arrival)
        if before is arrival:
            return Verdict.STORED
        return Verdict.KNOWN if before.sha256 == arrival.sha256 else Verdict.CONFLICT

    async def page(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.inside.append(scope["path"])
        headers = [(b"content-type", b"text/plain")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"page"})


async def look(hook_id: int) -> Own:
    return OWN.get(hook_id, (None, ()))


def sign(body: bytes, secret: bytes) -> str:
    return "sha256=" + hmac.digest(secret, body, "sha256").hex()


@dataclass
class Request:
    """An ASGI request: what a server tells of it, and its body in pieces; then it says no more."""

    scope: Scope
    pieces: Iterable[bytes]

    def receive(self) -> Receive:
        """Return what gives the messages of the body, and that the sender is gone after those."""
        messages = self._messages()

        async def receive() -> Message:
            return next(messages)

        return receive

    def _messages(self) -> Iterator[Message]:
        pieces = iter(self.pieces)
        piece = next(pieces, b"")
        for following in pieces:
            yield {"type": "http.request", "body": piece, "more_body": True}
            piece = following
        length = dict(self.scope["headers"]).get(b"content-length", b"")
        is_cut = length.isdigit() and int(length) > len(piece) and isinstance(self.pieces, list)
        yield {"type": "http.request", "body": piece, "more_body": is_cut}
        while True:
            yield {"type": "http.disconnect"}


def request(
    body: bytes = b"{}",
    *,
    secret: bytes = PROGRAM,
    method: str = "POST",
    path: str = "/webhooks/github",
    pieces: Iterable[bytes] | None = None,
    **changes: str | None,
) -> Request:
    """Return a good delivery, changed as asked: headers are named as in Python, None is absent."""
    headers: dict[str, str | None] = {
        "content_type": "application/json",
        "content_length": str(len(body)),
        "user_agent": "GitHub-Hookshot/1",
        "x_github_hook_id": "9",
        "x_github_event": "ping",
        "x_github_delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
        "x_hub_signature_256": sign(body, secret),
    }
    pairs = [
        (name.replace("_", "-").encode(), value.encode("utf-8" if "\u0660" in value else "latin-1"))
        for name, value in (headers | changes).items()
        if value is not None
    ]
    scope = {"type": "http", "method": method, "path": path, "root_path": "", "headers": pairs}
    return Request(scope, [body] if pieces is None else pieces)


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


def knock_at(door: Application, asked: Request) -> Answered:
    """Send a request to a door, on a loop of its own."""
    return loops.run(answered(door, asked))


async def answered(door: Application, asked: Request) -> Answered:
    """Send a request to a door, on the loop that runs."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    await door(asked.scope, asked.receive(), send)
    start, *rest = sent
    headers = {name.decode().title(): value.decode() for name, value in start["headers"]}
    found = Answered(start["status"], headers, b"".join(one["body"] for one in rest))
    if "Content-Length" in found.headers:
        assert int(found.headers["Content-Length"]) == len(found.body)
    return found
