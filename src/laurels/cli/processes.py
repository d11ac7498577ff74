"""Several serving processes behind one address, and the one that looks after them.

Guarantee: whoever dies is replaced; SIGHUP brings a new process into service before it ends an old
one, one after the other; SIGTERM and SIGINT end all in order, and who has not ended a little after
the grace is killed. Killed itself, this process takes the others along within a second or so: left
alone they would go on answering with what they were started with.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection as Pipe
from multiprocessing.connection import wait
from typing import Any

from laurels.cli.faults import DONE, FAILED
from laurels.cli.output import note
from laurels.cli.server import GRACE_SECONDS, Server, config, run
from laurels.cli.signals import handled

_LOOK_SECONDS = 0.2
_PARENT_SECONDS = 1  # how often a process looks whether the one that started it still lives
_READY_SECONDS = 60.0
_MARGIN_SECONDS = 5.0
_IN_ORDER = (0, -signal.SIGTERM)  # the latter before it had begun to serve
_SPAWN = multiprocessing.get_context("spawn")


def serve_processes(
    application: str,
    sockets: list[socket.socket],
    processes: int,
    ready: Callable[[], None],
    *,
    grace: float = GRACE_SECONDS,
) -> int:
    """Serve `module:name` with so many processes until told to end; `ready` is told at once.

    Whoever connects before a process is ready waits for it. Returns an exit code: DONE where all
    ended in order and every request was answered.
    """
    ready()
    return _Family(partial(_Child, application, sockets, grace), processes).run()


class _Child:
    """One serving process."""

    def __init__(self, application: str, sockets: list[socket.socket], grace: float) -> None:
        self._ready: Pipe
        self._ready, tell = _SPAWN.Pipe(duplex=False)
        told = (application, sockets, grace, tell, os.getpid())
        self._process = _SPAWN.Process(target=_serve, args=told, daemon=True)
        self._process.start()
        tell.close()
        self._grace = grace
        self._kill_at = float("inf")
        self._is_ready = False

    @property
    def number(self) -> int:
        """Its number in the system."""
        return self._process.pid or 0

    @property
    def sentinel(self) -> int:
        """What becomes readable when it has ended."""
        return self._process.sentinel

    @property
    def is_ready(self) -> bool:
        """Whether it has answered requests, or could have."""
        if not self._is_ready and self._ready.poll():
            try:
                self._is_ready = self._ready.recv_bytes() != b""
            except EOFError:  # it ended before
                return False
        return self._is_ready

    @property
    def code(self) -> int | None:
        """Return its exit code; None while it lives."""
        return self._process.exitcode

    def retire(self) -> None:
        """Tell it to end; `press` kills it where it does not."""
        if self.code is None:
            self._process.terminate()
        self._kill_at = min(self._kill_at, time.monotonic() + self._grace + _MARGIN_SECONDS)

    def press(self) -> None:
        """Kill it where it should have ended."""
        if self.code is None and time.monotonic() > self._kill_at:
            note(f"The serving process {self.number} did not end in time; it is killed.")
            self._process.kill()
            self._kill_at = float("inf")


class _Family:
    """The processes that serve, those that were told to end, and what signals asked for."""

    def __init__(self, begin: Callable[[], _Child], number: int) -> None:
        self._begin = begin
        self._number = number
        self._serving: list[_Child] = []
        self._leaving: list[_Child] = []
        self._is_ending = False
        self._renew_wanted = False
        self._code = DONE

    def run(self) -> int:
        """Serve until told to end."""
        with (
            handled(self._end, signal.SIGTERM, signal.SIGINT),
            handled(self._hang_up, signal.SIGHUP),
        ):
            self._serving = [self._begin() for _ in range(self._number)]
            while not self._is_ending:
                self._look()
                if self._renew_wanted:
                    self._renew_wanted = False
                    self._renew()
            # Also those that a renewal had told to end before: how they end counts as well.
            for child in self._serving:
                self._retire(child)
            self._serving.clear()
            while self._leaving:
                self._look()
        return self._code

    def _end(self, number: int, frame: Any) -> None:
        self._is_ending = True

    def _hang_up(self, number: int, frame: Any) -> None:
        self._renew_wanted = True

    def _look(self) -> None:
        """Replace who died, let go of who ended, for a moment."""
        wait([child.sentinel for child in (*self._serving, *self._leaving)], _LOOK_SECONDS)
        for child in [child for child in self._leaving if child.code is not None]:
            self._leaving.remove(child)
            if self._is_ending and child.code not in _IN_ORDER:
                self._code = FAILED
        for child in self._leaving:
            child.press()
        for child in [child for child in self._serving if child.code is not None]:
            self._replace(child)

    def _replace(self, dead: _Child) -> None:
        self._serving.remove(dead)
        if self._is_ending:
            return
        if not dead.is_ready:
            # It would fail the same way again.
            note(f"The serving process {dead.number} ended before it served: ending.")
            self._code, self._is_ending = FAILED, True
            return
        note(f"The serving process {dead.number} died (exit code {dead.code}); it is replaced.")
        self._serving.append(self._begin())

    def _renew(self) -> None:
        """Replace one after the other; where a new one does not come to serve, keep the rest."""
        for old in tuple(self._serving):
            new = self._begin()
            until = time.monotonic() + _READY_SECONDS
            while not (new.is_ready or new.code is not None or time.monotonic() > until):
                if self._is_ending:
                    break
                self._look()
            if self._is_ending or not new.is_ready:
                self._retire(new)
                if not self._is_ending:
                    note("A new serving process does not serve; the others stay as they are.")
                return
            if old in self._serving:
                self._serving[self._serving.index(old)] = new
                self._retire(old)
            else:  # it died meanwhile, and its place was taken
                self._retire(new)

    def _retire(self, child: _Child) -> None:
        child.retire()
        self._leaving.append(child)


def _serve(
    application: str, sockets: list[socket.socket], grace: float, tell: Pipe, parent: int
) -> None:
    """Be a serving process."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the terminal's goes to everybody
    shared = config(
        application,
        callback_notify=partial(_end_without, parent),
        timeout_notify=_PARENT_SECONDS,
    )
    server = Server(shared, grace=grace, ready=lambda: tell.send_bytes(b"ready"))
    if not run(server, sockets):
        raise SystemExit(FAILED)


async def _end_without(parent: int) -> None:
    """End this process in order where the one that started it is gone."""
    if os.getppid() != parent:
        signal.raise_signal(signal.SIGTERM)
