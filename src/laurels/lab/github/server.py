"""The stand-in itself: real HTTP on loopback, a thread for each connection.

`with StandIn() as github:` serves until the block ends. `github.api` and `github.web` are what
LAURELS_GITHUB_API_URL and LAURELS_GITHUB_WEB_URL are set to; `github.acts` and `github.places`
script the world, `github.post` sends its webhooks, `github.faults` spoils and counts.
REST is answered below /api/v3 and at the root alike, GraphQL at /api/v3/graphql, /api/graphql and
/graphql. The signature of an App's own token is not checked, since no key is held here.
"""

from __future__ import annotations

import re
import socket
import struct
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from laurels.lab.github.acts import Acts
from laurels.lab.github.doors.app_tokens import app_of
from laurels.lab.github.doors.asking import Answer, House, Problem, Request, Table, etag_of, last_of
from laurels.lab.github.doors.control import ControlDoor
from laurels.lab.github.doors.hooks import AppDoor, HookDoor
from laurels.lab.github.doors.oauth import SignInDoor
from laurels.lab.github.doors.pages import PageDoor
from laurels.lab.github.doors.repositories import PeopleDoor, RepositoryDoor
from laurels.lab.github.faults import SPOILING, Asked, Fault, Faults, refusal, shown, spoil
from laurels.lab.github.places import Places
from laurels.lab.github.post import Post
from laurels.lab.github.questions.door import GraphDoor
from laurels.lab.github.shapes.accounts import Urls
from laurels.lab.github.world import World

_PREFIXES = ("/api/v3", "/api")
_BY_ID = re.compile(r"^/repositories/(\d+)/(.+)$")
_UNMETERED = ("/rate_limit", "/login/", "/_standin")
_MOST_BODY_BYTES = 26_000_000


class StandIn:
    """A GitHub of one's own; `port` 0 takes a free one."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Callable[[], int] = lambda: int(time.time()),
        senders: int = 1,
    ) -> None:
        """Take the port; nothing is answered before `start`."""
        self._server = _Server((host, port), _Handler)
        self._server.standin = self
        self.port: int = self._server.server_address[1]
        self.web = f"http://{host}:{self.port}"
        self.api = f"{self.web}/api/v3"
        self.graphql = f"{self.web}/api/graphql"
        self.world = World(clock)
        self.faults = Faults()
        self.post = Post(self.world, senders)
        self.acts = Acts(self.world, self.post, Urls(self.api, self.web))
        self.places = Places(self.acts)
        house = House(self.world, self.acts, self.places, self.acts.urls)
        self.table = Table()
        door = RepositoryDoor(house, self.table)
        HookDoor(house, self.table, door)
        AppDoor(house, self.table)
        PeopleDoor(house, self.table)
        self.sign_in = SignInDoor(house, self.table)
        self.graph = GraphDoor(house, self.table, self.faults)
        self.control = ControlDoor(house, self.table, self.faults)
        self.table.add("GET /rate_limit", self._rate_limit)
        PageDoor(house, self.table)
        self._ending = threading.Event()
        self._serving: threading.Thread | None = None

    def start(self) -> StandIn:
        """Begin to answer and to send."""
        self.post.start()
        self._serving = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="stand-in", daemon=True
        )
        self._serving.start()
        return self

    def stop(self) -> None:
        """End; requests that hang by a fault are dropped."""
        self._ending.set()
        if self._serving is not None:
            self._server.shutdown()
            self._serving.join()
        self._server.server_close()
        self.post.stop()

    def __enter__(self) -> StandIn:
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()

    # Answering

    def answer(self, request: Request, token: str | None) -> Answer | None:
        """Answer one request; None when the line is to be cut without a word."""
        if self.faults.latency_seconds:
            self._ending.wait(self.faults.latency_seconds)
        fault = None if request.path.startswith("/_standin") else self.faults.take(request)
        if fault is not None and fault.kind in ("timeout", "reset"):
            if fault.kind == "timeout":
                self._ending.wait(fault.seconds)
            return None
        try:
            with self.world.lock:
                return self._answer(request, token, fault)
        except Problem as problem:
            return problem.answer

    def _answer(self, request: Request, token: str | None, fault: Fault | None) -> Answer:
        now = self.world.now()
        if token is not None:
            request.app = app_of(token, now, self.world.app_keys)
            request.grant = self.world.grant(token)
            if request.grant is None and request.app is None:
                raise Problem(401, "Bad credentials")
        is_metered = not request.path.startswith(_UNMETERED) and request.path != "/"
        resource = "graphql" if request.path == "/graphql" else "core"
        limit, budget = self.faults.limits[resource], [0, 0]
        if is_metered:
            budget = self.faults.budget(request.grant, resource, now)
        if fault is not None and fault.kind not in SPOILING:
            return refusal(fault, resource, limit, budget, now)
        if is_metered and resource == "core":
            self.faults.spend(request.grant, resource, 1, now)
        self._place_by_id(request)
        answer = self.table.answer(request)
        if answer is None:
            raise Problem(404, "Not Found")
        if fault is not None and fault.kind != "truncated":
            answer.body = spoil(fault, answer.body)
        if is_metered:
            answer.headers |= shown(resource, limit, budget)
            if request.grant is not None and request.grant.account is not None:
                answer.headers["X-OAuth-Scopes"] = ", ".join(request.grant.scopes)
                answer.headers["X-Accepted-OAuth-Scopes"] = ""
        if fault is not None and fault.kind == "truncated":
            whole = answer.written()
            answer.body = whole[: len(whole) // 2]
        elif request.method in ("GET", "HEAD") and answer.status == 200 and is_metered:
            return self._tagged(request, answer, budget)
        return answer

    def _place_by_id(self, request: Request) -> None:
        """Read `/repositories/{id}/…`, where redirects lead, as the path of its present name."""
        found = _BY_ID.match(request.path)
        place = self.world.repositories.get(int(found[1])) if found else None
        if found and place is not None and not place.is_deleted:
            request.path = f"/repos/{place.full_name}/{found[2]}"

    def _tagged(self, request: Request, answer: Answer, budget: list[int]) -> Answer:
        answer.body = answer.written()
        tag = answer.headers["ETag"] = etag_of(answer.body)
        answer.headers["Cache-Control"] = "private, max-age=60, s-maxage=60"
        if request.headers.get("if-none-match") == tag:
            budget[0] += 1  # what has not changed costs nothing
            answer.headers["X-RateLimit-Remaining"] = str(budget[0])
            return Answer(304, None, answer.headers)
        return answer

    def _rate_limit(self, request: Request) -> Answer:
        """`GET /rate_limit`: asking costs nothing."""
        found: dict[str, dict[str, Any]] = {}
        for name, limit in self.faults.limits.items():
            remaining, reset = self.faults.budget(request.grant, name, self.world.now())
            used = limit - remaining
            found[name] = {"limit": limit, "used": used, "remaining": remaining, "reset": reset}
        return Answer(body={"resources": found, "rate": found["core"]})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    standin: StandIn

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of lines that the other side dropped."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "stand-in"
    sys_version = ""
    disable_nagle_algorithm = True
    server: _Server

    def _any(self) -> None:
        standin = self.server.standin
        size = int(self.headers.get("Content-Length") or 0)
        if size > _MOST_BODY_BYTES:
            self.close_connection = True
            self.send_error(413)
            return
        body = self.rfile.read(size)
        address = urlsplit(self.path)
        path = address.path
        for prefix in _PREFIXES:
            if path.startswith(prefix + "/"):
                path = path.removeprefix(prefix)
                break
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, path, last_of(address.query), headers, body)
        answer = standin.answer(request, _token(headers.get("authorization", "")))
        login = request.person.login if request.person else ""
        status = answer.status if answer else 0
        standin.faults.note(
            Asked(self.command, self.path, status, login, standin.world.now(), body)
        )
        if answer is None:
            self._cut()
        else:
            self._send(answer)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do_HEAD = _any

    def _send(self, answer: Answer) -> None:
        body = answer.written()
        lines = [f"HTTP/1.1 {answer.status} {self.responses.get(answer.status, ('',))[0]}"]
        headers = {
            "Date": self.date_time_string(),
            "Server": "stand-in",
            "X-GitHub-Request-Id": f"{id(answer):X}",
            **answer.headers,
        }
        if answer.status not in (204, 304):
            headers["Content-Length"] = str(len(body))
        lines += [f"{name}: {value}" for name, value in headers.items()]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        is_bare = self.command == "HEAD" or answer.status in (204, 304)
        self.wfile.write(head if is_bare else head + body)

    def _cut(self) -> None:
        """Close the line with a reset, so that nobody takes it for an end."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:
        """Write nothing: `faults.log` has every request."""


def _token(header: str) -> str | None:
    kind, _, token = header.partition(" ")
    return token.strip() if kind.lower() in ("bearer", "token") and token.strip() else None
