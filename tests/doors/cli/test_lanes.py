"""The two lanes of the embedded server, over real HTTP."""

from __future__ import annotations

import http.client
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from waitress import create_server

from laurels.cli.lanes import DOOR_THREADS, Lanes

PATIENCE_SECONDS = 30
PAGE_THREADS = 2


class Held:
    """An application whose pages, or whose door, wait until they are let go."""

    def __init__(self, held: str) -> None:
        self.held = held
        self.go = threading.Event()
        self.inside = threading.Semaphore(0)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        if environ["PATH_INFO"] == self.held:
            self.inside.release()
            self.go.wait(PATIENCE_SECONDS)
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]


@contextmanager
def served(application: Held) -> Iterator[Any]:
    """Serve `application` with lanes; everything is closed by the thread that watches it."""
    lanes = Lanes("/door".__eq__, PAGE_THREADS)
    server = create_server(
        application, host="127.0.0.1", port=0, asyncore_use_poll=True, _dispatcher=lanes
    )
    serving = threading.Thread(target=server.run, daemon=True)
    serving.start()
    yield server
    application.go.set()
    assert lanes.shutdown()
    server.trigger.pull_trigger(server.close)
    serving.join(PATIENCE_SECONDS)
    assert not serving.is_alive()


def line_to(server: Any) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", server.effective_port, timeout=PATIENCE_SECONDS)


@pytest.fixture
def ask(request: pytest.FixtureRequest) -> Iterator[tuple[Held, Callable[[str], int]]]:
    application = Held(request.param)
    with served(application) as server:

        def ask(path: str) -> int:
            line = line_to(server)
            try:
                line.request("GET", path)
                return line.getresponse().status
            finally:
                line.close()

        yield application, ask


@pytest.mark.parametrize(
    ("ask", "other", "threads"),
    [("/page", "/door", PAGE_THREADS), ("/door", "/page", DOOR_THREADS)],
    indirect=["ask"],
)
def test_lane_when_all_its_threads_are_held_then_the_other_answers(
    ask: tuple[Held, Callable[[str], int]],
    other: str,
    threads: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    application, get = ask
    statuses: list[int] = []
    askers = [
        threading.Thread(target=lambda: statuses.append(get(application.held)))
        for _ in range(threads + 1)
    ]
    with caplog.at_level(logging.WARNING):
        for asker in askers:
            asker.start()
        for _ in range(threads):
            assert application.inside.acquire(timeout=PATIENCE_SECONDS)
        assert get(other) == 200
        application.go.set()
        for asker in askers:
            asker.join(PATIENCE_SECONDS)
    assert statuses == [200] * (threads + 1)
    assert not caplog.records  # one had to wait, and no line is logged for that


def test_lane_when_the_request_cannot_be_read_then_refused() -> None:
    with served(Held("")) as server:
        line = line_to(server)
        line.putrequest("POST", "/door")
        line.putheader("Content-Length", "many")
        line.endheaders()
        assert line.getresponse().status == 400
        line.close()
