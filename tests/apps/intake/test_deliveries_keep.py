"""Replay and purge, and the counts that must always add up."""

from __future__ import annotations

import pytest
from django.conf import settings as django_settings

from laurels.apps.audit.actors import SYSTEM, Actor
from laurels.apps.audit.models import AuditRow
from laurels.apps.intake import bells
from laurels.apps.intake.errors import DeliveryNotFound, NotReplayable
from laurels.apps.intake.handlers import purge_bodies
from laurels.apps.intake.models import DeliveryBody, DeliveryProgress
from laurels.apps.intake.selectors_deliveries import (
    alarms_list,
    alarms_since,
    deliveries_counts,
    deliveries_list,
    deliveries_pending,
    delivery_body,
    delivery_get,
)
from laurels.apps.intake.services.deliveries_drain import inbox_drain
from laurels.apps.intake.services.deliveries_keep import (
    DAY_SECONDS,
    deliveries_purge,
    deliveries_replay_dead,
    delivery_replay,
)
from laurels.apps.jobs.models import Job
from laurels.kit.clock import ManualClock
from tests.apps.intake.inbox import NOW, accept, arrival, states, work

pytestmark = pytest.mark.django_db
STAFF = Actor("operator")
ALL = ("received", "processed", "ignored", "failed", "dead")


@pytest.fixture
def each() -> dict[str, int]:
    """Make one delivery in each state; return them by state."""
    for state in ALL:
        accept(arrival(state.encode(), guid=state, event=state))
    rows = dict(zip(ALL, (one.pk for one in reversed(deliveries_list())), strict=True))
    for state, row in rows.items():
        DeliveryProgress.objects.filter(pk=row).update(state=state, attempts=3, next_at=NOW + 9)
    return rows


def test_counts_when_each_state_is_there_then_they_add_up(each: dict[str, int]) -> None:
    counts = deliveries_counts()
    assert (counts.received, counts.pending, counts.failed) == (5, 2, 1)
    assert counts.received == counts.processed + counts.ignored + counts.dead + counts.pending
    assert deliveries_pending() == 2
    assert deliveries_pending(due_by=NOW) == 0


def test_counts_when_the_inbox_is_empty_then_zeros() -> None:
    assert set(vars_of(deliveries_counts())) == {0}


def vars_of(counts: object) -> list[int]:
    return [getattr(counts, name) for name in counts.__dataclass_fields__]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["dead", "failed", "ignored", "processed", "received"]),
        ({"state": "dead"}, ["dead"]),
        ({"state": "pending"}, ["failed", "received"]),
        ({"event": "ignored"}, ["ignored"]),
        ({"repository": 5}, []),
        ({"limit": 2}, ["dead", "failed"]),
    ],
)
def test_list_when_filtered_then_the_newest_first(
    each: dict[str, int], filters: dict[str, object], found: list[str]
) -> None:
    assert [one.guid for one in deliveries_list(**filters)] == found  # type: ignore[arg-type]


def test_list_when_gone_on_from_one_then_older_ones(each: dict[str, int]) -> None:
    assert [one.guid for one in deliveries_list(before=each["processed"])] == ["received"]


@pytest.mark.parametrize("state", ["processed", "ignored", "dead"])
def test_replay_when_ended_then_it_waits_again_is_rung_for_and_noted(
    each: dict[str, int], state: str, django_capture_on_commit_callbacks: object
) -> None:
    rung: list[int] = []
    bells.install(lambda: rung.append(1))
    try:
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            delivery_replay(each[state], now=NOW, acting=STAFF)
    finally:
        bells.install(bells._nobody)
    progress = delivery_get(each[state]).progress
    assert (progress.state, progress.attempts, progress.next_at) == ("received", 0, 0)
    assert rung == [1]
    row = AuditRow.objects.get(action="delivery:replay")
    assert (row.subject, row.actor) == (f"delivery:{each[state]}", "operator")


@pytest.mark.parametrize("state", ["received", "failed"])
def test_replay_when_it_still_waits_then_refused(each: dict[str, int], state: str) -> None:
    with pytest.raises(NotReplayable, match="still waits"):
        delivery_replay(each[state], now=NOW, acting=STAFF)


def test_replay_when_the_body_is_gone_or_it_never_was_then_refused(each: dict[str, int]) -> None:
    DeliveryBody.objects.filter(pk=each["dead"]).delete()
    with pytest.raises(NotReplayable, match="purged"):
        delivery_replay(each["dead"], now=NOW, acting=STAFF)
    with pytest.raises(DeliveryNotFound):
        delivery_replay(10**9, now=NOW, acting=STAFF)
    assert deliveries_replay_dead(now=NOW, acting=STAFF) == 0


def test_replay_when_all_dead_then_only_they_wait_again(each: dict[str, int]) -> None:
    assert deliveries_replay_dead(now=NOW, acting=STAFF) == 1
    assert states() == ["received", "processed", "ignored", "failed", "received"]
    assert work() == 1
    assert AuditRow.objects.filter(subject="deliveries:dead").count() == 1


def test_purge_when_old_then_bodies_of_ended_ones_go_and_their_keys_stay(
    each: dict[str, int],
) -> None:
    assert deliveries_purge(days=30, now=NOW + 30 * DAY_SECONDS, acting=STAFF) == 0
    assert deliveries_purge(days=30, now=NOW + 30 * DAY_SECONDS + 1, acting=STAFF) == 3
    assert [delivery_body(each[state]) for state in ALL] == [
        b"received",
        None,
        None,
        b"failed",
        None,
    ]
    assert deliveries_counts().received == 5
    assert len(delivery_get(each["dead"]).sha256) == 64
    assert AuditRow.objects.get(action="delivery:purge").actor == "operator"
    assert deliveries_purge(days=30, now=NOW + 31 * DAY_SECONDS, acting=STAFF) == 0


def test_purge_when_too_soon_then_refused(each: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least 3 days"):
        deliveries_purge(days=2, now=NOW, acting=STAFF)


def test_purge_when_its_day_comes_then_the_setting_says_how_old(each: dict[str, int]) -> None:
    days = django_settings.LAURELS.delivery_body_days
    assert purge_bodies(Job(), NOW + days * DAY_SECONDS + 1) == {"removed": 3}
    assert not AuditRow.objects.exists()


def test_alarms_when_a_key_is_reused_then_listed_and_counted() -> None:
    accept(arrival(b"1", guid="a"))
    accept(arrival(b"2", guid="a"), arrival(b"3", guid="a"))
    (row,) = deliveries_list()
    assert len(alarms_list()) == len(alarms_list(delivery_id=row.pk)) == 2
    assert alarms_list(delivery_id=row.pk + 1) == []
    assert (alarms_since(NOW), alarms_since(NOW + 1)) == (2, 0)


def test_drain_when_this_process_works_then_nothing_is_left() -> None:
    accept(arrival(event="unheard_of"))
    assert inbox_drain(clock=ManualClock(NOW), until=NOW + 60) == 0
    assert states() == ["ignored"]


def test_drain_when_another_process_works_then_it_waits_and_gives_up_in_time() -> None:
    accept(arrival(event="unheard_of"))
    clock = ManualClock(NOW)
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        clock.set(clock.now() + 20)

    assert inbox_drain(clock=clock, until=NOW + 60, work=False, wait=wait) == 1
    assert len(waits) == 3
    assert states() == ["received"]


def test_drain_when_the_rest_comes_later_then_it_does_not_wait(each: dict[str, int]) -> None:
    def wait(seconds: float) -> None:
        raise AssertionError("it waited")

    left = inbox_drain(clock=ManualClock(NOW), until=NOW + 5, wait=wait)
    assert left == 2


def test_purge_when_the_system_does_it_then_no_audit_row(each: dict[str, int]) -> None:
    assert deliveries_purge(days=3, now=NOW + 4 * DAY_SECONDS, acting=SYSTEM) == 3
    assert not AuditRow.objects.exists()
