"""`POST /webhooks/github`: cap, signature, durable row, 202; nothing is parsed and nobody is asked.

Wrapped around the pages as an ASGI application, answering on the server's own loop before any of
Django runs: no delivery waits for a thread. A server that knows `Door.knock` has ordinary
deliveries answered without the whole round of ASGI's messages; both ways end in `Door.answer`,
which alone decides. Guarantees: without a good signature nothing is stored; 202 is said only when
the raw bytes are on the disk; what cannot be stored is answered 5xx inside nine seconds once it was
read (GitHub gives up after ten); the same delivery again is 202 again and stored once; the same key
with another body is 409 and staff are told.
Not guaranteed: that a stored delivery means anything. The worker finds that out.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache

from laurels.apps.intake.arrivals import Arrival, Verdict
from laurels.hooks import answers
from laurels.hooks.answers import Answer, Application, Receive, Scope, Send
from laurels.hooks.bodies import (
    LARGE_BYTES,
    Bodies,
    Busy,
    Crowded,
    CutShort,
    Headers,
    Incoming,
    TooLarge,
    TooSlow,
)
from laurels.hooks.secrets import SecretBook
from laurels.hooks.signatures import is_signed
from laurels.kit.clock import Clock

PATHS = frozenset({"/webhooks/github", "/api/v1/webhooks/github"})
_WORD = re.compile(r"[!-~]{1,100}")
_NUMBER = re.compile(r"[0-9]{1,18}")
_KEPT = {
    b"content-type": "Content-Type",
    b"user-agent": "User-Agent",
    b"x-github-hook-installation-target-type": "X-GitHub-Hook-Installation-Target-Type",
    b"x-github-hook-installation-target-id": "X-GitHub-Hook-Installation-Target-ID",
}
_LONGEST_HEADER = 200
_VERDICTS = {
    Verdict.STORED: answers.STORED,
    Verdict.KNOWN: answers.KNOWN,
    Verdict.CONFLICT: answers.CONFLICT,
}
_UNREAD = {TooLarge: answers.TOO_LARGE, CutShort: answers.CUT_SHORT, TooSlow: answers.TOO_SLOW}
_FULL = {Busy: answers.BUSY, Crowded: answers.CROWDED}


@dataclass(frozen=True, slots=True)
class Door:
    """The door around `inside`, which gets every other path.

    `store` takes an arrival and returns its verdict once that is durable; it raises where it is
    not, and where `secrets` cannot be asked that counts as not stored too. `failed` learns why.
    """

    inside: Application
    secrets: SecretBook
    store: Callable[[Arrival], Awaitable[Verdict]]
    clock: Clock
    bodies: Bodies
    failed: Callable[[Exception], None]

    @staticmethod
    def takes(path: str) -> bool:
        """Tell whether a request for this path is answered here, not inside."""
        return path in PATHS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer an ASGI request."""
        if scope["type"] != "http" or not self.takes(_path(scope)):
            return await self.inside(scope, receive, send)
        headers = _headers(scope["headers"])
        if scope["method"] != "POST":
            return await answers.NOT_POST.send(send, is_last=_has_body(headers))
        try:
            body = await self.bodies.read(headers, receive)
        except (TooLarge, CutShort, TooSlow) as error:
            # What is left of the body is not waited for.
            return await _UNREAD[type(error)].send(send, is_last=True)
        except (Busy, Crowded) as error:
            return await _FULL[type(error)].send(send)
        return await (await self.answer(headers, body)).send(send)

    def knock(self, path: bytes, headers: list[tuple[bytes, bytes]]) -> Knock | None:
        """Take an ordinary delivery below ASGI, for a server that knows how: a POST was begun.

        None where it is not for here, or not ordinary: of no known length, large, or from a sender
        who waits for a word before the body. Those are answered as ASGI requests.
        """
        if path.decode("latin-1") not in PATHS:
            return None
        found = _headers(headers)
        size = found.get(b"content-length", b"")
        if not size.isdigit() or len(size) > len(str(LARGE_BYTES)) or int(size) > LARGE_BYTES:
            return None
        if b"transfer-encoding" in found or b"expect" in found:
            return None
        return Knock(self, found, self.bodies.begin(found))

    async def answer(self, headers: Headers, body: bytes) -> Answer:
        """Answer a delivery whose body is whole, and give back what the body held."""
        try:
            return await self._take(headers, body)
        except Exception as error:
            self.failed(error)
            return answers.NOT_STORED
        finally:
            self.bodies.done(body)

    async def _take(self, headers: Headers, body: bytes) -> Answer:
        hook = _text(headers, b"x-github-hook-id") or "0"
        hook_id = int(hook) if _NUMBER.fullmatch(hook) else 0
        signature = _text(headers, b"x-hub-signature-256")
        via = None
        known = await self.secrets.of(hook_id)
        if await _is_signed(body, signature, known.own):
            via = known.repository
        elif not await _is_signed(body, signature, known.program):
            anew = await self.secrets.of(hook_id, afresh=True)
            if anew.own == known.own or not await _is_signed(body, signature, anew.own):
                return answers.BAD_SIGNATURE
            via = anew.repository
        # Only who knows a secret learns what else is wrong.
        if not _NUMBER.fullmatch(hook):
            return answers.bad_header("X-GitHub-Hook-ID")
        guid, event = _text(headers, b"x-github-delivery"), _text(headers, b"x-github-event")
        if not _WORD.fullmatch(guid):
            return answers.bad_header("X-GitHub-Delivery")
        if not _WORD.fullmatch(event):
            return answers.bad_header("X-GitHub-Event")
        arrival = Arrival(
            hook_id=hook_id,
            guid=guid,
            event=event,
            headers=_kept(tuple(headers.get(name) for name in _KEPT)),
            body=body,
            sha256=await _digest(body),
            via=via,
            received_at=self.clock.now(),
        )
        return _VERDICTS[await self.store(arrival)]


class Knock:
    """A delivery whose body is coming: see `Door.knock`."""

    __slots__ = ("_door", "_headers", "_incoming")

    def __init__(self, door: Door, headers: Headers, incoming: Incoming) -> None:
        self._door = door
        self._headers = headers
        self._incoming = incoming

    @property
    def seconds(self) -> float:
        """How long the body may take."""
        return self._door.bodies.read_seconds

    def add(self, piece: bytes) -> None:
        """Take a piece of the body."""
        self._incoming.add(piece)

    async def answer(self) -> Answer:
        """Answer, for the body is whole."""
        try:
            body = self._incoming.whole()
        except Crowded:
            return answers.CROWDED
        return await self._door.answer(self._headers, body)

    def late(self) -> Answer:
        """Answer a body that was not here in time."""
        self._incoming.leave()
        return answers.TOO_SLOW

    def leave(self) -> None:
        """Forget it: the sender is gone."""
        self._incoming.leave()


def _path(scope: Scope) -> str:
    path: str = scope["path"]
    root = scope.get("root_path")
    return path.removeprefix(root) if root else path


def _headers(pairs: list[tuple[bytes, bytes]]) -> Headers:
    """Return headers by name; those that came several times are joined, as HTTP has it."""
    found = dict(pairs)
    if len(found) != len(pairs):
        found = {}
        for name, value in pairs:
            found[name] = found[name] + b"," + value if name in found else value
    return found


def _has_body(headers: Headers) -> bool:
    return b"transfer-encoding" in headers or headers.get(b"content-length", b"0") != b"0"


def _text(headers: Headers, name: bytes) -> str:
    return headers.get(name, b"").decode("latin-1")


async def _is_signed(body: bytes, signature: str, secrets: tuple[bytes, ...]) -> bool:
    if secrets and len(body) > LARGE_BYTES:  # the loop has others to serve meanwhile
        return await asyncio.to_thread(is_signed, body, signature, secrets)
    return is_signed(body, signature, secrets)


async def _digest(body: bytes) -> str:
    if len(body) > LARGE_BYTES:
        return (await asyncio.to_thread(hashlib.sha256, body)).hexdigest()
    return hashlib.sha256(body).hexdigest()


@lru_cache(maxsize=64)
def _kept(values: tuple[bytes | None, ...]) -> str:
    """Return the headers that are kept, as JSON: nearly the same for every delivery."""
    kept = {
        name: value.decode("latin-1")[:_LONGEST_HEADER]
        for name, value in zip(_KEPT.values(), values, strict=True)
        if value
    }
    return json.dumps(kept)  # ASCII only, so that any byte a server passes on can be stored


def wrap(
    inside: Application,
    *,
    secrets: SecretBook,
    store: Callable[[Arrival], Awaitable[Verdict]],
    clock: Clock,
    failed: Callable[[Exception], None],
    bodies: Bodies | None = None,
) -> Door:
    """Return `inside` with the door in front."""
    return Door(inside, secrets, store, clock, bodies or Bodies(), failed)
