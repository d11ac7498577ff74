"""The bell's threads, with steps that need no database; tests/engines has them with one."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from laurels.apps.jobs.bell import ThreadBell
from laurels.apps.jobs.models import Job
from laurels.kit.clock import ManualClock
from tests.apps.jobs.conftest import NOW

PATIENCE = 30.0
"""How long a test waits for what must happen; never for what must not."""


class Work:
    """Steps of a worker: what to do comes from the test, what was done is counted."""

    def __init__(self) -> None:
        self.todo: list[Callable[[], object]] = []
        self.done = 0
        self.looks = 0
        self.changed = threading.Condition()

    def __call__(self, *, clock: object, claimed: Callable[[Job], None]) -> object | None:
        with self.changed:
            self.looks += 1
            task = self.todo.pop(0) if self.todo else None
            self.changed.notify_all()
        if task is None:
            return None
        claimed(Job(id=1, lease_until=NOW + 60))
        task()
        with self.changed:
            self.done += 1
            self.changed.notify_all()
        return True

    def give(self, *tasks: Callable[[], object]) -> None:
        with self.changed:
            self.todo.extend(tasks)

    def wait(self, condition: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(condition, timeout=PATIENCE)


def nothing() -> None:
    """A job that is done at once."""


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


def test_bell_when_started_then_what_waits_is_done(work: Work, clock: ManualClock) -> None:
    work.give(nothing, nothing, nothing)
    bell = ThreadBell(clock=clock, step=work, poll_seconds=0.01)
    bell.start(2)
    work.wait(lambda: work.done == 3)
    assert bell.working == 2
    assert bell.stop(timeout=PATIENCE)
    assert bell.working == 0


def test_bell_when_rung_then_it_looks_without_waiting(work: Work, clock: ManualClock) -> None:
    bell = ThreadBell(clock=clock, step=work, poll_seconds=10_000)
    bell.start(1)
    work.wait(lambda: work.looks == 1)
    work.give(nothing)
    bell.ring(1, "test")
    work.wait(lambda: work.done == 1)
    assert bell.stop(timeout=PATIENCE)


def test_bell_when_never_rung_then_it_looks_by_itself(work: Work, clock: ManualClock) -> None:
    bell = ThreadBell(clock=clock, step=work, poll_seconds=0.01)
    bell.start(1)
    work.wait(lambda: work.looks > 2)
    work.give(nothing)
    work.wait(lambda: work.done == 1)
    assert bell.stop(timeout=PATIENCE)


def test_bell_when_the_database_is_away_then_it_goes_on_later(
    work: Work, clock: ManualClock
) -> None:
    def fail() -> None:
        raise ConnectionError("the database is away")

    work.give(fail, fail, nothing)
    bell = ThreadBell(clock=clock, step=work, poll_seconds=0.01)
    bell.start(1)
    work.wait(lambda: work.done == 1)
    assert bell.working == 1
    assert bell.stop(timeout=PATIENCE)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_bell_when_a_thread_dies_then_another_takes_its_place(
    work: Work, clock: ManualClock
) -> None:
    def die() -> None:
        raise SystemExit

    work.give(die, nothing)
    bell = ThreadBell(clock=clock, step=work, poll_seconds=0.01)
    bell.start(1)
    work.wait(lambda: work.done == 1)
    assert bell.stop(timeout=PATIENCE)


def test_bell_when_a_job_outlives_its_lease_then_others_are_done_by_a_new_thread(
    work: Work, clock: ManualClock
) -> None:
    begun, release = threading.Event(), threading.Event()

    def hang() -> None:
        begun.set()
        release.wait()

    work.give(hang, nothing)
    bell = ThreadBell(clock=clock, step=work, poll_seconds=0.01)
    bell.start(1)
    assert begun.wait(PATIENCE)
    assert work.done == 0
    clock.advance(61)
    work.wait(lambda: work.done == 1)
    assert bell.working == 1
    assert bell.stop(timeout=PATIENCE)
    release.set()
    work.wait(lambda: work.done == 2)


def test_stop_when_a_job_runs_then_it_is_waited_for(work: Work, clock: ManualClock) -> None:
    begun, release = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        release.wait(PATIENCE)

    work.give(slow, nothing)
    bell = ThreadBell(clock=clock, step=work, poll_seconds=0.01)
    bell.start(1)
    assert begun.wait(PATIENCE)
    assert not bell.stop(graceful=False)
    assert bell.working == 1
    release.set()
    assert bell.stop(timeout=PATIENCE)
    assert (work.done, len(work.todo)) == (1, 1)


def test_start_when_there_are_to_be_no_threads_then_none_is_made(
    work: Work, clock: ManualClock
) -> None:
    bell = ThreadBell(clock=clock, step=work)
    bell.start(0)
    bell.ring()
    assert (bell.working, work.looks) == (0, 0)
    assert bell.stop()


def test_start_when_called_twice_then_it_is_refused(work: Work, clock: ManualClock) -> None:
    bell = ThreadBell(clock=clock, step=work, poll_seconds=0.01)
    bell.start(1)
    with pytest.raises(RuntimeError, match="started before"):
        bell.start(1)
    assert bell.stop(timeout=PATIENCE)
