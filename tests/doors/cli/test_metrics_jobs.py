"""`laurels metrics refresh` and `diagnose`, and the keys of `sync user`."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from laurels.apps.audit.models import AuditRow
from laurels.apps.intake.models_sync import SyncSubject
from laurels.apps.metrics.models import PersonJob
from laurels.apps.people.models import Contributor
from laurels.cli.verbs import metrics_jobs
from laurels.kit.clock import ManualClock
from tests.apps import factories
from tests.doors.cli.conftest import Laurels
from tests.doors.cli.test_documented import documented, keys_of
from tests.doors.cli.test_sync import hub
from tests.fakes.github import Town

__all__ = ["hub"]


def tracked(count: int) -> None:
    for person in factories.crowd(count):
        SyncSubject.objects.create(
            kind="user", github_id=person.github_id, name=person.login, created_at=1
        )


def test_user_when_synced_then_the_id_is_a_uuid_and_who_looked_is_on_record(
    laurels: Laurels, hub: Town
) -> None:
    told = laurels("sync", "user", "carl", "--json").json
    person = Contributor.objects.get()
    assert told["user_id"] == str(uuid.UUID(person.ref))
    row = AuditRow.objects.get(action="person:sync")
    assert (row.actor, row.subject) == ("operator", f"contributor:{person.ref}")


@pytest.mark.parametrize("days", ["0", "10000000000", "many"])
def test_user_when_the_backfill_cannot_be_meant_then_refused(
    laurels: Laurels, hub: Town, days: str
) -> None:
    ran = laurels("sync", "user", "carl", "--backfill-days", days)
    assert (ran.code, hub.hub.faults.count()) == (2, 0)


def test_user_when_the_login_has_an_underscore_then_refused_before_github_is_asked(
    laurels: Laurels, hub: Town
) -> None:
    ran = laurels("sync", "user", "a_b")
    assert (ran.code, "'a_b' is no login" in ran.err, hub.hub.faults.count()) == (2, True, 0)


def test_refresh_when_some_are_due_then_queued_once(laurels: Laurels, hub: Town) -> None:
    tracked(3)
    ran = laurels("metrics", "refresh", "--limit", 2, "--json")
    assert (ran.code, ran.json) == (0, {"selected": 2, "enqueued": 2})
    assert {key for key in ran.json if f"`{key}`" not in documented("metrics refresh")} == set()
    assert "Queued 1 job for 3 people.\n2 waited already." in laurels("metrics", "refresh").out
    assert set(PersonJob.objects.values_list("triggered_by", flat=True)) == {"manual"}


def test_refresh_when_all_are_meant_then_also_those_of_today(laurels: Laurels, hub: Town) -> None:
    laurels("sync", "user", "carl")
    laurels("metrics", "compute", "carl")
    assert "Queued 0 jobs for 0 people." in laurels("metrics", "refresh").out
    assert "Queued 1 job for 1 person." in laurels("metrics", "refresh", "--all").out


def test_refresh_when_many_are_meant_then_asked_first(
    laurels: Laurels, hub: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracked(3)
    monkeypatch.setattr(metrics_jobs, "ASK_FROM", 3)
    ran = laurels("metrics", "refresh")
    assert (ran.code, "give --yes" in ran.err) == (2, True)
    assert not PersonJob.objects.exists()
    answers: list[Any] = [False, True]
    monkeypatch.setattr(metrics_jobs.sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(metrics_jobs.typer, "confirm", lambda *_, **__: answers.pop(0))
    assert laurels("metrics", "refresh").code == 2
    assert laurels("metrics", "refresh").code == 0
    assert PersonJob.objects.count() == 3
    assert laurels("metrics", "refresh", "--all", "--yes").code == 0


def test_diagnose_when_github_has_what_we_have_then_agrees(
    laurels: Laurels, hub: Town, clock: ManualClock
) -> None:
    thread = hub.hub.acts.open(hub.repository, hub.contributor, "One", at=hub.clock.now - 500)
    hub.hub.acts.comment(thread, hub.outsider, "Nice", at=hub.clock.now - 400)
    laurels("sync", "user", "carl")
    ran = laurels("metrics", "diagnose", "carl", "--json")
    assert (ran.code, ran.json["agrees"], ran.json["here"], ran.json["github"]) == (0, True, 1, 1)
    row = documented("metrics diagnose")
    assert {key for key in keys_of(ran.json) if f"`{key}`" not in row} == set()
    assert "The numbers agree." in laurels("metrics", "diagnose", "carl").out


def test_diagnose_when_github_has_more_or_has_to_wait_then_the_exit_code_says_so(
    laurels: Laurels, hub: Town
) -> None:
    laurels("sync", "user", "carl", "--backfill-days", 2)
    thread = hub.hub.acts.open(
        hub.repository, hub.contributor, "One", at=hub.clock.now - 9 * 86_400
    )
    hub.hub.acts.comment(thread, hub.outsider, "Nice", at=hub.clock.now - 8 * 86_400)
    ran = laurels("metrics", "diagnose", "carl")
    assert (ran.code, "Only 2 of 1,096 days" in ran.err) == (3, True)
    assert laurels("metrics", "diagnose", "nobody").code == 2
    hub.hub.faults.add("secondary")
    ran = laurels("metrics", "diagnose", "carl")
    assert (ran.code, "Try again after" in ran.err) == (1, True)
