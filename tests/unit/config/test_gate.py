"""The gate before write transactions: turns, time running out, and holders that are gone."""

from __future__ import annotations

import threading

from laurels.config.gated.gate import Gate

PATIENCE_SECONDS = 30.0


class Queue:
    """Threads that enter one after another and write down that they were in."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.order: list[int] = []
        self.threads: list[threading.Thread] = []

    def join(self, number: int) -> None:
        """Have one more wait, and be sure that it does before another comes."""
        thread = threading.Thread(target=self._visit, args=(number,))
        thread.start()
        self.threads.append(thread)
        while len(self.gate._waiting) < len(self.threads):
            assert thread.is_alive()

    def _visit(self, number: int) -> None:
        assert self.gate.enter(number, within=PATIENCE_SECONDS)
        self.order.append(number)
        self.gate.leave(number)

    def end(self) -> list[int]:
        for thread in self.threads:
            thread.join()
        return self.order


def test_enter_when_nobody_is_inside_then_at_once_and_again_for_the_same() -> None:
    gate = Gate(lambda who: True)
    assert gate.enter("a", within=0)
    assert gate.enter("a", within=0)
    assert not gate.enter("b", within=0)
    gate.leave("a")
    assert gate.enter("b", within=0)


def test_enter_when_many_wait_then_in_the_order_they_came() -> None:
    gate = Gate(lambda who: True)
    assert gate.enter("first", within=0)
    queue = Queue(gate)
    for number in range(8):
        queue.join(number)
    gate.leave("first")
    assert queue.end() == list(range(8))


def test_enter_when_time_runs_out_then_the_place_is_given_up_and_others_are_served() -> None:
    gate = Gate(lambda who: True)
    assert gate.enter("first", within=0)
    assert not gate.enter("impatient", within=0.01)
    queue = Queue(gate)
    queue.join(1)
    gate.leave("first")
    assert queue.end() == [1]
    assert gate.enter("next", within=0)


def test_enter_when_the_holder_does_not_write_any_more_then_it_is_passed_over() -> None:
    writing = {"hung"}
    gate = Gate(lambda who: who in writing)
    assert gate.enter("hung", within=0)
    queue = Queue(gate)
    queue.join(1)
    writing.clear()
    assert queue.end() == [1]
    gate.leave("hung")
    assert gate.enter("next", within=0)


def test_leave_when_one_is_not_inside_then_nothing_happens() -> None:
    gate = Gate(lambda who: True)
    assert gate.enter("a", within=0)
    gate.leave("b")
    assert not gate.enter("b", within=0)
