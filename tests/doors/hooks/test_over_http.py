"""The door over real HTTP, pages behind it: what keeps whom waiting, and what is left behind."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest

from laurels.apps.intake.arrivals import Arrival, Verdict
from laurels.cli import connection
from laurels.config.pages import MOST_PAGES, Pages
from laurels.hooks.bodies import LARGE_BYTES, MOST_BYTES, MOST_LARGE, Bodies
from laurels.hooks.door import Door, wrap
from laurels.hooks.secrets import SecretBook
from laurels.kit.clock import ManualClock
from tests.doors.hooks.conftest import NOW, PROGRAM, Inbox, look, sign
from tests.doors.served import PATIENCE_SECONDS, ask, line_to, said, served

PATH = "/webhooks/github"
PAGE_THREADS = 2
LARGE = b"x" * (LARGE_BYTES + 1)


class Held:
    """Pages and an inbox that wait until they are let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.inside = threading.Semaphore(0)
        self.inbox = Inbox()

    def page(self, environ: Any, start_response: Any) -> list[bytes]:
        self.inside.release()
        self.go.wait(PATIENCE_SECONDS)
        start_response("200 OK", [("Content-Length", "4")])
        return [b"page"]

    async def store(self, arrival: Arrival) -> Verdict:
        self.inside.release()
        while not self.go.is_set():
            await asyncio.sleep(0.005)
        return await self.inbox.store(arrival)

    def door(
        self,
        *,
        is_inbox_held: bool,
        read_seconds: float = PATIENCE_SECONDS,
        most_pages: int = MOST_PAGES,
    ) -> Door:
        return wrap(
            Pages(self.page, PAGE_THREADS, most=most_pages),
            secrets=SecretBook((PROGRAM,), look),
            store=self.store if is_inbox_held else self.inbox.store,
            clock=ManualClock(NOW),
            failed=self.inbox.faults.append,
            bodies=Bodies(read_seconds),
        )

    def wait_for(self, number: int) -> None:
        for _ in range(number):
            assert self.inside.acquire(timeout=PATIENCE_SECONDS)


def deliver(port: int, body: bytes, guid: str) -> tuple[int, Any]:
    headers = {
        "X-GitHub-Event": "ping",
        "X-GitHub-Delivery": guid,
        "X-Hub-Signature-256": sign(body, PROGRAM),
    }
    status, answer = ask(port, PATH, method="POST", body=body, headers=headers)
    return status, json.loads(answer)


def head(length: int) -> bytes:
    return f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode()


@pytest.fixture
def held() -> Iterator[Held]:
    held = Held()
    yield held
    held.go.set()


def test_door_when_all_page_threads_are_held_then_deliveries_are_taken(held: Held) -> None:
    with served(held.door(is_inbox_held=False)) as port, ThreadPoolExecutor() as crowd:
        pages = [crowd.submit(ask, port, "/page") for _ in range(PAGE_THREADS + 2)]
        held.wait_for(PAGE_THREADS)
        assert deliver(port, b"{}", "one") == (202, {"status": "stored"})
        assert not any(page.done() for page in pages)
        held.go.set()
        assert [page.result() for page in pages] == [(200, b"page")] * len(pages)


def test_door_when_pages_and_idle_lines_take_all_they_may_then_deliveries_are_taken(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    most_pages, most_lines = 8, 16
    monkeypatch.setattr(connection, "MOST_CONNECTIONS", most_lines)
    door = held.door(is_inbox_held=False, most_pages=most_pages)
    pages: Any = door.inside
    with ExitStack() as lines, served(door) as port, ThreadPoolExecutor(most_pages) as crowd:
        # Half of them wait for a thread or in one, half send their forms slowly.
        waiting = [crowd.submit(ask, port, "/page") for _ in range(most_pages // 2)]
        for _ in range(most_pages // 2):
            slow = lines.enter_context(line_to(port))
            slow.sendall(b"POST /page HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nslow")
        held.wait_for(PAGE_THREADS)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while pages._open < most_pages:
            assert time.monotonic() < deadline, "they did not all come"
            time.sleep(0.01)
        for _ in range(2 * most_lines):
            lines.enter_context(line_to(port))
        for number in range(20):
            assert deliver(port, b"{}", f"{number}")[0] == 202
        status, again, body = ask_pages(port)
        assert (status, again, b"Too many pages" in body) == (503, "5", True)
        problem = json.loads(ask_pages(port, "/api/v1/people")[2])
        assert (problem["status"], problem["code"]) == (503, "busy")
        held.go.set()
        assert [page.result() for page in waiting] == [(200, b"page")] * len(waiting)


def ask_pages(port: int, path: str = "/page") -> tuple[int, str | None, bytes]:
    """Ask for a page; return the status, when to come again, and the body."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        line.request("GET", path)
        answer = line.getresponse()
        return answer.status, answer.getheader("Retry-After"), answer.read()
    finally:
        line.close()


def test_door_when_four_large_bodies_wait_then_the_fifth_is_told_to_come_again(held: Held) -> None:
    door = held.door(is_inbox_held=True)
    with served(door) as port, ThreadPoolExecutor() as crowd:
        four = [crowd.submit(deliver, port, LARGE, f"{n}") for n in range(MOST_LARGE)]
        held.wait_for(MOST_LARGE)
        small = crowd.submit(deliver, port, b"{}", "small")
        held.wait_for(1)
        status, problem = deliver(port, LARGE, "fifth")
        assert (status, problem["code"]) == (503, "busy")
        held.go.set()
        assert [one.result()[0] for one in (*four, small)] == [202] * (MOST_LARGE + 1)
        assert deliver(port, LARGE, "fifth")[0] == 202
    assert len(held.inbox.kept) == MOST_LARGE + 2
    assert door.bodies._large == door.bodies._small_bytes == 0


@pytest.mark.parametrize("length", [100, len(LARGE)])
def test_door_when_the_sender_goes_in_the_middle_then_nothing_is_stored_and_no_place_held(
    held: Held, length: int
) -> None:
    door = held.door(is_inbox_held=False)
    with served(door) as port:
        for _ in range(MOST_LARGE + 1):
            with line_to(port) as line:
                line.sendall(head(length) + b"{}")
        for guid in range(MOST_LARGE):
            while deliver(port, LARGE, f"{guid}")[0] == 503:
                pass  # the last of them may not be noticed yet
    assert len(held.inbox.kept) == MOST_LARGE
    assert door.bodies._large == door.bodies._small_bytes == 0


def test_door_when_a_body_dribbles_then_408_and_the_line_ends(held: Held) -> None:
    door = held.door(is_inbox_held=False, read_seconds=0.2)
    with served(door) as port, line_to(port) as line:
        line.sendall(head(len(LARGE)) + b"{}")
        answer = said(line)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"body_too_slow" in answer
    assert door.bodies._large == 0


def test_door_when_the_length_is_beyond_the_cap_then_413_before_the_body(held: Held) -> None:
    with served(held.door(is_inbox_held=False)) as port, line_to(port) as line:
        line.sendall(head(MOST_BYTES + 1))
        answer = said(line)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"body_too_large" in answer


def test_door_when_not_posted_then_405_and_a_body_ends_the_line(held: Held) -> None:
    with served(held.door(is_inbox_held=False)) as port:
        assert ask(port, PATH)[0] == 405
        assert ask(port, PATH, method="HEAD") == (405, b"")
        with line_to(port) as line:
            line.sendall(head(10**9).replace(b"POST", b"PUT"))
            assert said(line).startswith(b"HTTP/1.1 405")
