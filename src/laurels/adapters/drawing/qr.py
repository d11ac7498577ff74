"""A QR code as one path: runs of dark modules, row after row, one unit a module."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import segno


@dataclass(frozen=True, slots=True)
class QrCode:
    """A square of so many modules a side, without its quiet zone, and the path of the dark ones."""

    side: int
    path: str


# Weighing all eight patterns takes most of the time of encoding; every reader undoes any of them.
_MASK = 0


@lru_cache(maxsize=8)
def qr_code(said: str) -> QrCode:
    """Encode a text; a seventh of the symbol may be unreadable (level M)."""
    rows = segno.make_qr(said, error="m", boost_error=False, mask=_MASK).matrix
    parts = []
    for y, row in enumerate(rows):
        x = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                parts.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length
    return QrCode(len(rows), "".join(parts))
