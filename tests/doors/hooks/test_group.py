"""Group commit: who waits shares a write, is answered after it, and never waits too long."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Sequence
from typing import Any

import pytest

from laurels.hooks.group import MOST_IN_A_GROUP, GroupWriter, TimedOut
from tests.fakes import loops

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

    async def is_entered(self) -> None:
        """Wait until a write has begun."""
        assert await asyncio.to_thread(self.entered.acquire, timeout=PATIENCE_SECONDS)


def writer_of(gate: Gate, within: float = PATIENCE_SECONDS) -> GroupWriter:
    return GroupWriter(gate.write, within=within)


def run(scene: Coroutine[Any, Any, None]) -> None:
    loops.run(asyncio.wait_for(scene, PATIENCE_SECONDS))


def test_submit_when_alone_then_its_own_verdict_comes_back() -> None:
    async def scene() -> None:
        writer = GroupWriter(lambda items: [item + 1 for item in items], within=PATIENCE_SECONDS)
        assert [await writer.submit(number) for number in range(5)] == [1, 2, 3, 4, 5]

    run(scene())


def test_submit_when_many_wait_during_a_write_then_the_next_write_takes_all() -> None:
    gate = Gate()

    async def scene() -> None:
        writer = writer_of(gate)
        first = asyncio.create_task(writer.submit(0))
        await gate.is_entered()
        numbers = range(1, MOST_IN_A_GROUP + 6)
        others = [asyncio.create_task(writer.submit(number)) for number in numbers]
        await asyncio.sleep(0)
        assert not first.done()
        gate.open.set()
        assert await first == 0
        assert await asyncio.gather(*others) == [number * 10 for number in numbers]

    run(scene())
    assert [len(group) for group in gate.groups] == [1, MOST_IN_A_GROUP, 5]


def test_submit_when_a_group_is_done_then_the_loop_is_woken_once() -> None:
    gate = Gate()

    async def scene() -> None:
        writer = writer_of(gate)
        loop, woken = asyncio.get_running_loop(), []
        wake = loop.call_soon_threadsafe

        def count(*arguments: Any, **options: Any) -> Any:
            if threading.current_thread().name == "inbox":
                woken.append(arguments)
            return wake(*arguments, **options)

        loop.call_soon_threadsafe = count  # type: ignore[method-assign]
        first = asyncio.create_task(writer.submit(0))
        await gate.is_entered()
        others = [asyncio.create_task(writer.submit(number)) for number in range(1, 40)]
        await asyncio.sleep(0)
        gate.open.set()
        await asyncio.gather(first, *others)
        assert len(woken) == len(gate.groups) == 2

    run(scene())


def test_submit_when_the_write_fails_then_everyone_of_the_group_is_told_and_the_next_works() -> (
    None
):
    gate = Gate()
    gate.fault = RuntimeError("disk full")
    gate.open.set()

    async def scene() -> None:
        writer = writer_of(gate)
        with pytest.raises(RuntimeError, match="disk full"):
            await writer.submit(1)
        gate.fault = None
        assert await writer.submit(2) == 20

    run(scene())


def test_submit_when_the_write_hangs_then_it_is_given_up_and_not_written_later() -> None:
    gate = Gate()

    async def scene() -> None:
        writer = writer_of(gate, within=0.2)
        first = asyncio.create_task(writer.submit(1))
        await gate.is_entered()
        second = asyncio.create_task(writer.submit(2))
        for waiting in (first, second):
            with pytest.raises(TimedOut):
                await waiting
        gate.open.set()
        while not writer._waiting.empty() or writer._busy_since is not None:
            await asyncio.sleep(0.001)
        assert await writer.submit(3) == 30
        assert not writer._open

    run(scene())
    assert [item for group in gate.groups for item in group] == [1, 3]


def test_submit_when_the_write_hangs_for_long_then_newcomers_are_refused_at_once() -> None:
    gate = Gate()

    async def scene() -> None:
        writer = writer_of(gate)
        first = asyncio.create_task(writer.submit(1))
        await gate.is_entered()
        while writer._busy_since is None:
            await asyncio.sleep(0.001)
        writer._busy_since -= 100
        with pytest.raises(TimedOut):
            await writer.submit(2)
        gate.open.set()
        assert await first == 10

    run(scene())
    assert gate.groups == [[1]]


def test_submit_when_who_waited_is_gone_then_the_others_are_told() -> None:
    gate = Gate()

    async def scene() -> None:
        writer = writer_of(gate)
        first, second, third = [asyncio.create_task(writer.submit(one)) for one in (1, 2, 3)]
        await gate.is_entered()
        second.cancel()
        await asyncio.sleep(0)
        gate.open.set()
        assert (await first, await third) == (10, 30)

    run(scene())


def test_submit_when_another_loop_comes_then_it_is_served_and_the_old_thread_ends() -> None:
    gate = Gate()
    gate.open.set()
    writer = writer_of(gate)

    async def scene(item: int) -> None:
        assert await writer.submit(item) == item * 10

    before = threading.active_count()
    for item in range(1, 6):
        run(scene(item))
    for _ in range(1_000):
        if threading.active_count() <= before + 1:
            break
        threading.Event().wait(0.01)
    assert threading.active_count() <= before + 1


def test_submit_when_another_loop_comes_while_the_first_runs_then_refused() -> None:
    gate = Gate()
    gate.open.set()
    writer = writer_of(gate)

    async def scene() -> None:
        assert await writer.submit(1) == 10
        with pytest.raises(RuntimeError, match="another loop"):
            await asyncio.to_thread(lambda: asyncio.run(writer.submit(2)))
        assert await writer.submit(3) == 30

    run(scene())


def test_submit_when_the_loop_ended_during_a_write_then_the_thread_survives_it() -> None:
    gate = Gate()
    writer = writer_of(gate)

    async def leave() -> None:
        task = asyncio.create_task(writer.submit(1))
        await gate.is_entered()
        task.cancel()

    async def scene() -> None:
        assert await writer.submit(2) == 20

    run(leave())
    gate.open.set()
    run(scene())


def test_submit_when_verdicts_are_missing_then_nobody_is_told_of_success() -> None:
    async def scene() -> None:
        writer = GroupWriter(lambda items: [], within=PATIENCE_SECONDS)
        with pytest.raises(ValueError, match="argument"):
            await writer.submit(1)

    run(scene())
