"""Group commit: who waits shares a write, is answered after it, and never waits too long."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from laurels.hooks.group import MOST_IN_A_GROUP, GroupWriter, TimedOut

PATIENCE_SECONDS = 30


class Gate:
    """A write that waits to be let through, and remembers its groups."""

    def __init__(self) -> None:
        self.entered = threading.Semaphore(0)
        self.open = threading.Event()
        self.groups: list[list[Any]] = []
        self.fault: Exception | None = None

    def write(self, items: Sequence[Any]) -> list[Any]:
        self.groups.append(list(items))
        self.entered.release()
        assert self.open.wait(PATIENCE_SECONDS)
        if self.fault is not None:
            raise self.fault
        return [item * 10 for item in items]


def test_submit_when_alone_then_its_own_verdict_comes_back() -> None:
    writer = GroupWriter(lambda items: [item + 1 for item in items])
    assert [writer.submit(number, within=PATIENCE_SECONDS) for number in range(5)] == [
        1, 2, 3, 4, 5,
    ]  # fmt: skip


def test_submit_when_many_wait_during_a_write_then_the_next_write_takes_all() -> None:
    gate = Gate()
    writer = GroupWriter(gate.write)
    with ThreadPoolExecutor(MOST_IN_A_GROUP + 9) as pool:
        first = pool.submit(writer.submit, 0, within=PATIENCE_SECONDS)
        assert gate.entered.acquire(timeout=PATIENCE_SECONDS)
        others = [
            pool.submit(writer.submit, number, within=PATIENCE_SECONDS)
            for number in range(1, MOST_IN_A_GROUP + 6)
        ]
        while len(writer._waiting) < len(others):
            threading.Event().wait(0.005)
        assert not first.done()
        gate.open.set()
        assert first.result() == 0
        assert [other.result() for other in others] == [
            number * 10 for number in range(1, MOST_IN_A_GROUP + 6)
        ]
    assert [len(group) for group in gate.groups] == [1, MOST_IN_A_GROUP, 5]


def test_submit_when_the_write_fails_then_everyone_of_the_group_is_told_and_the_next_works() -> (
    None
):
    gate = Gate()
    gate.fault = RuntimeError("disk full")
    gate.open.set()
    writer = GroupWriter(gate.write)
    with pytest.raises(RuntimeError, match="disk full"):
        writer.submit(1, within=PATIENCE_SECONDS)
    gate.fault = None
    assert writer.submit(2, within=PATIENCE_SECONDS) == 20


def test_submit_when_the_write_hangs_then_it_is_given_up_and_not_written_later() -> None:
    gate = Gate()
    writer = GroupWriter(gate.write)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(writer.submit, 1, within=PATIENCE_SECONDS)
        assert gate.entered.acquire(timeout=PATIENCE_SECONDS)
        with pytest.raises(TimedOut):
            writer.submit(2, within=0.05)
        gate.open.set()
        assert first.result() == 10
    assert writer.submit(3, within=PATIENCE_SECONDS) == 30
    assert [item for group in gate.groups for item in group] == [1, 3]


def test_submit_when_the_write_hangs_for_long_then_newcomers_are_refused_at_once() -> None:
    gate = Gate()
    writer = GroupWriter(gate.write)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(writer.submit, 1, within=PATIENCE_SECONDS)
        assert gate.entered.acquire(timeout=PATIENCE_SECONDS)
        assert writer._busy_since is not None
        writer._busy_since -= 100
        with pytest.raises(TimedOut):
            writer.submit(2, within=50)
        gate.open.set()
    assert gate.groups == [[1]]


def test_submit_when_verdicts_are_missing_then_nobody_is_told_of_success() -> None:
    writer = GroupWriter(lambda items: [])
    with pytest.raises(ValueError, match="argument"):
        writer.submit(1, within=PATIENCE_SECONDS)
