"""Workers killed with -9, two workers at once, and a job that never comes back."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.plugins.installation import Installation

START = 1_700_000_000
LEASE_SECONDS = 300
IMPORTS = """
from tests.engines.jobs_probe import *
from laurels.apps.jobs.services import claim, drain, run, run_due, schedules_tick, sweep, work_once
clock = FileClock()
"""


CONSOLE = """
for line in sys.stdin:
    exec(json.loads(line), globals())
"""


class Queue:
    """A migrated installation with a queue, a clock that the test moves, workers, and a console."""

    def __init__(self, installation: Installation, folder: Path) -> None:
        self.installation = installation
        self.clock_file = folder / "now"
        self.set_clock(START)
        self.environ = {"PROBE_CLOCK": str(self.clock_file), "LAURELS_LOG_LEVEL": "ERROR"}
        self.errors = folder / "errors"
        # To a file: nobody reads a pipe while the console works, and a full one would stop it.
        with self.errors.open("w") as errors:
            self.console = self.start(CONSOLE, stderr=errors)

    def set_clock(self, instant: int) -> None:
        aside = self.clock_file.with_suffix(".new")
        aside.write_text(str(instant), encoding="ascii")
        aside.rename(self.clock_file)

    def start(self, code: str, **options: Any) -> subprocess.Popen[str]:
        environ = self.environ | options.pop("environ", {})
        return self.installation.start_python(
            IMPORTS + code, environ=environ, stdin=subprocess.PIPE, **options
        )

    def tell(self, code: str) -> Any:
        """Run code in the console, a process of its own, and return what it says."""
        self.send(self.console, json.dumps(code))
        assert self.console.stdout is not None
        line = self.console.stdout.readline()
        assert line, self.errors.read_text()
        return json.loads(line)

    def report(self) -> dict[str, Any]:
        found: dict[str, Any] = self.tell("report()")
        return found

    @staticmethod
    def send(process: subprocess.Popen[str], line: str) -> None:
        assert process.stdin is not None
        process.stdin.write(f"{line}\n")
        process.stdin.flush()

    @staticmethod
    def hear(process: subprocess.Popen[str]) -> str:
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        if not line:
            raise AssertionError(process.communicate()[1])
        return line

    def at_once(self, code: str, processes: int = 2) -> list[Any]:
        """Run code in several processes that begin together; return what each says."""
        ready = f'say("ready")\nsys.stdin.readline()\n{code}'
        workers = [self.start(ready) for _ in range(processes)]
        for worker in workers:
            assert self.hear(worker) == "ready"
        for worker in workers:
            self.send(worker, "go")
        outputs = [worker.communicate(timeout=120) for worker in workers]
        assert [error for _, error in outputs] == [""] * processes
        return [json.loads(out) for out, _ in outputs]


@pytest.fixture
def queue(migrated: Installation, tmp_path: Path) -> Iterator[Queue]:
    queue = Queue(migrated, tmp_path)
    yield queue
    kill(queue.console)


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()


def test_job_when_its_worker_is_killed_then_it_runs_again_after_the_lease_with_effects_once(
    queue: Queue,
) -> None:
    [job] = queue.tell('say(json.dumps(add("probe.hang")))')
    worker = queue.start("run_due(clock=clock)", environ={"PROBE_HANG": "1"})
    assert queue.hear(worker) == "working"
    kill(worker)
    left = queue.report()
    assert (left["states"], left["attempts"]) == ({str(job): "running"}, {str(job): 1})
    assert left["effects"] == []
    queue.set_clock(START + LEASE_SECONDS - 1)
    assert queue.tell("say(run_due(clock=clock).done)") == 0
    queue.set_clock(START + LEASE_SECONDS)
    assert queue.tell("say(run_due(clock=clock).done)") == 1
    ended = queue.report()
    assert (ended["states"], ended["attempts"]) == ({str(job): "done"}, {str(job): 2})
    assert ended["effects"] == [f"job:{job}"]
    assert ended["audit_ok"]


def test_jobs_when_workers_are_killed_at_random_then_each_effect_is_there_once(
    queue: Queue,
) -> None:
    chance = random.Random(queue.installation.engine)
    jobs = queue.tell('say(json.dumps(add("probe.effect", 400)))')
    killed = 0
    for turn in range(4):
        queue.set_clock(START + turn * LEASE_SECONDS)
        workers = [
            queue.start('say("working")\nwhile True: run_due(clock=clock)') for _ in range(2)
        ]
        for worker in workers:
            assert queue.hear(worker) == "working"
        time.sleep(chance.uniform(0.01, 0.2))
        for worker in workers:
            kill(worker)
        killed += 0 < len(queue.report()["effects"]) < len(jobs)
    queue.set_clock(START + 5 * LEASE_SECONDS)
    queue.tell("say(run_due(clock=clock).done)")
    ended = queue.report()
    assert set(ended["states"].values()) == {"done"}
    assert sorted(ended["effects"]) == sorted(f"job:{job}" for job in jobs)
    assert ended["audit_ok"]
    assert killed, "every kill came too early or too late"


def test_jobs_when_two_processes_work_at_once_then_each_is_done_once(queue: Queue) -> None:
    jobs = queue.tell('say(json.dumps(add("probe.effect", 100)))')
    assert sum(queue.at_once("say(run_due(clock=clock).done)")) == 100
    ended = queue.report()
    assert ended["effects"] == sorted(f"job:{job}" for job in jobs)
    assert set(ended["attempts"].values()) == {1}


def test_schedule_when_two_processes_tick_at_once_then_it_is_enqueued_once(queue: Queue) -> None:
    code = (
        'registry.handler("probe.often", every=60)(lambda job, now: None)\n'
        "say(schedules_tick(now=clock.now()))"
    )
    assert queue.tell(code) == 1
    assert queue.tell("say(run_due(clock=clock).done)") == 1
    queue.set_clock(START + 600)
    assert sum(queue.at_once(code)) == 1
    assert list(queue.report()["states"].values()) == ["done", "pending"]


STUCK = """
from laurels.apps.jobs.bell import ThreadBell
from laurels.apps.jobs.backoff import MAX_ATTEMPTS
from laurels.kit.clock import ManualClock
import time
clock = ManualClock(START)
bell = ThreadBell(clock=clock, poll_seconds=0.02)
stuck, = add("probe.stuck")

def wait_until(condition):
    deadline = time.monotonic() + 60
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)

bell.start(1)
for attempt in range(MAX_ATTEMPTS):
    wait_until(lambda: len(CLAIMED) == attempt + 1)
    clock.advance(LEASE_SECONDS + 1)
wait_until(lambda: Job.objects.get(pk=stuck).state == "dead")
add("probe.effect")
bell.ring()
wait_until(lambda: Job.objects.filter(state="done").exists())
RELEASE.set()
bell.stop()
wait_until(lambda: not any(thread.name.startswith("jobs-") for thread in threading.enumerate()))
report()
"""


def test_bell_when_a_job_hangs_with_a_transaction_open_then_it_is_parked_and_others_go_on(
    queue: Queue,
) -> None:
    ended = queue.tell(STUCK)
    stuck, other = ended["states"]
    assert ended["states"] == {stuck: "dead", other: "done"}
    assert ended["attempts"] == {stuck: 8, other: 1}
    assert ended["effects"] == [f"job:{other}"]
    assert ended["audit_ok"]
