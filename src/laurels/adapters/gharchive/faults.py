"""What is wrong with event files: faults refuse an import before it begins, losses are told after.

Nothing here stops a reading once it has begun: a broken line or a cut file becomes a loss.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

FIRST_KEPT: Final = 20
"""How many losses keep their file and line; all are counted."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why one given path cannot be read at all."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class Refused(Exception):
    """Paths that cannot be read, all of them named, raised before the first is read."""

    status_code = 422
    code = "files-refused"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Loss:
    """Something of a file that could not be read; lines (or an array's elements) count from 1."""

    file: str
    line: int
    reason: str


@dataclass(slots=True)
class Losses:
    """All losses of one import: counted without limit, the first twenty kept with file and line."""

    broken_lines: int = 0
    truncated_files: int = 0
    broken: list[Loss] = field(default_factory=list)
    truncated: list[Loss] = field(default_factory=list)
    files: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.broken_lines or self.truncated_files)

    def add_broken(self, file: str, line: int, reason: str) -> None:
        """Count a line that could not be read."""
        self.broken_lines += 1
        self.files.add(file)
        if len(self.broken) < FIRST_KEPT:
            self.broken.append(Loss(file, line, reason))

    def add_truncated(self, file: str, line: int, reason: str) -> None:
        """Count a file that ends too early; `line` is the last one that was read whole."""
        self.truncated_files += 1
        self.files.add(file)
        if len(self.truncated) < FIRST_KEPT:
            self.truncated.append(Loss(file, line, reason))
