"""What can be wrong with a baseline: a fault names metric, percentile and the file's line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

FAULTS_KEPT: Final = 20
"""How many faults are kept; one of 10,010 lines may repeat itself ten thousand times."""


class Fault(msgspec.Struct, frozen=True):
    """One fault: a stable code, a sentence, and where: metric, percentile in tenths, line."""

    code: str
    reason: str
    metric: str | None = None
    percentile_tenths: int | None = None
    line: int | None = None

    def __str__(self) -> str:
        place = [] if self.line is None else [f"line {self.line}"]
        if self.metric is not None:
            at = self.percentile_tenths
            place.append(self.metric if at is None else f"{self.metric} at {tenths_text(at)}")
        return f"{', '.join(place)}: {self.reason}" if place else self.reason


class BaselineRefused(ValueError):
    """A baseline with faults is not taken; the message is the first, and how many more."""

    status_code = 422

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        self.code = self.faults[0].code
        more = len(self.faults) - 1
        super().__init__(f"{self.faults[0]}{f' (and {more} more)' if more else ''}")


def tenths_text(tenths: int) -> str:
    """Write a percentile of tenths: 567 is 56.7."""
    return f"{tenths // 10}.{tenths % 10}"
