"""Pages behind the loop: whole requests in, answers out, and threads that nobody slow holds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from laurels.config.pages import MOST_BODY_BYTES, Pages
from tests.fakes import loops

PATIENCE_SECONDS = 30
Environ = dict[str, Any]


class Wsgi:
    """An application that answers with `pieces`, and keeps what it was asked."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces
        self.asked: list[tuple[Environ, bytes]] = []
        self.closed = 0

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.asked.append((environ, environ["wsgi.input"].read()))
        start_response("200 OK", [("Content-Type", "text/plain")])
        return self

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.pieces)

    def close(self) -> None:
        self.closed += 1


def scope(method: str = "GET", query: bytes = b"", **headers: str) -> dict[str, Any]:
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    return {
        "type": "http", "http_version": "1.1", "method": method, "path": "/page", "root_path": "",
        "query_string": query, "headers": pairs, "client": ("192.0.2.7", 1), "server": ("x", 80),
        "scheme": "http",
    }  # fmt: skip


async def answer(
    pages: Pages, asked: dict[str, Any], *pieces: bytes, is_cut: bool = False
) -> tuple[int, list[bytes]]:
    """Return the status and the pieces of the answer to a request whose body comes in pieces."""
    coming = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    if is_cut:
        coming.append({"type": "http.disconnect"})
    else:
        coming.append({"type": "http.request", "body": b"", "more_body": False})
    sent: list[Any] = []

    async def receive() -> Any:
        return coming.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    await pages(asked, receive, send)
    return sent[0]["status"], [one.get("body", b"") for one in sent[1:]]


def test_pages_when_asked_then_the_application_answers_and_its_answer_is_closed() -> None:
    wsgi = Wsgi(b"one ", b"two")
    status, pieces = loops.run(answer(Pages(wsgi, 1), scope(query=b"a=1")))
    assert (status, b"".join(pieces), wsgi.closed) == (200, b"one two", 1)
    environ, body = wsgi.asked[0]
    assert (environ["PATH_INFO"], environ["QUERY_STRING"]) == ("/page", "a=1")
    assert (environ["REMOTE_ADDR"], body) == ("192.0.2.7", b"")


def test_pages_when_pieces_are_small_then_few_are_sent() -> None:
    wsgi = Wsgi(*[b"x" * 1_000] * 200)
    _, pieces = loops.run(answer(Pages(wsgi, 1), scope()))
    assert (len(b"".join(pieces)), len(pieces)) == (200_000, 5)


@pytest.mark.parametrize(
    "headers", [{"content-length": "200000"}, {"transfer-encoding": "chunked"}, {}]
)
def test_pages_when_a_body_comes_then_it_is_whole_and_its_length_told(
    headers: dict[str, str],
) -> None:
    wsgi = Wsgi(b"")
    pieces = [b"x" * 100_000, b"y" * 100_000] if headers else []
    loops.run(answer(Pages(wsgi, 1), scope("POST", **headers), *pieces))
    environ, body = wsgi.asked[0]
    assert body == b"".join(pieces)
    assert environ.get("CONTENT_LENGTH") == ("200000" if headers else None)
    assert "HTTP_TRANSFER_ENCODING" not in environ


def test_pages_when_a_header_hides_behind_an_underscore_then_it_is_not_seen() -> None:
    wsgi = Wsgi(b"")
    told = {"x-forwarded-for": "192.0.2.1", "x_forwarded_for": "203.0.113.9"}
    loops.run(answer(Pages(wsgi, 1), scope(**told)))
    assert wsgi.asked[0][0]["HTTP_X_FORWARDED_FOR"] == "192.0.2.1"


def test_pages_when_the_query_has_raw_bytes_then_they_are_quoted() -> None:
    wsgi = Wsgi(b"")
    loops.run(answer(Pages(wsgi, 1), scope(query=b"q=caf\xc3\xa9&a=%20b")))
    assert wsgi.asked[0][0]["QUERY_STRING"] == "q=caf%C3%A9&a=%20b"


def test_pages_when_the_body_is_too_large_then_413_unread() -> None:
    wsgi = Wsgi(b"")
    promised = {"content-length": str(MOST_BODY_BYTES + 1)}
    assert loops.run(answer(Pages(wsgi, 1), scope("POST", **promised)))[0] == 413
    chunked = {"transfer-encoding": "chunked"}
    pieces = [b"x" * 500_000] * 5
    assert loops.run(answer(Pages(wsgi, 1), scope("POST", **chunked), *pieces))[0] == 413
    assert wsgi.asked == []


def test_pages_when_the_sender_goes_in_the_middle_then_nobody_is_asked() -> None:
    wsgi = Wsgi(b"")
    asked = scope("POST", **{"content-length": "9"})
    assert loops.run(answer(Pages(wsgi, 1), asked, b"x", is_cut=True))[0] == 400
    assert wsgi.asked == []


def test_pages_when_a_body_dribbles_then_408_and_no_thread_was_held() -> None:
    wsgi = Wsgi(b"page")

    async def scene() -> None:
        pages = Pages(wsgi, 1, read_seconds=0.5)
        sent: list[Any] = []

        async def dribble() -> Any:
            await asyncio.sleep(0.01)
            return {"type": "http.request", "body": b"x", "more_body": True}

        async def send(message: Any) -> None:
            sent.append(message)

        slow = asyncio.create_task(
            pages(scope("POST", **{"content-length": "9999"}), dribble, send)
        )
        await asyncio.sleep(0.05)
        assert (await answer(pages, scope()))[0] == 200
        await slow
        assert sent[0]["status"] == 408

    loops.run(asyncio.wait_for(scene(), PATIENCE_SECONDS))
    assert len(wsgi.asked) == 1


def test_pages_when_a_reader_is_slow_then_the_thread_is_free_for_others() -> None:
    wsgi = Wsgi(*[b"x" * 65_536] * 20)

    async def scene() -> None:
        pages = Pages(wsgi, 1)
        go = asyncio.Event()
        began = asyncio.Event()
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def slow(message: Any) -> None:
            began.set()
            await go.wait()
            sent.append(message)

        reading = asyncio.create_task(pages(scope(), receive, slow))
        await began.wait()
        assert (await answer(pages, scope()))[0] == 200
        assert sent == []
        go.set()
        await reading
        assert sum(len(one.get("body", b"")) for one in sent) == 20 * 65_536

    loops.run(asyncio.wait_for(scene(), PATIENCE_SECONDS))
    assert wsgi.closed == 2


def test_pages_when_the_server_begins_and_ends_then_it_is_told_so() -> None:
    coming = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent: list[str] = []

    async def receive() -> Any:
        return coming.pop(0)

    async def send(message: Any) -> None:
        sent.append(message["type"])

    loops.run(Pages(Wsgi(b""), 1)({"type": "lifespan"}, receive, send))
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
