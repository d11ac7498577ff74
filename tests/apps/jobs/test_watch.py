from __future__ import annotations

from types import SimpleNamespace

import pytest

from laurels.apps.jobs import watch
from laurels.apps.jobs.watch import HUNG, LeaseWatch
from laurels.kit.clock import ManualClock
from tests.apps.jobs.conftest import NOW


@pytest.fixture
def ends() -> list[int]:
    return []


@pytest.fixture
def watching(clock: ManualClock, ends: list[int], monkeypatch: pytest.MonkeyPatch) -> LeaseWatch:
    monkeypatch.setattr(watch, "LOOK_SECONDS", 3_600)  # the tests look themselves
    return LeaseWatch(clock, ends.append)


def test_look_when_the_lease_holds_or_was_renewed_then_nothing_ends(
    watching: LeaseWatch, clock: ManualClock, ends: list[int]
) -> None:
    job = SimpleNamespace(pk=1, lease_until=NOW + 10)
    with watching.over(job):
        clock.set(NOW + 10)
        watching.look()
        clock.set(NOW + 30)
        job.lease_until = NOW + 60
        watching.look()
    assert ends == []


def test_look_when_the_lease_ran_out_then_the_process_ends(
    watching: LeaseWatch, clock: ManualClock, ends: list[int]
) -> None:
    with watching.over(SimpleNamespace(pk=1, lease_until=NOW + 10)):
        clock.set(NOW + 11)
        watching.look()
    assert ends == [HUNG]


def test_look_when_the_work_is_over_or_another_began_then_the_old_lease_means_nothing(
    watching: LeaseWatch, clock: ManualClock, ends: list[int]
) -> None:
    with watching.over():
        watching.hold(SimpleNamespace(pk=1, lease_until=NOW + 10))
        clock.set(NOW + 20)
        watching.hold(SimpleNamespace(pk=2, lease_until=NOW + 30))
        watching.look()
    clock.set(NOW + 99)
    watching.look()
    assert ends == []
