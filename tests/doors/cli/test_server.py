"""The HTTP server, over real lines: what it takes, and for how long it waits."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from laurels.cli import server
from laurels.cli.faults import Refusal
from laurels.cli.server import address_of, listen
from tests.doors.served import ask, line_to, said, served

_END = b"\r\n\r\n"


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Tell what came."""
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    told = json.dumps(
        {
            "path": scope["path"],
            "client": scope["client"][0],
            "scheme": scope["scheme"],
            "body": body.decode(),
        }
    ).encode()
    headers = [(b"content-length", str(len(told)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": told})


def test_server_when_asked_twice_on_one_line_then_both_are_answered() -> None:
    with served(echo) as port, line_to(port) as line:
        for path in (b"/one", b"/two"):
            line.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n")
            assert path in said(line, b"}")


def test_server_when_the_body_comes_in_chunks_then_it_is_put_together() -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    with served(echo) as port, line_to(port) as line:
        line.sendall(head + b"3\r\nabc\r\n")
        line.sendall(b"2\r\nde\r\n0\r\n\r\n")
        assert b'"abcde"' in said(line, b"}")


def test_server_when_the_sender_expects_a_word_first_then_it_gets_it() -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    with served(echo) as port, line_to(port) as line:
        line.sendall(head)
        assert said(line, _END).startswith(b"HTTP/1.1 100 Continue")
        line.sendall(b"ok")
        assert b'"ok"' in said(line, b"}")


def test_server_when_only_the_head_is_asked_for_then_no_body_comes() -> None:
    with served(echo) as port, line_to(port) as line:
        line.sendall(b"HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = said(line)
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(_END)


@pytest.mark.parametrize(
    "head",
    [
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0",
        b"GET \x80 HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01",
    ],
)
def test_server_when_the_request_is_none_then_400_and_the_line_ends(head: bytes) -> None:
    with served(echo) as port, line_to(port) as line:
        line.sendall(head)
        assert said(line).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("head", [b"", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "])
def test_server_when_a_head_does_not_come_to_its_end_then_the_line_ends(
    monkeypatch: pytest.MonkeyPatch, head: bytes
) -> None:
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.1)
    with served(echo) as port, line_to(port) as line:
        line.sendall(head)
        assert said(line) == b""


def test_server_when_a_second_head_does_not_come_to_its_end_then_the_line_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.3)
    with served(echo) as port, line_to(port) as line:
        line.sendall(b"GET /one HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"/one" in said(line, b"}")
        line.sendall(b"GET /two HTTP/1.1\r\nHos")
        assert said(line) == b""


def test_server_when_a_head_has_no_end_then_the_line_ends() -> None:
    with served(echo) as port, line_to(port) as line, pytest.raises(ConnectionError):
        line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: ")
        for _ in range(1_000):
            line.sendall(b"x" * 65_536)


def test_server_when_somebody_tells_of_a_client_then_not_believed_here() -> None:
    told = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
    with served(echo) as port:
        _, body = ask(port, "/", headers=told)
    assert (json.loads(body)["client"], json.loads(body)["scheme"]) == ("127.0.0.1", "http")


def test_server_when_as_many_are_connected_as_it_bears_then_503(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server, "_MOST_CONNECTIONS", 2)
    with served(echo) as port:
        with line_to(port):
            assert ask(port, "/")[0] == 503
        for _ in range(100):
            if ask(port, "/")[0] == 200:
                return
    raise AssertionError("it does not recover")


def test_listen_when_the_name_has_several_addresses_then_one_port_at_all() -> None:
    sockets = listen("localhost", 0)
    try:
        assert len({one.getsockname()[1] for one in sockets}) == 1
    finally:
        for one in sockets:
            one.close()


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid", "a" * 70 + ".example"])
def test_listen_when_the_address_is_not_ours_then_refused_naming_it(host: str) -> None:
    with pytest.raises(Refusal, match=f"Cannot listen on {host} port 8000: "):
        listen(host, 8000)


@pytest.mark.parametrize(
    ("listening", "shown"),
    [
        (("127.0.0.1", 80), "http://127.0.0.1:80/"),
        (("0.0.0.0", 81), "http://localhost:81/"),
        (("::1", 82, 0, 0), "http://[::1]:82/"),
        (("::", 83, 0, 0), "http://localhost:83/"),
    ],
)
def test_address_when_listening_there_then_one_that_a_browser_takes(
    listening: Any, shown: str
) -> None:
    assert address_of(SimpleNamespace(getsockname=lambda: listening)) == shown  # type: ignore[arg-type]
