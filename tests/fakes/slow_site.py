"""An ASGI application for a server's processes: tells which answers, and hangs when asked to."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from typing import Any


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Answer `/number` and what is not named here; never `/hang`, which waits, or `/stuck`.

    `/stuck` keeps the whole process, so that no signal is looked at either.
    """
    if scope["path"] == "/hang":
        _begun()
        await asyncio.Event().wait()
    if scope["path"] == "/stuck":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        _begun()
        time.sleep(3_600)
    told = str(os.getpid()).encode()
    headers = [(b"content-length", str(len(told)).encode()), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": told})


def _begun() -> None:
    print("begun", file=sys.stderr, flush=True)  # noqa: T201 - the test waits for it
