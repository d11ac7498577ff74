"""The garbage collector, kept from walking over rows by the hundred thousand."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the search for reference cycles, where many plain rows are held for a moment.

    Rows make no cycles, and walking over them again and again costs a tenth of the work. Bounded
    work only: what other threads leave in cycles meanwhile waits too. Nested calls pause once.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
