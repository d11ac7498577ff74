"""A client that costs little: one process, one loop, so many kept connections, requests as bytes.

`python -m benchmarks.webhook_client PORT FILE CONNECTIONS RATE`: reads FILE, says `ready`, begins
when a line comes, and tells in JSON what the answers were and how long they took. RATE 0 sends the
next request of a connection as soon as the last is answered. What is answered 503 is sent again,
and its time goes on.
"""

from __future__ import annotations

import json
import pickle
import re
import select
import socket
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.I)
_CLOSE = re.compile(rb"\r\nconnection: *close", re.I)
_PATIENCE = 30.0
_COME_AGAIN = 503


@dataclass(slots=True)
class _Line:
    """One connection and the request that is on it."""

    socket: socket.socket
    rest: memoryview | None = None
    answer: bytes = b""
    number: int = -1
    began: float = 0.0


@dataclass(slots=True)
class Client:
    """Sends all requests once; `rate` is how many a second, 0 for as many as are answered."""

    port: int
    requests: list[bytes]
    rate: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)
    answered: dict[int, float] = field(default_factory=dict)
    _next: int = 0
    _again: list[tuple[int, float]] = field(default_factory=list)
    _epoll: Any = field(default_factory=select.epoll)
    _lines: dict[int, _Line] = field(default_factory=dict)
    _idle: list[_Line] = field(default_factory=list)
    _began: float = 0.0

    def run(self, connections: int) -> float:
        """Return the seconds from the first byte sent to the last answer."""
        for _ in range(min(connections, len(self.requests))):
            self._idle.append(self._connect())
        self._began = last = time.perf_counter()
        while len(self.took) < len(self.requests):
            self._feed()
            events = self._epoll.poll(self._pause())
            for descriptor, event in events:
                self._step(self._lines[descriptor], event)
            now = time.perf_counter()
            last = now if events else last
            if now - last > _PATIENCE:
                raise TimeoutError(f"{len(self.requests) - len(self.took)} are not answered")
        seconds = time.perf_counter() - self._began
        for line in self._lines.values():
            line.socket.close()
        self._epoll.close()
        return seconds

    def _connect(self) -> _Line:
        line = _Line(socket.create_connection(("127.0.0.1", self.port), timeout=_PATIENCE))
        line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.socket.setblocking(False)
        self._lines[line.socket.fileno()] = line
        self._epoll.register(line.socket.fileno(), select.EPOLLIN)
        return line

    def _due(self) -> float:
        """Return when the next request is due."""
        return self._began + self._next / self.rate if self.rate else 0.0

    def _pause(self) -> float:
        if not self.rate or self._next >= len(self.requests) or not self._idle:
            return 1.0
        return max(0.0, self._due() - time.perf_counter())

    def _feed(self) -> None:
        while self._idle and (self._again or self._next < len(self.requests)):
            now = time.perf_counter()
            if self._again:
                number, began = self._again.pop()
            elif (due := self._due()) > now:
                return
            else:
                # Where a rate is wanted, waiting for a free line counts as well.
                number, began = self._next, due or now
                self._next += 1
            line = self._idle.pop()
            line.began, line.number = began, number
            line.rest, line.answer = memoryview(self.requests[number]), b""
            self._send(line)

    def _send(self, line: _Line) -> None:
        with suppress(BlockingIOError):
            line.rest = line.rest[line.socket.send(line.rest) :]
        wanted = select.EPOLLIN | (select.EPOLLOUT if line.rest else 0)
        self._epoll.modify(line.socket.fileno(), wanted)

    def _step(self, line: _Line, event: int) -> None:
        if event & select.EPOLLOUT:
            self._send(line)
        if not event & ~select.EPOLLOUT:
            return
        try:
            piece = line.socket.recv(65_536)
        except ConnectionError:
            piece = b""
        line.answer += piece
        head, end, body = line.answer.partition(b"\r\n\r\n")
        length = _LENGTH.search(head) if end else None
        if piece and (length is None or len(body) < int(length[1])):
            return
        if line.number >= 0:
            self._count(line, int(head[9:12] or 0))
        elif piece:
            raise RuntimeError("an answer to nothing")
        else:
            self._idle.remove(line)  # the server closed what nobody used
        if not piece or line.rest or _CLOSE.search(head):
            self._epoll.unregister(line.socket.fileno())
            del self._lines[line.socket.fileno()]
            line.socket.close()
            line = self._connect()
        self._idle.append(line)

    def _count(self, line: _Line, status: int) -> None:
        self.statuses[status] += 1
        if status == _COME_AGAIN:
            self._again.append((line.number, line.began))
        else:
            now = self.answered[line.number] = time.perf_counter()
            self.took.append(now - line.began)
        line.number = -1


def main(port: str, file: str, connections: str, rate: str) -> None:
    """Do what the command line says."""
    client = Client(int(port), pickle.loads(Path(file).read_bytes()), float(rate))
    print("ready", flush=True)
    sys.stdin.readline()
    seconds = client.run(int(connections))
    took = sorted(client.took)
    found = {
        "seconds": seconds,
        "statuses": dict(client.statuses),
        "p50": took[len(took) // 2],
        # By the clock that all processes of a machine share.
        "answered": [client.answered[number] for number in range(len(client.requests))],
        "p99": took[min(len(took) - 1, len(took) * 99 // 100)],
    }
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
