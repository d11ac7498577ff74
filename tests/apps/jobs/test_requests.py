"""Requests of commands: files beside the database, nothing of them in the row."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.jobs import registry, requests
from laurels.apps.jobs.models import Job
from laurels.apps.jobs.services import claim, enqueue, run, sweep
from laurels.kit.clock import ManualClock
from tests.apps.jobs.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    """Return the folder of requests, in a data folder of the test's own."""
    settings.LAURELS = settings.LAURELS.model_copy(update={"data_dir": tmp_path})
    settings.LAURELS_CLOCK = ManualClock(NOW)
    return tmp_path / "requests"


def done_by(work: Any, token: str) -> Job:
    registry.handler("test.asked", own_transactions=True)(
        lambda job, now: requests.attend(job, work)
    )
    enqueue("test.asked", {"request": token}, now=NOW, acting=SYSTEM)
    job = claim(now=NOW)
    assert job is not None
    run(job, clock=ManualClock(NOW))
    return Job.objects.get(pk=job.pk)


def test_attend_when_the_work_is_done_then_the_answer_whole_and_only_numbers_in_the_row(
    folder: Path,
) -> None:
    token = requests.request_make({"who": "alice"})
    (path,) = folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    seen = []

    def work(asked: dict[str, Any], progress: requests.Progress) -> dict[str, Any]:
        progress("reading it", 1, 3)
        progress("reading it", 2, 3)  # within the same second: not worth a write
        seen.append(Job.objects.get(kind="test.asked").progress)
        return {"name": asked["who"], "posted": 3, "rows": [1]}

    job = done_by(work, token)
    assert seen == ["reading it 1/3"]
    assert (job.state, job.result) == ("done", '{"posted":3}')
    assert requests.answer_of(token) == {"done": {"name": "alice", "posted": 3, "rows": [1]}}
    requests.request_remove(token)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(("status", "text"), [(422, "no luck"), (None, "Broken: no luck")])
def test_attend_when_the_work_fails_then_told_once_and_not_tried_again(
    folder: Path, status: int | None, text: str
) -> None:
    class Broken(Exception):
        status_code = status

    def work(asked: dict[str, Any], progress: requests.Progress) -> dict[str, Any]:
        raise Broken("no luck")

    token = requests.request_make({})
    assert done_by(work, token).state == "done"
    assert requests.answer_of(token) == {"error": text, "status": status or 500}


def test_attend_when_nobody_asks_any_more_then_nothing_is_done(folder: Path) -> None:
    token = requests.request_make({})
    requests.request_remove(token)
    job = done_by(lambda asked, progress: pytest.fail("it worked"), token)
    assert (job.state, job.result) == ("done", "")
    assert list(folder.iterdir()) == []


def test_attend_when_the_lease_is_lost_then_no_answer_and_tried_again(folder: Path) -> None:
    token = requests.request_make({})

    def work(asked: dict[str, Any], progress: requests.Progress) -> dict[str, Any]:
        sweep(now=NOW + 9_999)
        progress("late", 1, 1)
        return {}

    assert done_by(work, token).state == "pending"
    with pytest.raises(FileNotFoundError):
        requests.answer_of(token)


def test_purge_when_files_are_older_than_a_day_then_they_go(folder: Path) -> None:
    assert requests.requests_purge(now=NOW) == 0
    tokens = [requests.request_make({}) for _ in range(2)]
    for token, age in zip(tokens, (0, 86_401), strict=True):
        os.utime(folder / f"{token}.json", (NOW - age, NOW - age))
    assert requests.requests_purge(now=NOW) == 1
    assert [path.stem for path in folder.iterdir()] == tokens[:1]
