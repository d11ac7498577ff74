"""Kinds of job for the tests, a bell that remembers, and a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from laurels.apps.jobs import bells, registry
from laurels.apps.jobs.models import Job, Schedule
from laurels.kit.clock import ManualClock

NOW = 1_700_000_000


@dataclass
class RememberingBell:
    """Keeps what was rung."""

    rung: list[tuple[int, str]] = field(default_factory=list)

    def ring(self, job_id: int, kind: str) -> None:
        self.rung.append((job_id, kind))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def bell() -> Iterator[RememberingBell]:
    bell = RememberingBell()
    bells.install(bell)
    yield bell
    bells.install(bells.NoBell())


def leave_trace(name: str, at: int) -> None:
    """The effect of a test job: a row in the database, so that a rollback takes it back."""
    Schedule.objects.create(name=name, every_seconds=1, next_at=at)


def traces() -> list[str]:
    return list(
        Schedule.objects.filter(name__startswith="trace")
        .order_by("id")
        .values_list("name", flat=True)
    )


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace all kinds of job with those of the tests."""
    monkeypatch.setattr(registry, "_HANDLERS", {})

    @registry.handler("test.trace")
    def trace(job: Job, now: int) -> str:
        leave_trace(f"trace-{job.pk}-{job.attempts}", now)
        return "left a trace"

    @registry.handler("test.break")
    def break_down(job: Job, now: int) -> None:
        leave_trace(f"trace-{job.pk}-{job.attempts}", now)
        raise RuntimeError("no luck\0 today")

    @registry.handler("test.quit")
    def quit_worker(job: Job, now: int) -> None:
        raise SystemExit(3)

    @registry.handler("test.numbers")
    def numbers(job: Job, now: int) -> dict[str, int]:
        return {"seen": now}

    @registry.handler("test.own", own_transactions=True, lease_seconds=60)
    def own(job: Job, now: int) -> None:
        leave_trace(f"trace-own-{job.attempts}", now)
