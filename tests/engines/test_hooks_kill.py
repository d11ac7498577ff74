"""kill -9 of processes that take deliveries: what was answered 202 is there, once, with effects."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path

from tests.engines.hooks_places import (
    ENVIRON,
    PATIENCE_SECONDS,
    Begun,
    address_in,
    probe,
    start_probe,
)
from tests.engines.hooks_sender import Sender, posts
from tests.engines.processes import Place, place

ROUNDS = 20
TRUE_STARTS = 3
"""Rounds that begin with the command itself; the others fork a process that has imported it."""
PULL_REQUESTS = 300
"""Enough that senders still have something at the last kill: a round takes some thirty."""
KILLS, ANSWERS = 100, 1_000
SAME = ("ok", "active_items", "sha256", "boards", "recount_faults")


class Host:
    """Serving processes, one after another: started by the command, or forked from a host."""

    def __init__(self, here: Place) -> None:
        self._here = here
        self._host = start_probe(here, "host", stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self._real: subprocess.Popen[str] | None = None
        self._number = 0

    def start(self, *, is_real: bool) -> str:
        """Start one and return its address."""
        if is_real:
            self._real = self._here.installation.start(
                "serve", "--port", "0", environ=ENVIRON, stderr=subprocess.DEVNULL
            )
            assert self._real.stdout is not None
            self._number = self._real.pid
            return address_in(self._real.stdout.readline())
        self._host.stdin.write("fork\n")
        self._host.stdin.flush()
        lines = sorted(self._host.stdout.readline() for _ in range(2))
        self._number = int(lines[1].split()[1])
        return address_in(lines[0])

    def kill(self) -> None:
        """Kill the one that was started last, at once."""
        os.kill(self._number, signal.SIGKILL)
        if self._real is not None:
            self._real.communicate()
            self._real = None

    def close(self) -> None:
        """End the host."""
        self._host.stdin.close()
        self._host.wait(PATIENCE_SECONDS)


def test_serving_process_killed_under_load_then_every_202_is_stored_once_with_its_effects(
    tmp_path: Path, engine: str, begun: Begun
) -> None:
    draw = random.Random(engine)
    load = posts(PULL_REQUESTS)
    with place(engine, tmp_path / "calm", begun(engine)) as calm:
        expected = probe(calm, "calm", PULL_REQUESTS)
    assert expected["counts"]["processed"] == len(load)
    assert expected["state"]["ok"], expected
    assert expected["state"]["active_items"] > 100
    with place(engine, tmp_path / "rough", begun(engine)) as rough:
        host = Host(rough)
        sender = Sender(list(load))
        killed, waits = 0, []
        for turn in range(ROUNDS):
            begun = time.monotonic()
            is_real = turn % (ROUNDS // TRUE_STARTS) == 0
            sender.aim(host.start(is_real=is_real))
            if turn == 0:
                sender.start(12)
            sender.wait_for_answers(len(sender.answered) + draw.randint(1, 20))
            time.sleep(draw.uniform(0, 0.01))
            killed += bool(sender.waiting)
            host.kill()
            if is_real and sender.first_at is not None:
                waits.append(round(sender.first_at - begun, 2))
        sender.aim(host.start(is_real=False))
        assert sender.finish(PATIENCE_SECONDS)
        host.kill()
        host.close()
        left = probe(rough, "stored")
    assert left["guids"] == sorted(post.guid for post in load)
    assert sorted(sender.answered) == left["guids"]
    assert left["faulty"] == 0
    counts = left["counts"]
    assert (counts["received"], counts["processed"]) == (len(load), len(load))
    assert [left["state"][name] for name in SAME] == [expected["state"][name] for name in SAME]
    print(f"{engine}: killed {killed} times; first 202 after a start: {waits} s")  # noqa: T201
    assert killed == ROUNDS, "some kills came too late to matter"


def test_process_killed_right_after_an_answer_then_what_was_answered_is_stored_once(
    tmp_path: Path, engine: str, begun: Begun
) -> None:
    log = tmp_path / "answers"
    with place(engine, tmp_path / "place", begun(engine)) as here:
        done = probe(here, "mortals", log, KILLS, ANSWERS)
        left = probe(here, "stored")
    answered = log.read_text().split()
    assert done["died"] >= KILLS
    assert len(answered) == len(set(answered)) >= ANSWERS
    assert not set(answered) - set(left["guids"])
    assert len(left["guids"]) == len(set(left["guids"]))
    assert left["faulty"] == 0
    assert left["before"]["pending"] == left["counts"]["received"] == len(left["guids"])
    assert left["counts"]["pending"] == 0
