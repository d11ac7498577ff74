"""Who serves a data folder: one process at a time, told by a lock on a file.

The system frees the lock with the process, however that ends; the file stays and means nothing.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

NAME = "serve.lock"


class AlreadyServed(Exception):
    """Another process serves this data folder."""

    status_code = 409
    code = "already_served"


@contextmanager
def held(folder: Path) -> Iterator[Callable[[str, int], None]]:
    """Hold the folder while the block runs; raises AlreadyServed.

    Gives a function that tells others at which address this process serves, and how many threads
    of it do jobs.
    """
    with (folder / NAME).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            pid = file.readline().strip() or "unknown"
            raise AlreadyServed(
                f"Another process (number {pid}) already serves the data folder {folder}."
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()

        def tell(address: str, workers: int) -> None:
            file.write(f"{address}\n{workers}\n")
            file.flush()

        yield tell


def is_held(folder: Path) -> bool:
    """Tell whether a process serves the folder now."""
    path = folder / NAME
    if not path.exists():
        return False
    with path.open("r") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


@dataclass(frozen=True, slots=True)
class Served:
    """The process that serves a folder: where, and with how many threads that do jobs.

    Until it answers requests it is not ready, and the address is empty.
    """

    address: str = ""
    workers: int = 0

    @property
    def is_ready(self) -> bool:
        """Whether it answers."""
        return bool(self.address)


def served_by(folder: Path) -> Served | None:
    """Return what the process that serves the folder told of itself; None where there is none."""
    if not is_held(folder):
        return None
    lines = (folder / NAME).read_text(encoding="utf-8").splitlines()
    if len(lines) < 3:
        return Served()
    return Served(lines[1].rstrip("/"), int(lines[2]))
