"""Answering below ASGI: for an application that takes a whole body and gives a whole answer.

A task with its scope, messages and events costs more than all that the webhook door does with a
delivery before it is written. So an application may have a method `knock`: it is asked first, with
the head of a POST as it came, and may give what takes that request's body and answers it. Nothing
is decided here; what `knock` does not take goes the usual way, and elsewhere everything does.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Protocol

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

Header = tuple[bytes, bytes]


class Answer(Protocol):
    """A whole answer; its headers tell the length of the body."""

    @property
    def status(self) -> int:
        """The status code."""
        ...

    @property
    def headers(self) -> tuple[Header, ...]:
        """The headers."""
        ...

    @property
    def body(self) -> bytes:
        """The body."""
        ...


class Knock(Protocol):
    """A request whose head came: it gets its body, and is answered or left."""

    @property
    def seconds(self) -> float:
        """How long the body may take."""
        ...

    def add(self, piece: bytes) -> None:
        """Take a piece of the body."""
        ...

    async def answer(self) -> Answer:
        """Answer, for the body is whole."""
        ...

    def late(self) -> Answer:
        """Answer a body that was not here in time."""
        ...

    def leave(self) -> None:
        """Forget it: the sender is gone."""
        ...


class Front(Protocol):
    """What an application has that may be asked first."""

    def __call__(self, path: bytes, headers: list[Header]) -> Knock | None:
        """Take a POST to `path`, nothing of whose body came yet, or leave it to the usual way."""
        ...


class Quick:
    """What a connection keeps of a request that is answered so, in the place of uvicorn's cycle."""

    __slots__ = ("disconnected", "keep_alive", "knock", "response_complete", "scope", "timer")
    message_event = SimpleNamespace(set=lambda: None)  # nobody waits for it here

    def __init__(self, knock: Knock, scope: MutableMapping[str, Any], keep_alive: bool) -> None:
        self.knock = knock
        self.scope = scope
        self.keep_alive = keep_alive
        self.disconnected = False
        self.response_complete = False
        self.timer: Any = None


def written(answer: Answer, default: Sequence[Header], *, is_last: bool) -> bytes:
    """Return an answer as it goes over the line; `default` are the server's own headers."""
    first, rest = _parts(answer.status, answer.headers, answer.body, is_last)
    return b"".join((first, *(b"%b: %b\r\n" % header for header in default), rest))


@lru_cache(maxsize=64)
def _parts(
    status: int, headers: tuple[Header, ...], body: bytes, is_last: bool
) -> tuple[bytes, bytes]:
    lines = [b"%b: %b\r\n" % header for header in headers]
    if is_last:
        lines.append(b"connection: close\r\n")
    return STATUS_LINE[status], b"".join((*lines, b"\r\n", body))
