"""SIGTERM and SIGINT: answers in flight are given, work comes to an end, nothing is lost."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.engines.hooks_places import ENVIRON, PATIENCE_SECONDS, Begun, address_in, probe
from tests.engines.hooks_sender import Sender, posts
from tests.engines.processes import place
from tests.engines.test_hooks_faults import locked

SENDERS = 8
_ESTABLISHED = "01"


def unread(port: int) -> list[int]:
    """Return how many bytes each connection to a port has that the server did not read yet."""
    found = []
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, _, state, queues, *_ = line.split()
        if int(local.partition(":")[2], 16) == port and state == _ESTABLISHED:
            found.append(int(queues.partition(":")[2], 16))
    return found


def wait_at_the_database(sender: Sender, port: int, seconds: float = 5) -> int | None:
    """Return the count of answers at which all senders waited for the server; None if not in time.

    Those that came between are no matter: what counts is that the server has read all of them.
    """
    before, calm, deadline = -1, 0, time.monotonic() + seconds
    while calm < 20:
        if time.monotonic() > deadline:
            return None
        time.sleep(0.02)
        known = len(sender.answered) + len(sender.refused)
        is_calm = known == before and unread(port) == [0] * SENDERS
        before, calm = known, calm + 1 if is_calm else 0
    return len(sender.answered)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_server_when_told_to_end_then_who_waits_is_answered_and_what_was_answered_is_stored(
    tmp_path: Path, engine: str, begun: Begun, number: signal.Signals
) -> None:
    load = posts(100)
    with place(engine, tmp_path / "place", begun(engine)) as here:
        process = here.installation.start(
            "serve", "--port", "0", environ=ENVIRON, stderr=subprocess.DEVNULL
        )
        assert process.stdout is not None
        address = address_in(process.stdout.readline())
        port = urlsplit(address).port or 0
        sender = Sender(list(load), address)
        sender.start(SENDERS)
        sender.wait_for_answers(40)
        # On a busy machine the senders may come after the door gave the database up: once more.
        for _ in range(8):
            with locked(here):
                before = wait_at_the_database(sender, port)
                refused = len(sender.refused)
                if before is not None:
                    process.send_signal(number)
                    time.sleep(0.2)
                    break
            sender.wait_for_answers(len(sender.answered) + 8)
        assert before is not None, "the senders never waited all at once"
        process.communicate(timeout=PATIENCE_SECONDS)
        sender.stop()
        left = probe(here, "stored")
    assert process.returncode == 0
    assert len(sender.answered) >= before + SENDERS, "somebody who waited was not answered"
    assert sender.refused[refused:] == []
    assert not set(sender.answered) - set(left["guids"])
    assert len(left["guids"]) == len(set(left["guids"]))
    assert left["faulty"] == 0
    assert left["counts"]["processed"] == left["counts"]["received"] == len(left["guids"])
