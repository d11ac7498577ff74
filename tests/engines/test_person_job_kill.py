"""A worker that reads a person is killed with -9: its lock and its lease free themselves."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.github import Town, town
from tests.plugins.installation import Installation

LEASE_SECONDS = 3_600
LOCK_SECONDS = 900
ENTER = """
import json, os, sys
from pathlib import Path
from django.conf import settings

class FileClock:
    def now(self):
        return int(Path(os.environ["PROBE_CLOCK"]).read_text(encoding="ascii"))

clock = settings.LAURELS_CLOCK = FileClock()
from laurels.config import wiring
settings.LAURELS_GITHUB = wiring.github_client(settings.LAURELS, clock)
from laurels.apps.audit.actors import SYSTEM
from laurels.apps.intake.models_sync import SyncRun, SyncedPull
from laurels.apps.jobs.models import Job
from laurels.apps.jobs.services import claim, run, sweep
from laurels.apps.metrics.models import MetricRun
from laurels.apps.metrics.services.identity import identity_find
from laurels.apps.metrics.services.person_jobs import Wish, person_job_ask
from laurels.apps.metrics.services.pipeline import ingest_and_compute_user

def ask():
    identity = identity_find(None, "carl", now=clock.now())
    made = person_job_ask(identity, Wish(), asked_by=None, now=clock.now(), acting=SYSTEM)
    return made.job_id

def work():
    job = claim(now=clock.now())
    return None if job is None else run(job, clock=clock).state

def tell(value):
    print(json.dumps(value))
"""


class Place:
    """An installation beside a stand-in GitHub, and one clock that the test moves for both."""

    def __init__(self, installation: Installation, here: Town, folder: Path) -> None:
        self.installation, self.town, self.file = installation, here, folder / "now"
        self.set_clock(here.clock.now)
        self.environ = {
            "PROBE_CLOCK": str(self.file),
            "LAURELS_GITHUB_API_URL": here.hub.api,
            "LAURELS_GITHUB_TOKENS": here.hub.world.token_for(here.owner),
            "LAURELS_LOG_LEVEL": "ERROR",
        }

    def set_clock(self, instant: int) -> None:
        self.town.clock.now = instant
        aside = self.file.with_suffix(".new")
        aside.write_text(str(instant), encoding="ascii")
        aside.rename(self.file)

    def tell(self, code: str) -> Any:
        """Run code in a process of its own and return the last thing it tells."""
        done = self.installation.python(ENTER + code, environ=self.environ)
        return json.loads(done.stdout.splitlines()[-1])

    def start(self, code: str) -> subprocess.Popen[str]:
        return self.installation.start_python(ENTER + code, environ=self.environ)


@pytest.fixture
def place(migrated: Installation, tmp_path: Path) -> Iterator[Place]:
    with town() as here:
        yield Place(migrated, here, tmp_path)


def searched(here: Town) -> int:
    return sum(b"updated:" in one.body for one in here.hub.faults.log)


def test_person_when_the_worker_is_killed_then_lock_and_lease_run_out_and_another_ends_it(
    place: Place,
) -> None:
    here, start = place.town, place.town.clock.now
    for number in range(150):  # two pages, and the worker is killed between them
        here.hub.acts.open(here.repository, here.contributor, "One", at=start - 9_000 + number)
    job = place.tell("tell(ask())")
    here.hub.faults.add("timeout", path="graphql", after=2, seconds=5)
    worker = place.start("work()")
    deadline = time.monotonic() + 60
    while searched(here) < 1 and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(1.5)  # the first page is committed, the second is not answered
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    here.hub.faults.clear()
    left = place.tell(
        "tell([Job.objects.get().state, SyncRun.objects.get().state, SyncedPull.objects.count(),"
        " ingest_and_compute_user(github_login='carl')['status'], work()])"
    )
    # Held: who comes meanwhile is refused, and the job is nobody else's yet.
    assert left == ["running", "running", 100, "locked", None]
    place.set_clock(start + LOCK_SECONDS - 1)
    again = "tell(ingest_and_compute_user(github_login='carl')['status'])"
    assert place.tell(again) == "locked"
    place.set_clock(start + LOCK_SECONDS)
    assert place.tell(again) == "ok"
    place.set_clock(start + LEASE_SECONDS)
    ended = place.tell(
        "tell([sweep(now=clock.now()).revived, Job.objects.get().last_error[:6], work(),"
        " Job.objects.get().pk, SyncedPull.objects.count(), MetricRun.objects.count()])"
    )
    assert ended == [1, "stale:", "done", job, 150, 2]
