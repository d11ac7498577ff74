"""The HTTP server, over real lines: what it takes, and for how long it waits."""

from __future__ import annotations

import json
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any

import pytest

from laurels.cli import connection
from laurels.cli.faults import Refusal
from laurels.cli.server import Server, address_of, config, listen
from tests.doors.served import PATIENCE_SECONDS, ask, line_to, said, served

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


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.01)


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
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.1)
    with served(echo) as port, line_to(port) as line:
        line.sendall(head)
        assert said(line) == b""


def test_server_when_a_second_head_does_not_come_to_its_end_then_the_line_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.3)
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


async def stuck(scope: Any, receive: Any, send: Any) -> None:
    """Answer `/now`, and nothing else before the sender is gone."""
    if scope["path"] == "/now":
        return await echo(scope, receive, send)
    while (await receive())["type"] != "http.disconnect":
        pass
    return None


def test_server_when_idle_lines_are_as_many_as_it_bears_then_the_oldest_ends_for_a_new_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "MOST_CONNECTIONS", 2)
    with served(echo) as port, line_to(port) as first, line_to(port) as second:
        second.sendall(b"GET /one HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"/one" in said(second, b"}")
        assert ask(port, "/")[0] == 200
        assert said(first) == b""
        second.sendall(b"GET /two HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"/two" in said(second, b"}")


def test_server_when_all_it_bears_wait_for_answers_then_503(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "MOST_CONNECTIONS", 2)
    begun = threading.Semaphore(0)

    async def counted(scope: Any, receive: Any, send: Any) -> None:
        begun.release()
        await stuck(scope, receive, send)

    with served(counted) as port:
        with line_to(port) as first, line_to(port) as second:
            for line in (first, second):
                line.sendall(b"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
                assert begun.acquire(timeout=PATIENCE_SECONDS)
            assert ask(port, "/now")[0] == 503
        until(lambda: ask(port, "/now")[0] == 200)


def is_refused(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS).close()
    except ConnectionError:
        return True
    return False


def test_server_when_told_to_end_then_who_has_just_connected_is_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "LAST_SECONDS", 5.0)
    with ExitStack() as lines:
        with served(echo) as port:
            known, late = (lines.enter_context(line_to(port)) for _ in range(2))
            known.sendall(b"GET /one HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b"/one" in said(known, b"}")

            def send_late() -> None:
                until(lambda: is_refused(port))
                late.sendall(b"GET /two HTTP/1.1\r\nHost: x\r\n\r\n")

            threading.Thread(target=send_late).start()
        answer = said(late)
        assert said(known) == b""
    assert b"/two" in answer
    assert b"connection: close" in answer


@pytest.mark.parametrize("is_second_signal", [False, True])
def test_server_when_a_request_has_no_answer_then_ends_with_the_grace_and_names_it(
    is_second_signal: bool, caplog: pytest.LogCaptureFixture
) -> None:
    sockets = listen("127.0.0.1", 0)
    grace = 3600 if is_second_signal else 0.1
    server = Server(config(stuck), grace=grace)
    thread = threading.Thread(target=server.run, args=(sockets,), daemon=True)
    port = sockets[0].getsockname()[1]
    thread.start()
    with line_to(port) as line:
        line.sendall(b"GET /wait?token=secret HTTP/1.1\r\nHost: x\r\n\r\n")
        until(lambda: bool(server.server_state.tasks))
        server.handle_exit(signal.SIGINT, None)
        if is_second_signal:
            server.handle_exit(signal.SIGINT, None)
        thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()
    (asked,) = server.unanswered
    assert asked.startswith("GET /wait (")
    assert caplog.records == []


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
