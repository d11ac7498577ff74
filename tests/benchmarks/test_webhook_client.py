"""The client that loads webhook doors, against a server that counts."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks.deliveries import PATH, SECRET, Delivery
from benchmarks.webhook_client import Client


class Door:
    """A server that checks what comes; to what it was told to refuse it says 503 the first time."""

    def __init__(self, *, refused: str = "", closes: bool = False) -> None:
        self.taken: list[tuple[str, str]] = []
        door = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                made = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
                assert self.path == PATH and self.headers["X-Hub-Signature-256"] == f"sha256={made}"
                guid = self.headers["X-GitHub-Delivery"]
                door.taken.append((guid, json.loads(body)["n"]))
                is_refused = guid == refused and [one[0] for one in door.taken].count(guid) == 1
                self.send_response(503 if is_refused else 202)
                self.send_header("Content-Length", "2")
                if closes:
                    self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def doors() -> Iterator[list[Door]]:
    opened: list[Door] = []
    yield opened
    for door in opened:
        door.server.shutdown()
        door.server.server_close()


@pytest.mark.parametrize("closes", [False, True])
@pytest.mark.parametrize("rate", [0, 500])
def test_client_when_it_sends_then_each_once_and_what_was_refused_again(
    doors: list[Door], closes: bool, rate: float
) -> None:
    doors.append(Door(refused="d-7", closes=closes))
    bodies = [json.dumps({"n": str(n), "x": "x" * 400_000 * (n == 3)}) for n in range(40)]
    given = [Delivery(f"d-{n}", "push", body.encode()) for n, body in enumerate(bodies)]
    client = Client(doors[0].server.server_port, [one.request() for one in given], rate)
    seconds = client.run(4)
    assert client.statuses == {202: 40, 503: 1}
    once = [(f"d-{n}", str(n)) for n in range(40)]
    assert sorted(doors[0].taken) == sorted([*once, once[7]])
    assert len(client.took) == 40 and 0 < max(client.took) <= seconds
