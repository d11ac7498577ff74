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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_server_when_told_to_end_then_who_waits_is_answered_and_what_was_answered_is_stored(
    tmp_path: Path, engine: str, begun: Begun, number: signal.Signals
) -> None:
    load = posts(60)
    with place(engine, tmp_path / "place", begun(engine)) as here:
        process = here.installation.start(
            "serve", "--port", "0", environ=ENVIRON, stderr=subprocess.DEVNULL
        )
        assert process.stdout is not None
        address = address_in(process.stdout.readline())
        sender = Sender(list(load), address)
        sender.start(SENDERS)
        while len(sender.answered) < 40:
            time.sleep(0.002)
        with locked(here):
            # All senders but for those between two deliveries wait at the database now.
            before, calm = -1, 0
            while calm < 20:
                time.sleep(0.02)
                known = len(sender.answered)
                is_calm = known == before and unread(urlsplit(address).port or 0) == [0] * SENDERS
                before, calm = known, calm + 1 if is_calm else 0
            process.send_signal(number)
            time.sleep(0.2)
        process.communicate(timeout=PATIENCE_SECONDS)
        sender.stop()
        left = probe(here, "stored")
    assert process.returncode == 0
    assert len(sender.answered) >= before + SENDERS, "somebody who waited was not answered"
    assert sender.refused == []
    assert not set(sender.answered) - set(left["guids"])
    assert len(left["guids"]) == len(set(left["guids"]))
    assert left["faulty"] == 0
    assert left["counts"]["processed"] == left["counts"]["received"] == len(left["guids"])
