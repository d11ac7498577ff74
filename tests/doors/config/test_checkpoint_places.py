"""Places that keep checkpoints: a file, an HTTP server and a mail server, all real, on loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from laurels.adapters.checkpoint_places import FilePlace, HttpPlace, MailPlace, PlaceFailed
from tests.fakes.mail import mail_server


@contextmanager
def http_server(status: int) -> Iterator[tuple[str, list[bytes]]]:
    """Have a server that answers every POST so; give its address and the bodies."""
    bodies: list[bytes] = []

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/s3cret", bodies
        server.shutdown()


def test_a_file_keeps_every_line_in_order(tmp_path: Path) -> None:
    place = FilePlace(tmp_path / "kept.jsonl")
    place.keep("one", "")
    place.keep("two", "")
    assert place.path.read_text(encoding="utf-8") == "one\ntwo\n"


def test_a_file_that_cannot_be_written_is_a_failure_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(PlaceFailed, match=r"nowhere.*No such file"):
        FilePlace(tmp_path / "nowhere" / "kept.jsonl").keep("one", "")


def test_an_address_takes_the_line_as_a_body() -> None:
    with http_server(204) as (url, bodies):
        HttpPlace(url).keep('{"a":1}', "")
    assert bodies == [b'{"a":1}']


@pytest.mark.parametrize("status", [302, 403, 500])
def test_an_address_that_refuses_is_a_failure_without_its_path(status: int) -> None:
    with http_server(status) as (url, _), pytest.raises(PlaceFailed) as failed:
        HttpPlace(url).keep("{}", "")
    assert str(failed.value) == f"127.0.0.1 answered {status}"
    assert "s3cret" not in repr(HttpPlace(url))


def test_an_address_where_nobody_listens_is_a_failure() -> None:
    with http_server(204) as (url, _):
        pass
    with pytest.raises(PlaceFailed, match="ConnectError"):
        HttpPlace(url).keep("{}", "")


def test_a_mailbox_is_sent_the_line() -> None:
    with mail_server() as server:
        MailPlace(server.url, "laurels@example.org", ("a@example.org", "b@example.org")).keep(
            "the line", "Ledger checkpoint: entry 5"
        )
    (mail,) = server.mails
    assert "Subject: Ledger checkpoint: entry 5" in mail
    assert "To: a@example.org, b@example.org" in mail
    assert mail.rstrip().endswith("the line")


def test_a_mail_server_is_told_who_logs_in() -> None:
    with mail_server() as server:
        address = server.url.replace("//", "//ada:pass%40word@")
        MailPlace(address, "laurels@example.org", ("a@example.org",)).keep("line", "")
        assert "pass" not in repr(MailPlace(address, "x", ()))
    assert len(server.logins) == len(server.mails) == 1


def test_a_mailbox_that_is_refused_is_a_failure() -> None:
    with (
        mail_server(refuses=True) as server,
        pytest.raises(PlaceFailed, match=r"127\.0\.0\.1: SMTP"),
    ):
        MailPlace(server.url, "laurels@example.org", ("a@example.org",)).keep("line", "")
    assert server.mails == []


def test_a_mail_server_that_is_away_is_a_failure() -> None:
    with mail_server() as server:
        pass
    with pytest.raises(PlaceFailed, match="ConnectionRefusedError"):
        MailPlace(server.url, "laurels@example.org", ("a@example.org",)).keep("line", "")
