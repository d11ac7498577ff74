"""Processes of our own program on a database of their own, and how to kill them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.plugins.installation import Installation, fresh


@dataclass(frozen=True)
class Place:
    """An installation of its own and the verbs of `drive` in it."""

    installation: Installation

    def start(self, verb: str, *arguments: str | Path) -> subprocess.Popen[str]:
        """Start a verb of `drive` and return once its work begins."""
        process = self.installation.launch(
            [sys.executable, "-m", "tests.engines.drive", verb, *map(str, arguments)]
        )
        if _line_of(process) != "ready":
            raise AssertionError(process.communicate()[1])
        return process

    def run(self, verb: str, *arguments: str | Path) -> Any:
        """Run a verb to its end and return its answer."""
        return self.finish(self.start(verb, *arguments))

    @staticmethod
    def finish(process: subprocess.Popen[str]) -> Any:
        """Wait for a started verb and return its answer."""
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        return json.loads(out.strip().splitlines()[-1])


def _line_of(process: subprocess.Popen[str]) -> str:
    """Read the first line and not a byte more: `communicate` does not see what was buffered."""
    assert process.stdout is not None
    read = b""
    while (byte := os.read(process.stdout.fileno(), 1)) not in (b"", b"\n"):
        read += byte
    return read.decode().strip()


class Host:
    """Runs verbs of `drive` at a place, one at a time, each in a process forked for it."""

    def __init__(self, here: Place) -> None:
        """Start the program once."""
        folder = here.installation.folder.parent
        self._answer = folder / "answer"
        self._errors = folder / "errors"
        # To a file: nobody reads a pipe meanwhile, and a full one would stop the host.
        with self._errors.open("a") as errors:
            self._process = here.installation.launch(
                [sys.executable, "-m", "tests.engines.drive", "host"],
                stdin=subprocess.PIPE, stderr=errors,
            )  # fmt: skip
        if self._line() != "ready":
            raise AssertionError(self._errors.read_text())

    def start(self, verb: str, *arguments: str | Path) -> int:
        """Start a verb; return the number of its process."""
        assert self._process.stdin is not None
        self._answer.unlink(missing_ok=True)
        said = [verb, str(self._answer), *map(str, arguments)]
        self._process.stdin.write(json.dumps(said) + "\n")
        self._process.stdin.flush()
        return int(self._line())

    def finish(self) -> Any:
        """Wait for what was started and return its answer."""
        assert self._line() == "0", self._errors.read_text()
        return json.loads(self._answer.read_text(encoding="utf-8"))

    def run(self, verb: str, *arguments: str | Path) -> Any:
        """Run a verb to its end and return its answer."""
        self.start(verb, *arguments)
        return self.finish()

    def kill(self, number: int) -> bool:
        """Kill what was started at once; tell whether it was still at work."""
        with suppress(ProcessLookupError):  # it ended by itself
            os.kill(number, signal.SIGKILL)
        return os.WIFSIGNALED(int(self._line()))

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@contextmanager
def place(engine: str, folder: Path, like: Place | None = None) -> Iterator[Place]:
    """Make a place on an engine: empty, or a copy of `like`, which nobody may be using then."""
    with fresh(folder, engine, like.installation if like else None) as installation:
        yield Place(installation)
