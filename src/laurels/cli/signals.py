"""Signals: handled so while a block runs, and the ones that end a long command in order."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@contextmanager
def handled(handler: Callable[[int, Any], None], *signals: signal.Signals) -> Iterator[None]:
    """Have signals handled so meanwhile; in other threads, which none reaches, do nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {one: signal.signal(one, handler) for one in signals}
    try:
        yield
    finally:
        for one, earlier in before.items():
            signal.signal(one, earlier)


@dataclass(slots=True)
class Stop:
    """Whether a signal said that it is enough: its number, 0 where none came.

    Once `is_late` is set, a signal is only noted: what is being written comes to its end.
    """

    number: int = 0
    is_late: bool = False

    @property
    def exit_code(self) -> int:
        """What a shell expects of a command that a signal ended."""
        return 128 + self.number


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Raise KeyboardInterrupt in the block at the first SIGINT or SIGTERM; later ones do nothing.

    Libraries turn it into errors of their own on its way out: ask the Stop, not the exception. A
    signal that whoever started this command has it ignore stays ignored.
    """
    stop = Stop()

    def ring(number: int, frame: Any) -> None:
        is_first, stop.number = not stop.number, stop.number or number
        if is_first and not stop.is_late:
            raise KeyboardInterrupt

    both = (signal.SIGINT, signal.SIGTERM)
    with handled(ring, *(one for one in both if signal.getsignal(one) is not signal.SIG_IGN)):
        yield stop
