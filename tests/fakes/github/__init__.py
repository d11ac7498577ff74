"""A stand-in GitHub for tests: `with github() as hub:` serves one on loopback.

The server itself ships as laurels.lab.github, for the live demo. Here are a clock to turn, a
small town to begin with, and a door that takes webhooks and keeps them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from laurels.lab.github.server import StandIn
from laurels.lab.github.things import Account, Repository

START = 1_790_000_000


@dataclass
class Clock:
    """An instant that moves only when told to."""

    now: int = START

    def __call__(self) -> int:
        return self.now

    def forward(self, seconds: int) -> int:
        """Let time pass."""
        self.now += seconds
        return self.now


@dataclass
class Town:
    """A stand-in with an organisation, a repository of it, and named people."""

    hub: StandIn
    clock: Clock
    owner: Account
    maintainer: Account
    contributor: Account
    outsider: Account
    group: Account
    repository: Repository


@contextmanager
def github(clock: Any = None, **about: Any) -> Iterator[StandIn]:
    """Serve an empty stand-in while the block runs."""
    given = {} if clock is None else {"clock": clock}
    with StandIn(**given, **about) as hub:
        yield hub


@contextmanager
def town(**about: Any) -> Iterator[Town]:
    """Serve a stand-in with a few people and one repository, under a clock to turn."""
    clock = Clock()
    with github(clock, **about) as hub:
        owner, maintainer, contributor, outsider = (
            hub.places.account(login) for login in ("olga", "mira", "carl", "otto")
        )
        group = hub.places.account("harbour", "Organization")
        group.members[owner.id] = "admin"
        place = hub.places.repository(group, "tide", languages={"Python": 900, "C": 100})
        place.rights |= {maintainer.id: "maintain"}
        yield Town(hub, clock, owner, maintainer, contributor, outsider, group, place)


@dataclass
class Taken:
    """One webhook as it came in."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Door:
    """Where webhooks are taken; `statuses` are answered in turn, then 202."""

    url: str
    taken: list[Taken] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)


@contextmanager
def door() -> Iterator[Door]:
    """Take webhooks on loopback while the block runs."""
    found = Door("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.taken.append(Taken(dict(self.headers.items()), body))
            self.send_response(found.statuses.pop(0) if found.statuses else 202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.url = f"http://127.0.0.1:{server.server_address[1]}/webhooks/github"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
