"""What every path is told: how large, how many rounds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """`is_quick` asks for small sizes; answers are compared, speeds are not judged."""

    is_quick: bool = False
    rounds: int = 5
