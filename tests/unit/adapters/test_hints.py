from __future__ import annotations

import os
import threading

import pytest

from laurels.adapters import hints
from laurels.adapters.hints import INBOX, HintBell

WAIT = 20.0


class Sending:
    """Keeps what was sent; refuses while it is told to, and blocks while `open` is not set."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, int]] = []
        self.tries = 0
        self.is_away = False
        self.open = threading.Event()
        self.open.set()

    def __call__(self, queue: str, job_id: int) -> None:
        assert self.open.wait(WAIT)
        self.tries += 1
        if self.is_away:
            raise ConnectionError("nobody there")
        self.sent.append((queue, job_id))


@pytest.fixture
def sending() -> Sending:
    return Sending()


@pytest.fixture
def bell(sending: Sending) -> HintBell:
    return HintBell(sending, lambda kind: "bulk" if kind == "long" else "default")


def test_ring_when_rung_then_sent_to_the_queue_of_its_kind(
    bell: HintBell, sending: Sending
) -> None:
    bell.ring(7, "short")
    bell.ring(8, "long")
    bell.ring_inbox()
    assert bell.flush(WAIT)
    assert sending.sent == [("default", 7), ("bulk", 8), (INBOX, 0)]


def test_ring_when_the_same_waits_already_then_sent_once(bell: HintBell, sending: Sending) -> None:
    sending.open.clear()
    bell.ring(1, "short")
    while not bell._is_sending:
        threading.Event().wait(0.001)
    for _ in range(50):
        bell.ring_inbox()
        bell.ring(2, "short")
    sending.open.set()
    assert bell.flush(WAIT)
    assert sending.sent == [("default", 1), (INBOX, 0), ("default", 2)]


def test_ring_when_nobody_can_be_reached_then_lost_and_later_ones_are_sent(
    bell: HintBell, sending: Sending
) -> None:
    sending.is_away = True
    bell.ring(1, "short")
    bell.ring(2, "short")
    assert bell.flush(WAIT)
    assert (sending.sent, sending.tries) == ([], 1)
    sending.is_away = False
    bell.ring(3, "short")
    assert bell.flush(WAIT)
    assert sending.sent == [("default", 3)]


def test_ring_when_too_many_wait_then_the_rest_is_left_to_the_sweep(
    bell: HintBell, sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hints, "MOST_WAITING", 3)
    sending.open.clear()
    bell.ring(1, "short")
    while not bell._is_sending:
        threading.Event().wait(0.001)
    for job in range(2, 10):
        bell.ring(job, "short")
    assert not bell.flush(0.01)
    sending.open.set()
    assert bell.flush(WAIT)
    assert [job for _, job in sending.sent] == [1, 2, 3, 4]


def test_ring_when_the_process_was_forked_then_rings_there_too(
    bell: HintBell, sending: Sending
) -> None:
    bell.ring(1, "short")
    assert bell.flush(WAIT)
    child = os.fork()
    if child == 0:
        bell.ring(2, "short")
        is_sent = bell.flush(WAIT) and sending.sent[-1] == ("default", 2)
        os._exit(0 if is_sent else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_ring_when_threads_of_this_process_listen_then_they_hear_it_at_once(
    sending: Sending,
) -> None:
    heard: list[object] = []
    bell = HintBell(
        sending,
        lambda kind: "default",
        lambda job, kind: heard.append((job, kind)),
        lambda: heard.append(INBOX),
    )
    sending.open.clear()
    bell.ring(5, "short")
    bell.ring_inbox()
    assert heard == [(5, "short"), INBOX]
    sending.open.set()
    assert bell.flush(WAIT)
