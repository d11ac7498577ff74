"""Threads for pages, which the end of the process does not wait for.

Those of `ThreadPoolExecutor` are joined when the interpreter ends, so that one page that hangs
keeps a whole process from ending. Whoever ends a process in order waits for answers itself; what is
left then has been given up.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import Empty, SimpleQueue
from typing import Any

_Task = tuple["Future[Any]", Callable[[], Any]]


class PageThreads(Executor):
    """At most so many threads; one is made where a task finds none idle."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._made = 0
        self._tasks: SimpleQueue[_Task] = SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._lock = threading.Lock()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **more: Any) -> Future[Any]:
        """Have a function called in one of the threads."""
        future: Future[Any] = Future()
        self._tasks.put((future, lambda: fn(*args, **more)))
        with self._lock:
            if not self._idle.acquire(blocking=False) and self._made < self._most:
                self._made += 1
                name = f"pages-{self._made}"
                threading.Thread(target=self._run, name=name, daemon=True).start()
        return future

    def _run(self) -> None:
        while True:
            try:
                task = self._tasks.get_nowait()
            except Empty:
                self._idle.release()
                task = self._tasks.get()
            _do(*task)
            del task  # an idle thread keeps nothing alive


def _do(future: Future[Any], call: Callable[[], Any]) -> None:
    if future.set_running_or_notify_cancel():
        try:
            future.set_result(call())
        except BaseException as error:  # whoever asked is told; the thread goes on
            future.set_exception(error)
