"""Processes of our own program on a database of their own, and how to kill them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
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


def kill(process: subprocess.Popen[str]) -> bool:
    """Kill a process at once; tell whether it was still at work."""
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return process.returncode == -signal.SIGKILL


@contextmanager
def place(engine: str, folder: Path, like: Place | None = None) -> Iterator[Place]:
    """Make a place on an engine: empty, or a copy of `like`, which nobody may be using then."""
    with fresh(folder, engine, like.installation if like else None) as installation:
        yield Place(installation)
