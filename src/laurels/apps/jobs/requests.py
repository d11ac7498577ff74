"""What a command asks of the serving process, and what came of it: two files in the data folder.

A job's row holds ids only, and what is asked names files, repositories and people, as does what is
told afterwards. Both lie in the folder `requests`, readable by its owner alone, under a random
token that the row carries. The command that asked removes them; what one leaves behind (it was
killed, say) goes after a day with the daily purge.

Guarantee: an answer is there whole or not at all, and before the job is done. An error is part of
the answer, not tried again: whoever asked is told, as if their own process had done the work.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings

from laurels.apps.jobs.errors import LeaseLost
from laurels.apps.jobs.models import Job
from laurels.apps.jobs.services.running import renew
from laurels.kit.clock import Clock

KEEP_SECONDS = 86_400
_TELL_SECONDS = 1
_log = structlog.get_logger(__name__)

Progress = Callable[[str, int, int], None]
"""Called with (what is being done, done, of how many)."""


def request_make(content: Mapping[str, Any]) -> str:
    """Write down what is asked; return its token."""
    token = secrets.token_hex(16)
    _write(_path(token), content)
    return token


def request_remove(token: str) -> None:
    """Remove what was asked and what came of it."""
    for path in (_path(token), _answer_path(token)):
        path.unlink(missing_ok=True)


def answer_of(token: str) -> dict[str, Any]:
    """Return what came of a request: `done`, or `error` with a status like that of HTTP."""
    answer: dict[str, Any] = json.loads(_answer_path(token).read_text(encoding="utf-8"))
    return answer


def attend(
    job: Job, work: Callable[[dict[str, Any], Progress], dict[str, Any]]
) -> dict[str, int] | None:
    """Do what a job's request asks and write the answer; None where nobody asks any more.

    `work` returns what is told; its numbers become the job's result, which holds no names.
    """
    token = str(json.loads(job.arguments)["request"])
    try:
        asked = json.loads(_path(token).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    try:
        told = work(asked, _telling(job, settings.LAURELS_CLOCK))
    except LeaseLost:
        raise
    except Exception as error:
        status = getattr(error, "status_code", None)
        if not isinstance(status, int):
            _log.exception("request failed", job_id=job.pk, job_kind=job.kind)
            status, text = 500, f"{type(error).__name__}: {error}"
        else:
            text = str(error) or type(error).__name__
        _write(_answer_path(token), {"error": text, "status": status})
        return {"status": status}
    _write(_answer_path(token), {"done": told})
    return {name: value for name, value in told.items() if isinstance(value, int)}


def requests_purge(*, now: int) -> int:
    """Remove files that nobody fetched for a day; return how many."""
    removed = 0
    for path in _folder().glob("*.json"):
        if path.stat().st_mtime < now - KEEP_SECONDS:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _telling(job: Job, clock: Clock) -> Progress:
    """Return a function that writes progress to the job's row, at most once a second."""
    last = 0

    def tell(what: str, done: int, total: int) -> None:
        nonlocal last
        now = clock.now()
        if now >= last + _TELL_SECONDS:
            last = now
            renew(job, now=now, progress=f"{what} {done}/{total}")

    return tell


def _folder() -> Path:
    return Path(settings.LAURELS.data_dir) / "requests"


def _path(token: str) -> Path:
    return _folder() / f"{token}.json"


def _answer_path(token: str) -> Path:
    return _folder() / f"{token}.answer.json"


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    part = path.with_suffix(".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(content, file)
    part.replace(path)
