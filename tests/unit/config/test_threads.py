"""Threads of pages: never more than so many, and none that keeps a process from ending."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import CancelledError, wait

import pytest

from laurels.config.threads import PageThreads

PATIENCE_SECONDS = 30
HANGING = """
import time
from laurels.config.threads import PageThreads
PageThreads(1).submit(time.sleep, 3600)
time.sleep(0.1)
"""


def test_threads_when_more_is_asked_than_they_are_then_the_rest_waits_for_its_turn() -> None:
    threads, go, begun = PageThreads(2), threading.Event(), threading.Semaphore(0)

    def task(number: int) -> tuple[int, str]:
        begun.release()
        go.wait(PATIENCE_SECONDS)
        return number, threading.current_thread().name

    futures = [threads.submit(task, number) for number in range(5)]
    assert begun.acquire(timeout=PATIENCE_SECONDS)
    assert begun.acquire(timeout=PATIENCE_SECONDS)
    assert not begun.acquire(timeout=0.1)
    futures[4].cancel()
    go.set()
    wait(futures[:4], PATIENCE_SECONDS)
    assert [future.result()[0] for future in futures[:4]] == [0, 1, 2, 3]
    assert {future.result()[1] for future in futures[:4]} == {"pages-1", "pages-2"}
    with pytest.raises(CancelledError):
        futures[4].result(PATIENCE_SECONDS)


def test_threads_when_one_is_idle_then_none_is_made() -> None:
    threads = PageThreads(8)
    names = {
        threads.submit(lambda: threading.current_thread().name).result(PATIENCE_SECONDS)
        for _ in range(20)
    }
    assert len(names) < 8


def test_threads_when_a_task_raises_then_who_asked_learns_it_and_the_thread_goes_on() -> None:
    threads = PageThreads(1)
    with pytest.raises(ZeroDivisionError):
        threads.submit(lambda: 1 / 0).result(PATIENCE_SECONDS)
    assert threads.submit(max, 1, 2).result(PATIENCE_SECONDS) == 2


def test_threads_when_one_hangs_then_the_process_ends_all_the_same() -> None:
    ran = subprocess.run([sys.executable, "-c", HANGING], timeout=PATIENCE_SECONDS, check=False)
    assert ran.returncode == 0
