"""Several serving processes: who dies is replaced, who is told to end ends, whatever hangs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from tests.doors.served import PATIENCE_SECONDS, ask, line_to

SERVE = """
import sys
from laurels.cli import processes
from laurels.cli.server import listen
if __name__ == "__main__":
    sockets = listen("127.0.0.1", 0)
    processes._MARGIN_SECONDS = {margin}
    port = sockets[0].getsockname()[1]
    sys.exit(processes.serve_processes(
        "{application}", sockets, 2, lambda: print(port, flush=True), grace={grace}
    ))
"""


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.05)


class Family:
    """Two processes that serve `slow_site`, and the one that looks after them."""

    def __init__(self, application: str, grace: float, margin: float) -> None:
        code = SERVE.format(application=application, grace=grace, margin=margin)
        self.process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())

    def numbers(self, unlike: set[int] | None = None) -> set[int]:
        """Return the numbers of two processes that answer, none of them among those."""
        found: set[int] = set()

        def both() -> bool:
            with suppress(OSError):
                found.add(int(ask(self.port, "/number")[1]))
            return len(found - (unlike or set())) == 2

        until(both)
        return found - (unlike or set())

    def wait_for_begun(self) -> None:
        """Return once a request that will not be answered was begun."""
        assert self.process.stderr is not None
        assert self.process.stderr.readline() == "begun\n"

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """End it; return its exit code and what it said."""
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=PATIENCE_SECONDS)
        return self.process.returncode, said


@contextmanager
def family(
    application: str = "tests.fakes.slow_site:application",
    grace: float = PATIENCE_SECONDS,
    margin: float = PATIENCE_SECONDS,
) -> Iterator[Family]:
    begun = Family(application, grace, margin)
    try:
        yield begun
    finally:
        begun.process.kill()
        begun.process.communicate()


def lives(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_processes_when_told_to_end_then_all_end_in_order() -> None:
    with family() as here:
        numbers = here.numbers()
        assert here.end() == (0, "")
    assert not any(map(lives, numbers))


def test_processes_when_one_is_killed_then_another_takes_its_place_and_says_so() -> None:
    with family() as here:
        dead, other = here.numbers()
        os.kill(dead, signal.SIGKILL)
        until(lambda: not lives(dead))
        (new,) = here.numbers(unlike={dead}) - {other}
        assert new not in (dead, other)
        code, said = here.end()
    assert (code, said) == (0, f"The serving process {dead} died (exit code -9); it is replaced.\n")


def test_processes_when_told_to_renew_then_new_ones_serve_before_old_ones_end() -> None:
    with family() as here:
        old = here.numbers()
        here.process.send_signal(signal.SIGHUP)
        # Every request meanwhile is answered, by old or new.
        new = here.numbers(unlike=old)
        until(lambda: not any(map(lives, old)))
        assert here.numbers() == new
        assert here.end() == (0, "")


def test_processes_when_a_request_hangs_then_the_end_comes_with_the_grace_and_names_it() -> None:
    with family(grace=0.5) as here:
        here.numbers()
        with line_to(here.port) as line:
            line.sendall(b"GET /hang HTTP/1.1\r\nHost: x\r\n\r\n")
            here.wait_for_begun()
            code, said = here.end()
    assert code == 1
    assert said.startswith("Ended without an answer to 1 request: GET /hang (")
    assert said.count("\n") == 1


def test_processes_when_one_is_stuck_then_it_is_killed_a_little_after_the_grace() -> None:
    with family(grace=0.5, margin=0.5) as here:
        numbers = here.numbers()
        with line_to(here.port) as line:
            line.sendall(b"GET /stuck HTTP/1.1\r\nHost: x\r\n\r\n")
            here.wait_for_begun()
            code, said = here.end()
    assert code == 1
    assert "did not end in time; it is killed." in said
    assert not any(map(lives, numbers))


def test_processes_when_none_can_serve_then_ends_with_an_error() -> None:
    with family("tests.fakes.slow_site:no_such_thing") as here:
        _, said = here.process.communicate(timeout=PATIENCE_SECONDS)
        assert here.process.returncode == 1
    assert "ended before it served: ending." in said


def test_processes_when_the_first_is_killed_then_the_others_end() -> None:
    with family() as here:
        numbers = here.numbers()
        here.process.kill()
        until(lambda: not any(map(lives, numbers)))
