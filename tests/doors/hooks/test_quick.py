"""The door below ASGI: every answer is, byte for byte, what it is as an ASGI application."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from laurels.apps.intake.arrivals import Arrival, Verdict
from laurels.cli import quick
from laurels.hooks import bodies
from laurels.hooks.bodies import LARGE_BYTES, MOST_BYTES, Bodies
from laurels.hooks.door import Door, wrap
from laurels.hooks.secrets import SecretBook
from laurels.kit.clock import ManualClock
from tests.doors.hooks.conftest import NOW, PROGRAM, Inbox, look, sign
from tests.doors.served import line_to, said, served

PATHS = ("/webhooks/github", "/api/v1/webhooks/github")
Change = Callable[[bytes], bytes]


def door(inbox: Inbox, read_seconds: float = 30, store: Any = None) -> Door:
    return wrap(
        inbox.page,
        secrets=SecretBook((PROGRAM,), look),
        store=store or inbox.store,
        clock=ManualClock(NOW),
        failed=inbox.faults.append,
        bodies=Bodies(read_seconds),
    )


def over_asgi(given: Door) -> Any:
    """Return the same door, without what a server may know of it."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await given(scope, receive, send)

    return application


def delivery(body: bytes = b"{}", path: str = PATHS[0], guid: str = "one", **more: str) -> bytes:
    headers = {
        "Host": "x",
        "Content-Length": str(len(body)),
        "X-GitHub-Event": "ping",
        "X-GitHub-Delivery": guid,
        "X-Hub-Signature-256": sign(body, PROGRAM),
    } | {name.replace("_", "-"): value for name, value in more.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode() + body


def last(request: bytes) -> bytes:
    """Return the request as the last of its line."""
    return request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list of the statuses that were answered below ASGI."""
    statuses: list[int] = []
    before = quick._parts

    def noted(status: int, *rest: Any) -> Any:
        statuses.append(status)
        return before(status, *rest)

    monkeypatch.setattr(quick, "_parts", noted)
    return statuses


def answers(application: Any, *requests: bytes) -> bytes:
    """Return what a line says to these, each sent after the answer before; without the moment."""
    found = b""
    with served(application) as port, line_to(port) as line:
        for request in requests[:-1]:
            line.sendall(request)
            found += said(line, b"}")
        line.sendall(requests[-1])
        return re.sub(rb"date: [^\r]*\r\n", b"", found + said(line))


LARGE = b"x" * (LARGE_BYTES + 1)
SAME: dict[str, tuple[int, bool, tuple[bytes, ...]]] = {
    "stored": (202, True, (last(delivery()),)),
    "stored at the other address": (202, True, (last(delivery(path=PATHS[1])),)),
    "stored with a body of nothing": (202, True, (last(delivery(b"")),)),
    "known": (202, True, (delivery(), last(delivery()))),
    "conflict": (409, True, (delivery(), last(delivery(b"other")))),
    "unsigned": (401, True, (last(delivery(X_Hub_Signature_256="sha256=00")),)),
    "no event": (400, True, (last(delivery(X_GitHub_Event="")),)),
    "bad hook": (400, True, (last(delivery(X_GitHub_Hook_ID="many")),)),
    "a header twice": (202, True, (last(delivery(user_agent="a", User_Agent="b")),)),
    "large": (202, False, (last(delivery(LARGE)),)),
    "too large": (413, False, (delivery(Content_Length=str(MOST_BYTES + 1)),)),
    "with a query": (202, False, (last(delivery(path=PATHS[0] + "?a=1")),)),
    "quoted": (202, False, (last(delivery(path="/webhooks/%67ithub")),)),
    "a page": (200, False, (last(delivery(path="/page")),)),
    "another method": (405, False, (last(delivery().replace(b"POST", b"PUT")),)),
    "old HTTP": (202, False, (delivery().replace(b"HTTP/1.1", b"HTTP/1.0"),)),
    "no length": (202, False, (last(delivery(b"").replace(b"Content-Length: 0\r\n", b"")),)),
    "in chunks": (
        202,
        False,
        (
            last(delivery(b"{}")[:-2].replace(b"Content-Length: 2", b"Transfer-Encoding: chunked"))
            + b"2\r\n{}\r\n0\r\n\r\n",
        ),
    ),
    "wants another protocol": (
        202,
        False,
        (last(delivery(b"", Upgrade="h2c")).replace(b"close", b"close, upgrade"),),
    ),
    "after a word": (202, False, (last(delivery(Expect="100-continue")),)),
}


@pytest.mark.parametrize("name", SAME)
def test_door_when_answered_below_asgi_then_as_over_it(name: str, taken: list[int]) -> None:
    status, is_quick, requests = SAME[name]
    one, other = Inbox(), Inbox()
    found = answers(door(one), *requests)
    assert f"HTTP/1.1 {status} ".encode() in found
    assert (status in taken) == is_quick
    taken.clear()
    assert answers(over_asgi(door(other)), *requests) == found
    assert taken == []
    assert one.kept == other.kept
    assert one.inside == other.inside


def test_door_when_several_requests_come_at_once_then_answered_in_their_order() -> None:
    inbox = Inbox()

    async def slow(arrival: Arrival) -> Verdict:
        await asyncio.sleep(0.05 if arrival.guid == "a" else 0)
        return await inbox.store(arrival)

    page = b"GET /page HTTP/1.1\r\nHost: x\r\n\r\n"
    bad = delivery(b"bad", guid="c", X_Hub_Signature_256="")
    together = (delivery(guid="a"), page, delivery(guid="b"), bad, last(delivery(guid="d")))
    found = answers(door(inbox, store=slow), b"".join(together))
    assert re.findall(rb"HTTP/1.1 (\d+)", found) == [b"202", b"200", b"202", b"401", b"202"]
    assert [guid for _, guid in inbox.kept] == ["a", "b", "d"]


def test_door_when_nothing_can_be_stored_then_503_and_the_line_goes_on(taken: list[int]) -> None:
    inbox = Inbox(fault=OSError("full"))
    found = answers(door(inbox), delivery(), last(delivery()))
    assert re.findall(rb"HTTP/1.1 (\d+)", found) == [b"503", b"503"]
    assert found.count(b"not_stored") == 2
    assert len(inbox.faults) == 2
    assert taken == [503, 503]


def test_door_when_a_small_body_dribbles_then_408_and_the_line_ends(taken: list[int]) -> None:
    given = door(Inbox(), read_seconds=0.2)
    found = answers(given, delivery(b"x" * 100)[:-50])
    assert found.startswith(b"HTTP/1.1 408")
    assert b"connection: close" in found
    assert (taken, given.bodies._small_bytes) == ([408], 0)


def test_door_when_small_bodies_are_too_many_then_503_and_nothing_is_held(
    monkeypatch: pytest.MonkeyPatch, taken: list[int]
) -> None:
    monkeypatch.setattr(bodies, "MOST_SMALL_BYTES", 100)
    given = door(Inbox())
    found = answers(given, delivery(b"x" * 101), last(delivery()))
    assert re.findall(rb"HTTP/1.1 (\d+)", found) == [b"503", b"202"]
    assert b'"busy"' in found
    assert (taken, given.bodies._small_bytes) == ([503, 202], 0)


def test_door_when_it_has_a_fault_of_its_own_then_the_line_ends_and_it_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Fault(BaseException):
        """Nothing that the door knows of."""

    async def broken(arrival: Arrival) -> Verdict:
        raise Fault

    with pytest.raises(ConnectionError):
        raise ConnectionError(answers(door(Inbox(), store=broken), delivery()))
    assert "a request could not be answered" in caplog.text


def test_door_when_it_cannot_answer_within_the_grace_then_the_line_ends() -> None:
    async def never(arrival: Arrival) -> Verdict:
        await asyncio.Event().wait()
        raise AssertionError

    with ending(door(Inbox(), store=never)) as port, line_to(port) as line:
        line.sendall(delivery())
        with pytest.raises(ConnectionError):
            raise ConnectionError(said(line))


@contextmanager
def ending(application: Any) -> Iterator[int]:
    """Serve with a small grace; end it as soon as a request is being answered."""
    import threading

    from laurels.cli.server import Server, config, listen

    sockets = listen("127.0.0.1", 0)
    port = sockets[0].getsockname()[1]
    server = Server(config(application), grace=0.2)
    thread = threading.Thread(target=server.run, args=(sockets,), daemon=True)
    thread.start()

    def end() -> None:
        while not server.server_state.tasks:
            pass
        server.should_exit = True

    threading.Thread(target=end, daemon=True).start()
    yield port
    thread.join(30)
    assert not thread.is_alive()
    (asked,) = server.unanswered
    assert asked.startswith("POST /webhooks/github (")
