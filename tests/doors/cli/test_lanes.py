"""The two lanes of the embedded server, over real HTTP."""

from __future__ import annotations

import http.client
import logging
import threading
from collections.abc import Callable, Iterator
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


@pytest.fixture
def ask(request: pytest.FixtureRequest) -> Iterator[tuple[Held, Callable[[str], int]]]:
    application = Held(request.param)
    lanes = Lanes("/door".__eq__, PAGE_THREADS)
    server = create_server(application, host="127.0.0.1", port=0, _dispatcher=lanes)
    threading.Thread(target=server.run, daemon=True).start()

    def ask(path: str) -> int:
        line = http.client.HTTPConnection(
            "127.0.0.1", server.effective_port, timeout=PATIENCE_SECONDS
        )
        try:
            line.request("GET", path)
            return line.getresponse().status
        finally:
            line.close()

    yield application, ask
    application.go.set()
    assert lanes.shutdown()
    server.close()


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
    lanes = Lanes("/door".__eq__, PAGE_THREADS)
    server = create_server(Held(""), host="127.0.0.1", port=0, _dispatcher=lanes)
    threading.Thread(target=server.run, daemon=True).start()
    line = http.client.HTTPConnection("127.0.0.1", server.effective_port, timeout=PATIENCE_SECONDS)
    line.putrequest("POST", "/door")
    line.putheader("Content-Length", "many")
    line.endheaders()
    assert line.getresponse().status == 400
    line.close()
    assert lanes.shutdown()
    server.close()
