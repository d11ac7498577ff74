"""The four verbs by their names: what they return, how each end is told, what stays."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache

from laurels.adapters.github.client import Postponed, Unavailable
from laurels.apps.audit.actors import operator
from laurels.apps.audit.models import AuditRow
from laurels.apps.intake.models_sync import SyncedPull, SyncGap, SyncRun, TokenState
from laurels.apps.metrics.errors import PersonUnknown, PipelineRefused, UserIdInvalid
from laurels.apps.metrics.models import MetricRun
from laurels.apps.metrics.port import Span
from laurels.apps.metrics.selectors import metrics_latest, metrics_payload
from laurels.apps.metrics.services.identity import identity_find
from laurels.apps.metrics.services.persons import access_of, person_ingest
from laurels.apps.metrics.services.pipeline import (
    compute_user_metrics_and_language_profile,
    ingest_and_compute_user,
    ingest_user_github_activity,
    list_tracked_users,
    user_needs_recompute,
)
from laurels.apps.people.models import Contributor, GitHubToken, LoginReservation
from laurels.apps.people.services.tokens import token_for
from tests.apps.intake.sync.conftest import DAY, Hall
from tests.apps.metrics.pipeline.conftest import carl, keep, without_tokens

INGESTED = {"user_id", "github_login", "window_start", "window_end", "pr_count", "metadata_ok"}
COMPUTED = {
    "user_id", "github_login", "baseline_id", "metrics_window_start", "metrics_window_end",
    "computed_at", "metadata_ok",
}  # fmt: skip


def test_ingest_when_a_login_is_new_then_a_person_under_the_id_that_was_made(hall: Hall) -> None:
    hall.pull(hall.town.repository, hall.town.contributor, hall.now() - DAY)
    told = ingest_user_github_activity(github_login="carl")
    assert set(told) >= INGESTED
    assert (told["github_login"], told["pr_count"], told["metadata_ok"]) == ("carl", 1, True)
    person = Contributor.objects.get()
    assert told["user_id"] == str(uuid.UUID(person.ref))
    assert LoginReservation.objects.get().contributor == person
    assert told["window_start"].endswith("Z")
    assert not MetricRun.objects.exists()


def test_ingest_when_an_id_is_given_to_a_new_login_then_it_is_theirs_ever_after(hall: Hall) -> None:
    chosen = str(uuid.uuid4())
    told = ingest_user_github_activity(chosen, github_login="carl")
    assert told["user_id"] == chosen
    assert Contributor.objects.get().ref == uuid.UUID(chosen).hex
    again = ingest_user_github_activity(uuid.UUID(chosen))
    assert (again["user_id"], again["github_login"]) == (chosen, "carl")


def test_ingest_when_the_login_turns_out_to_be_somebody_known_then_the_new_id_leads_to_them(
    hall: Hall,
) -> None:
    person = carl(hall)
    hall.town.hub.places.rename_account(hall.town.contributor, "karl")
    chosen = str(uuid.uuid4())
    told = ingest_user_github_activity(chosen, github_login="karl")
    assert Contributor.objects.get().pk == person.pk
    assert told["user_id"] == str(uuid.UUID(person.ref))
    assert ingest_user_github_activity(chosen)["user_id"] == told["user_id"]
    assert user_needs_recompute(chosen)


def test_ingest_when_only_a_token_is_given_then_github_says_who(hall: Hall) -> None:
    token = hall.town.hub.world.token_for(hall.town.contributor)
    told = ingest_user_github_activity(github_token=token)
    assert told["github_login"] == "carl"
    assert {one.login for one in hall.town.hub.faults.log} == {"carl"}


def test_compute_when_read_before_then_its_keys_and_no_request(hall: Hall) -> None:
    user_id = ingest_user_github_activity(github_login="carl")["user_id"]
    before = hall.town.hub.faults.count()
    told = compute_user_metrics_and_language_profile(
        user_id, partition_key="a", triggered_by="scheduler.daily"
    )
    assert set(told) == COMPUTED
    assert (told["baseline_id"], told["metadata_ok"]) == (None, True)
    assert hall.town.hub.faults.count() == before
    assert MetricRun.objects.get().triggered_by == "scheduler.daily"


def test_both_when_all_is_well_then_ok_with_the_keys_of_both_and_the_cache_clear(
    hall: Hall,
) -> None:
    key = f"laurels-metrics-{carl(hall).pk}-fair"
    cache.set(key, "what was served")
    told = ingest_and_compute_user(github_login="carl", acting=operator())
    assert (told["status"], told["error"]) == ("ok", None)
    assert set(told) >= INGESTED | COMPUTED
    assert cache.get(key) is None
    row = AuditRow.objects.get(action="person:sync")
    assert (row.actor, row.subject) == ("operator", f"contributor:{Contributor.objects.get().ref}")


def test_both_when_thirty_days_of_a_new_person_then_coverage_says_thirty(hall: Hall) -> None:
    hall.pull(hall.town.repository, hall.town.contributor, hall.now() - 3 * DAY)
    assert ingest_and_compute_user(github_login="carl", backfill_days=30)["status"] == "ok"
    told = metrics_payload(metrics_latest(Contributor.objects.get().pk))
    assert (told["coverage"]["days"], told["coverage"]["window_days"]) == (30, 1096)
    assert told["coverage"]["sentence"].startswith("Only 30 of 1,096 days")


def test_both_when_nothing_is_covered_then_three_years_and_on_from_there_later(hall: Hall) -> None:
    user_id = ingest_and_compute_user(github_login="carl")["user_id"]
    first = SyncRun.objects.get()
    assert first.window_start == hall.now() - 1096 * DAY
    until = hall.now()
    hall.town.clock.forward(7200)
    ingest_and_compute_user(user_id)
    assert SyncRun.objects.latest("pk").window_start == until - DAY


def test_both_when_somebody_reads_them_then_locked_and_nothing_computed(hall: Hall) -> None:
    user_id = ingest_and_compute_user(github_login="carl")["user_id"]
    SyncRun.objects.update(state="running", locked_until=hall.now() + 900)
    MetricRun.objects.all().delete()
    told = ingest_and_compute_user(user_id)
    assert (told["status"], told["error"].partition(":")[0]) == ("locked", "locked")
    assert (told["user_id"], told["pr_count"], told["computed_at"]) == (user_id, None, None)
    assert not MetricRun.objects.exists()
    # A worker that died renews no more: its lock is free when it has run out.
    hall.town.clock.forward(900)
    assert ingest_and_compute_user(user_id)["status"] == "ok"


def test_both_when_pages_come_in_then_the_lock_is_kept(hall: Hall) -> None:
    hall.pull(hall.town.repository, hall.town.contributor, hall.now() - DAY)
    hall.town.clock.forward(3600)
    ingest_and_compute_user(github_login="carl")
    seen: list[int] = []

    def page(rows: int) -> None:
        seen.append(SyncRun.objects.latest("pk").locked_until - hall.now())
        hall.town.clock.forward(600)

    identity = identity_find(None, "carl", now=hall.now())
    person_ingest(
        identity, access_of(None), Span(backfill_days=9), acting=operator(), progress=page
    )
    assert seen == [900]


def test_both_when_there_is_no_token_then_missing_token(hall: Hall) -> None:
    without_tokens(hall)
    told = ingest_and_compute_user(github_login="carl")
    assert (told["status"], told["error"].partition(":")[0]) == ("missing_token",) * 2
    assert told["github_login"] == "carl"


def test_both_when_only_the_person_gave_a_token_then_read_with_it(hall: Hall) -> None:
    without_tokens(hall)
    carl(hall, token=True)
    assert ingest_and_compute_user(github_login="carl")["status"] == "ok"
    assert {one.login for one in hall.town.hub.faults.log} == {"carl"}


@pytest.mark.parametrize("is_theirs", [True, False])
def test_both_when_github_refuses_the_token_then_token_invalid_and_marked(
    hall: Hall, is_theirs: bool
) -> None:
    person = carl(hall, token=True)
    if is_theirs:
        without_tokens(hall)
    hall.town.hub.faults.add("unauthorized")
    told = ingest_and_compute_user(github_login="carl")
    assert (told["status"], told["error"].partition(":")[0]) == ("token_invalid",) * 2
    assert TokenState.objects.exclude(invalid_at=None).count() == 1
    assert (token_for(person) is None) is is_theirs


def test_both_when_one_repository_is_not_found_then_ok_with_a_gap(hall: Hall) -> None:
    for days in (1, 2, 3):
        hall.pull(hall.town.repository, hall.town.contributor, hall.now() - days * DAY)
    hall.town.hub.faults.add("partial", path="graphql", after=1)
    assert ingest_and_compute_user(github_login="carl")["status"] == "ok"
    assert SyncGap.objects.get().reason == "hidden"
    assert SyncedPull.objects.count() == 2


def test_both_when_nobody_has_the_login_then_failed_without_naming_it(hall: Hall) -> None:
    told = ingest_and_compute_user(github_login="nobody-at-all")
    assert (told["status"], told["error"].partition(":")[0]) == ("failed", "subject_missing")
    assert "nobody-at-all" not in told["error"]
    assert not Contributor.objects.exists()


@pytest.mark.parametrize(("kind", "fault"), [("secondary", Postponed), ("reset", Unavailable)])
def test_both_when_github_has_to_wait_then_raised_and_later_done(
    hall: Hall, kind: str, fault: type[Exception]
) -> None:
    hall.town.hub.faults.add(kind, 3)
    with pytest.raises(fault):
        ingest_and_compute_user(github_login="carl")
    hall.town.hub.faults.clear()
    hall.town.clock.forward(600)
    assert ingest_and_compute_user(github_login="carl")["status"] == "ok"


def test_both_when_the_token_is_to_be_kept_then_only_the_persons_own(hall: Hall) -> None:
    world = hall.town.hub.world
    others = world.token_for(hall.town.outsider)
    ingest_and_compute_user(None, others, github_login="carl", persist_github_token=True)
    assert not GitHubToken.objects.exists()
    own = world.token_for(hall.town.contributor)
    ingest_and_compute_user(None, own, github_login="carl", persist_github_token=True)
    held = token_for(Contributor.objects.get())
    assert held is not None and held.token == own


def test_needs_recompute_when_missing_or_moved_since_then_true(hall: Hall) -> None:
    user_id = ingest_user_github_activity(github_login="carl")["user_id"]
    assert user_needs_recompute(user_id)
    ingest_and_compute_user(user_id)
    assert not user_needs_recompute(user_id)
    hall.town.clock.forward(60)
    hall.pull(hall.town.repository, hall.town.contributor, hall.now() - 5)
    hall.town.clock.forward(60)
    ingest_user_github_activity(user_id)
    assert user_needs_recompute(user_id)
    compute_user_metrics_and_language_profile(user_id)
    assert not user_needs_recompute(user_id)


def test_tracked_when_read_then_listed_longest_ago_first(hall: Hall) -> None:
    first = ingest_user_github_activity(github_login="otto")["user_id"]
    hall.town.clock.forward(60)
    second = ingest_user_github_activity(github_login="carl")["user_id"]
    assert list_tracked_users() == [first, second]
    assert second == str(uuid.UUID(Contributor.objects.get(login="carl").ref))


@pytest.mark.parametrize(
    ("about", "code", "word"),
    [
        ({"user_id": "carl"}, "user_id_invalid", "UUID"),
        ({"user_id": "carl\0"}, "user_id_invalid", "UUID"),
        ({"github_login": "a_b"}, "login_invalid", "a_b"),
        ({"github_login": "a" * 40}, "login_invalid", "39"),
        ({"github_login": "-a"}, "login_invalid", "-a"),
        ({"github_login": ""}, "login_invalid", "''"),
        ({"github_login": "carl", "backfill_days": 0}, "invalid", "backfill_days"),
        ({"github_login": "carl", "backfill_days": 10**10}, "invalid", "backfill_days"),
        ({"github_login": "carl", "since": "yesterday"}, "invalid", "since"),
        ({"github_login": "carl", "triggered_by": "me"}, "invalid", "scheduler.daily"),
        ({"github_login": "carl", "partition_key": "a" * 81}, "invalid", "partition_key"),
        ({}, "identity_missing", "github_login"),
        ({"user_id": str(uuid.UUID(int=7))}, "person_unknown", "nobody"),
    ],
)
@pytest.mark.parametrize("verb", [ingest_user_github_activity, ingest_and_compute_user])
def test_verb_when_it_cannot_be_meant_then_a_stable_code_and_nothing_asked(
    hall: Hall, verb: Any, about: dict[str, Any], code: str, word: str
) -> None:
    with pytest.raises((ValueError, PersonUnknown)) as caught:
        verb(**about)
    assert (getattr(caught.value, "code", ""), word in str(caught.value)) == (code, True)
    assert hall.town.hub.faults.count() == 0
    assert not LoginReservation.objects.exists() and not Contributor.objects.exists()


def test_window_when_since_and_until_are_texts_then_read_so(hall: Hall) -> None:
    told = ingest_user_github_activity(
        github_login="carl", since="2026-01-01", until="2026-02-01T00:00:00Z"
    )
    assert (told["window_start"], told["window_end"]) == (
        "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z",
    )  # fmt: skip
    empty = ingest_and_compute_user(github_login="carl", since=hall.now() + 5)
    assert (empty["status"], empty["error"].partition(":")[0]) == ("failed", "sync_refused")


def test_compute_when_nobody_has_the_id_then_refused(hall: Hall) -> None:
    for verb in (compute_user_metrics_and_language_profile, user_needs_recompute):
        with pytest.raises(PersonUnknown):
            verb(uuid.uuid4())
        with pytest.raises(UserIdInvalid):
            verb("7")
    with pytest.raises(PipelineRefused):
        compute_user_metrics_and_language_profile(
            str(uuid.UUID(carl(hall).ref)), triggered_by="whim"
        )


def test_token_when_given_for_a_login_then_asked_with_and_not_stored(
    hall: Hall, settings: LazySettings
) -> None:
    person = carl(hall)
    token = keep(hall, person)
    GitHubToken.objects.all().delete()
    told = ingest_and_compute_user(github_token=token, github_login="carl")
    assert told["status"] == "ok"
    assert {one.login for one in hall.town.hub.faults.log} == {"carl"}
    assert not GitHubToken.objects.exists()
