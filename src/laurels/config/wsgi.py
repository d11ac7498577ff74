"""The WSGI application, for a server that speaks nothing else.

The door is the same, on a loop in a thread of its own; here each delivery that waits holds one of
the server's threads, so that `laurels.config.asgi` takes several times as many.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from functools import cache
from typing import Any, cast

from a2wsgi import ASGIMiddleware

from laurels.config.asgi import application as whole
from laurels.config.asgi import pages

_lock = threading.Lock()


@cache
def _made() -> Any:
    return ASGIMiddleware(cast(Any, whole))


def _door() -> Any:
    # At first use, for its thread would not survive a fork; once, for the inbox has one loop.
    with _lock:
        return _made()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer a WSGI request."""
    if whole.takes(environ.get("PATH_INFO", "")):
        answered: Iterable[bytes] = _door()(environ, start_response)
        return answered
    return pages(environ, start_response)
