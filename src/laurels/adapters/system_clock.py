"""The machine's own clock."""

from __future__ import annotations

import time


class SystemClock:
    """Tells the machine's time, cut to whole seconds."""

    __slots__ = ()

    def now(self) -> int:
        """Return the present instant in whole seconds since 1970 UTC."""
        return int(time.time())
