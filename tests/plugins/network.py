"""Tests stay on this machine: a socket that would leave it raises instead."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_LOOPBACK = ("127.", "::1", "localhost")


class NetworkRefused(Exception):
    """A test tried to reach an address that it may not reach."""


@contextmanager
def guarded(*, is_loopback_allowed: bool) -> Iterator[None]:
    """Refuse connections while the block runs; sockets of the file system stay allowed."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def check(address: Any) -> None:
        if isinstance(address, str | bytes):
            return
        host = str(address[0])
        if not (is_loopback_allowed and host.startswith(_LOOPBACK)):
            raise NetworkRefused(f"a test tried to reach {host}")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        check(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        check(address)
        return connect_ex(self, address)

    socket.socket.connect = guarded_connect  # type: ignore[method-assign]
    socket.socket.connect_ex = guarded_connect_ex  # type: ignore[method-assign]
    try:
        yield
    finally:
        socket.socket.connect = connect  # type: ignore[method-assign]
        socket.socket.connect_ex = connect_ex  # type: ignore[method-assign]
