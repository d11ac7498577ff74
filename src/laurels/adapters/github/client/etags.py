"""Bodies that GitHub need not send again: a 304 costs nothing of the budget.

Kept in the process, the latest used first, a bounded number of bounded bodies; by token as well as
by address, since what one token sees another may not.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

_MOST_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Kept:
    """A body with the tag that GitHub gave it, and the Link header that leads on."""

    etag: str
    body: bytes
    link: str = ""


@dataclass(slots=True)
class Etags:
    """The kept bodies; safe to share among threads."""

    most: int = 512
    _kept: OrderedDict[tuple[str, str], Kept] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: str, url: str) -> Kept | None:
        """Return what is kept of an address for one token."""
        with self._lock:
            kept = self._kept.get((key, url))
            if kept is not None:
                self._kept.move_to_end((key, url))
            return kept

    def put(self, key: str, url: str, kept: Kept) -> None:
        """Keep a body, in place of the one used longest ago where there are too many."""
        if len(kept.body) > _MOST_BYTES:
            return
        with self._lock:
            self._kept[key, url] = kept
            self._kept.move_to_end((key, url))
            while len(self._kept) > self.most:
                self._kept.popitem(last=False)
