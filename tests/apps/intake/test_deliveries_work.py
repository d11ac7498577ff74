"""The worker of the inbox: sets, leases, attempts, and the one that cannot be worked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import OperationalError

from laurels.apps import sql
from laurels.apps.audit.actors import SYSTEM
from laurels.apps.contributions.services import ConcurrentChange
from laurels.apps.intake.models import Delivery, DeliveryAlarm, DeliveryProgress
from laurels.apps.intake.services import deliveries_work as working
from laurels.apps.intake.services.deliveries_claim import (
    LEASE_SECONDS,
    MOST_AT_ONCE,
    claim,
    leases_release,
)
from laurels.apps.intake.services.deliveries_work import deliveries_work, inbox_step
from laurels.apps.intake.services.events import apply as applying
from laurels.apps.intake.services.events import events_apply
from laurels.apps.intake.services.facts import TRIES, facts_write
from laurels.apps.jobs.backoff import MAX_ATTEMPTS
from laurels.apps.scoring.models import DirtyMark, LedgerEntry
from laurels.apps.scoring.services import program_init
from laurels.kit.clock import ManualClock
from tests.apps import factories
from tests.apps.intake.inbox import NOW, accept, arrival, merged, points, states, work
from tests.fakes import archive

pytestmark = pytest.mark.django_db


@pytest.fixture
def program() -> None:
    """Begin a program with the repository of the fakes."""
    program_init("fair", now=1, acting=SYSTEM)
    repo = archive.WIDGETS
    factories.repository(
        repo["full_name"], github_id=repo["id"], owner_github_id=repo["owner"]["id"]
    )


def test_work_when_a_merge_was_delivered_then_points_stand_and_name_the_delivery(
    program: None,
) -> None:
    accept(merged())
    assert work() == 1
    progress = DeliveryProgress.objects.get()
    assert (progress.state, progress.action, progress.attempts) == ("processed", "closed", 1)
    assert (progress.repository, len(progress.fingerprint)) == (archive.WIDGETS["id"], 64)
    assert (progress.lease_until, progress.lease_token, progress.finished_at) == (0, "", NOW)
    assert {entry.source for entry in LedgerEntry.objects.all()} == {
        f"delivery:{progress.delivery_id}"
    }
    assert points() > 0
    assert not DirtyMark.objects.exists()


def test_work_when_the_same_fact_comes_under_a_new_guid_then_nothing_is_posted_twice(
    program: None,
) -> None:
    accept(merged())
    work()
    before = LedgerEntry.objects.count()
    accept(merged(), merged())
    work()
    assert states() == ["processed"] * 3
    assert LedgerEntry.objects.count() == before


def test_work_when_many_wait_then_they_are_settled_together(program: None) -> None:
    accept(*(merged(number) for number in range(1, 41)))
    assert work() == 1
    first, last = (Delivery.objects.order_by(order).first() for order in ("id", "-id"))
    assert first is not None and last is not None
    assert {entry.source for entry in LedgerEntry.objects.all()} == {
        f"deliveries:{first.pk}-{last.pk}"
    }


def test_work_when_no_program_is_there_yet_then_marks_wait_for_one() -> None:
    repo = archive.WIDGETS
    factories.repository(repo["full_name"], github_id=repo["id"])
    accept(merged())
    work()
    assert states() == ["processed"]
    assert DirtyMark.objects.exists()


def test_work_when_others_are_dirty_then_they_are_left_to_others(program: None) -> None:
    stranger = factories.contributor()
    DirtyMark.objects.create(contributor=stranger)
    accept(merged())
    work()
    assert [mark.contributor_id for mark in DirtyMark.objects.all()] == [stranger.pk]


def test_work_when_the_body_is_no_json_then_dead_with_the_reason_and_others_go_on(
    program: None,
) -> None:
    accept(arrival(b"{", event="pull_request"), merged(), arrival(b"{}", event="unheard_of"))
    work()
    assert sorted(states()) == ["dead", "ignored", "processed"]
    assert DeliveryProgress.objects.get(state="dead").reason
    assert points() > 0


def test_work_when_a_body_is_of_another_repository_than_its_hook_then_dead_and_alarmed(
    program: None,
) -> None:
    accept(merged(via=999))
    work()
    assert states() == ["dead"]
    alarm = DeliveryAlarm.objects.get()
    assert (alarm.kind, alarm.at) == ("mismatch", NOW)
    assert points() == 0


def poisoned(bad: set[str], fault: Exception) -> Any:
    """Return `events_apply` that raises where one of these events is in the set."""

    def apply(received: Sequence[Any], **how: Any) -> Any:
        if bad & {one.event for one in received}:
            raise fault
        return events_apply(received, **how)

    return apply


def test_work_when_one_of_a_set_raises_then_it_alone_fails_and_is_dead_after_eight_attempts(
    program: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "events_apply", poisoned({"poison"}, ValueError("odd")))
    accept(*(merged(number) for number in range(1, 20)), arrival(event="poison"), merged(20))
    clock = ManualClock(NOW)
    work(clock)
    assert states() == ["processed"] * 19 + ["failed", "processed"]
    for attempt in range(2, MAX_ATTEMPTS + 1):
        bad = DeliveryProgress.objects.get(attempts=attempt - 1, state="failed")
        assert bad.last_error == "ValueError: odd"
        assert bad.next_at > clock.now()
        clock.set(bad.next_at - 1)
        assert work(clock) == 0
        clock.set(bad.next_at)
        assert work(clock) == 1
    bad = DeliveryProgress.objects.get(state="dead")
    assert (bad.attempts, bad.reason, bad.finished_at) == (8, "ValueError: odd", clock.now())
    clock.set(clock.now() + 10**6)
    assert work(clock) == 0


@pytest.mark.parametrize("lost", [TRIES - 1, TRIES])
def test_work_when_other_writers_get_in_the_way_then_tried_so_often_and_no_more(
    program: None, monkeypatch: pytest.MonkeyPatch, lost: int
) -> None:
    tries = 0

    def raced(*given: Any, **how: Any) -> Any:
        nonlocal tries
        tries += 1
        if tries <= lost:
            raise ConcurrentChange("1 rows")
        return facts_write(*given, **how)

    monkeypatch.setattr(applying, "facts_write", raced)
    accept(merged())
    work()
    assert tries == TRIES
    assert states() == ["processed" if lost < TRIES else "failed"]


def test_work_when_the_database_fails_then_nothing_is_blamed_and_the_lease_runs_out(
    program: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(merged())
    clock = ManualClock(NOW)
    fault = OperationalError("the server closed the connection")
    monkeypatch.setattr(working, "events_apply", poisoned({"pull_request"}, fault))
    with pytest.raises(OperationalError):
        work(clock)
    assert states() == ["received"]
    monkeypatch.undo()
    assert work(clock) == 0
    clock.set(NOW + LEASE_SECONDS)
    assert work(clock) == 1
    assert states() == ["processed"]


def test_work_when_the_lease_was_lost_then_what_was_done_is_taken_back(program: None) -> None:
    accept(merged())
    late = claim(now=NOW)
    assert late is not None
    quick = claim(now=NOW + LEASE_SECONDS)
    assert quick is not None
    deliveries_work(late, clock=ManualClock(NOW))
    assert states() == ["received"]
    assert points() == 0
    deliveries_work(quick, clock=ManualClock(NOW))
    assert states() == ["processed"]


def test_claim_when_taken_then_nobody_else_gets_it_before_its_lease_ran_out() -> None:
    accept(arrival())
    mine = claim(now=NOW)
    assert mine is not None
    assert (mine.attempts, mine.lease_until) == (1, NOW + LEASE_SECONDS)
    assert claim(now=NOW + LEASE_SECONDS - 1) is None
    assert DeliveryProgress.objects.get().attempts == 1


def test_leases_when_released_then_taken_at_once_and_who_had_them_writes_nothing(
    program: None,
) -> None:
    accept(merged())
    lost = claim(now=NOW)
    assert lost is not None
    assert leases_release() == 1
    again = claim(now=NOW)
    assert again is not None
    assert (again.deliveries, again.attempts) == (lost.deliveries, 2)
    deliveries_work(lost, clock=ManualClock(NOW))
    assert (states(), points()) == (["received"], 0)
    deliveries_work(again, clock=ManualClock(NOW))
    assert states() == ["processed"]
    assert leases_release() == 0


def test_claim_when_a_set_killed_its_worker_again_and_again_then_sets_shrink_to_one() -> None:
    accept(*(arrival() for _ in range(MOST_AT_ONCE + 20)))
    sizes: list[int] = []
    now = NOW
    for _ in range(4):
        mine = claim(now=now)
        assert mine is not None
        sizes.append(len(mine.deliveries))
        sql.execute(
            "UPDATE intake_deliveryprogress SET next_at = %s WHERE attempts = 0", [now + 10**9]
        )
        now += LEASE_SECONDS
    assert sizes == [500, 62, 62, 62]
    sql.execute("UPDATE intake_deliveryprogress SET attempts = 3 WHERE attempts > 0")
    alone = claim(now=now)
    assert alone is not None
    assert len(alone.deliveries) == 1


def test_claim_when_its_worker_died_eight_times_then_dead_without_another_try() -> None:
    accept(arrival())
    for attempt in range(MAX_ATTEMPTS):
        assert claim(now=NOW + attempt * LEASE_SECONDS) is not None
    assert claim(now=NOW + MAX_ATTEMPTS * LEASE_SECONDS - 1) is None
    assert states() == ["received"]
    assert claim(now=NOW + MAX_ATTEMPTS * LEASE_SECONDS) is None
    progress = DeliveryProgress.objects.get()
    assert (progress.state, progress.attempts) == ("dead", MAX_ATTEMPTS)
    assert "died" in progress.reason


def test_claim_when_bodies_are_large_then_few_are_taken_at_once() -> None:
    accept(*(arrival(b"x" * 3_000_000) for _ in range(4)))
    first = claim(now=NOW)
    assert first is not None
    assert len(first.deliveries) == 2


def test_step_when_nothing_is_due_then_nobody_is_told() -> None:
    told: list[object] = []
    assert inbox_step(clock=ManualClock(NOW), claimed=told.append) is None
    accept(arrival(json.dumps({"hook_id": 77, "zen": "x"}).encode()))
    mine = inbox_step(clock=ManualClock(NOW), claimed=told.append)
    assert told == [mine]
    assert mine is not None
    assert mine.pk == mine.deliveries[0]
