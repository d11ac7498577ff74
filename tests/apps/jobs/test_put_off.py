"""Jobs that come again at another's time, and jobs that nothing can help."""

from __future__ import annotations

import pytest

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.jobs import registry
from laurels.apps.jobs.errors import Ended, PutOff
from laurels.apps.jobs.models import Job
from laurels.apps.jobs.services import claim, enqueue, run
from laurels.kit.clock import ManualClock
from tests.apps.jobs.conftest import NOW, leave_trace, traces

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def more_kinds(kinds: None) -> None:
    @registry.handler("test.limited")
    def limited(job: Job, now: int) -> None:
        leave_trace("trace-limited", now)
        raise PutOff(NOW + 600, "GitHub has to wait")

    @registry.handler("test.hopeless")
    def hopeless(job: Job, now: int) -> None:
        raise Ended("token_invalid: Bad credentials")


def work(kind: str, clock: ManualClock) -> str:
    enqueue(kind, {}, now=NOW, acting=SYSTEM)
    job = claim(now=clock.now())
    assert job is not None
    return run(job, clock=clock, chance=lambda: 0.5).state


def test_put_off_when_raised_then_it_waits_until_then_and_keeps_its_attempt(
    clock: ManualClock,
) -> None:
    for _ in range(20):
        assert work("test.limited", clock) == "pending"
        Job.objects.exclude(state="pending").delete()
        stored = Job.objects.get()
        assert (stored.attempts, stored.run_after, stored.lease_token) == (0, NOW + 600, None)
        assert stored.last_error == "GitHub has to wait"
        assert claim(now=NOW + 599) is None
        Job.objects.all().delete()
    assert traces() == []


def test_put_off_when_its_time_has_come_then_claimed_again(clock: ManualClock) -> None:
    work("test.limited", clock)
    job = claim(now=NOW + 600)
    assert job is not None and job.attempts == 1


def test_ended_when_raised_then_dead_at_once_with_its_word(clock: ManualClock) -> None:
    assert work("test.hopeless", clock) == "dead"
    stored = Job.objects.get()
    assert (stored.attempts, stored.last_error) == (1, "token_invalid: Bad credentials")
    assert stored.finished_at == NOW
