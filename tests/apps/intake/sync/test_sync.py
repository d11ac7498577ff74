"""Syncs against the stand-in GitHub, over real HTTP: what comes in, what it costs, what is told."""

from __future__ import annotations

import json

import pytest

from laurels.adapters.github.client import Postponed, TokenInvalid, Unavailable
from laurels.apps.contributions.models import Issue, PullRequest, Review
from laurels.apps.intake.models_sync import (
    Outage,
    PersonProfile,
    RepositoryLanguages,
    RunState,
    SyncCoverage,
    SyncedPull,
    SyncGap,
    SyncRun,
    SyncSubject,
)
from laurels.apps.intake.services.sync import SubjectMissing, SyncLocked
from laurels.apps.people.models import Contributor
from laurels.apps.projects.models import Repository
from laurels.apps.projects.register import Register
from laurels.apps.scoring.models import LedgerEntry
from laurels.apps.scoring.selectors import ledger_digest
from laurels.domain import windows
from laurels.kit.times import format_instant
from laurels.lab.github.acts import make_thread
from tests.apps.intake.sync.conftest import DAY, Hall


def test_repository_when_synced_then_facts_points_and_coverage(hall: Hall) -> None:
    town, start = hall.town, hall.now() - 50 * DAY
    merged = hall.pull(town.repository, town.contributor, start, merged_at=start + DAY)
    town.hub.acts.review(merged, town.maintainer, "APPROVED", at=start + 100)
    town.hub.acts.open(town.repository, town.outsider, "A fault", is_pull=False, at=start)
    synced = hall.sync("repo", "harbour/tide", register=Register.all())
    assert (synced.pull_requests, synced.issues, synced.gaps) == (1, 1, 0)
    assert synced.requests == 3
    pull = PullRequest.objects.get()
    assert (pull.state, pull.merged_at, pull.author and pull.author.login) == (
        "merged", start + DAY, "carl",
    )  # fmt: skip
    assert Issue.objects.get().author and Review.objects.get().state == "approved"
    assert LedgerEntry.objects.exists() and synced.entries_posted > 0
    assert list(SyncCoverage.objects.values_list("starts_at", "ends_at")) == [
        (hall.now() - 1096 * DAY, hall.now())
    ]
    languages = json.loads(RepositoryLanguages.objects.get().languages)
    assert languages == {"Python": 900, "C": 100}
    place = RepositoryLanguages.objects.get()
    assert (place.full_name, place.is_private) == ("harbour/tide", False)


def test_repository_when_synced_again_then_nothing_moves(hall: Hall) -> None:
    town, start = hall.town, hall.now() - 50 * DAY
    hall.pull(town.repository, town.contributor, start, merged_at=start + DAY)
    hall.sync("repo", "harbour/tide", register=Register.all())
    before = ledger_digest()
    town.clock.forward(3600)
    again = hall.sync("repo", "harbour/tide")
    assert again.window_start == hall.now() - 3600 - DAY
    assert (again.entries_posted, ledger_digest()) == (0, before)
    assert SyncCoverage.objects.get().ends_at == hall.now()
    whole = hall.sync("repo", "harbour/tide", backfill_days=400)
    assert (whole.pull_requests, ledger_digest()) == (1, before)


def test_repository_when_unknown_and_not_to_register_then_nothing_but_coverage(hall: Hall) -> None:
    hall.pull(hall.town.repository, hall.town.contributor, hall.now() - DAY)
    synced = hall.sync("repo", "harbour/tide")
    assert synced.pull_requests == 1
    assert not PullRequest.objects.exists() and not Contributor.objects.exists()


def test_user_when_synced_then_all_public_pulls_are_kept_and_only_ours_are_facts(
    hall: Hall,
) -> None:
    town, start = hall.town, hall.now() - 50 * DAY
    elsewhere = town.hub.places.repository(town.owner, "elsewhere", languages={"Rust": 5})
    secret = town.hub.places.repository(town.owner, "secret", is_private=True)
    hall.pull(town.repository, town.contributor, start, merged_at=start + DAY)
    talked = hall.pull(elsewhere, town.contributor, start + 1)
    town.hub.acts.comment(talked, town.outsider, "Nice", at=start + 2)
    hall.pull(secret, town.contributor, start + 3)
    hall.sync("repo", "harbour/tide", register=Register.all())
    synced = hall.sync("user", "carl")
    kept = SyncedPull.objects.order_by("created_at")
    assert [(one.number, one.state, one.is_attended) for one in kept] == [
        (1, "merged", False), (1, "open", True),
    ]  # fmt: skip
    assert (synced.withheld, synced.gaps, synced.pull_requests) == (1, 0, 3)
    assert PullRequest.objects.count() == 1
    assert set(Repository.objects.values_list("full_name", flat=True)) == {"harbour/tide"}
    carl = Contributor.objects.get(login="carl")
    assert synced.user_id == carl.pk
    profile = PersonProfile.objects.get(contributor=carl)
    assert profile.window_end == hall.now() and profile.reviews == 0
    told = synced.as_dict()
    assert set(told) >= {
        "user_id", "github_login", "window_start", "window_end", "pr_count", "metadata_ok",
        "requests",
    }  # fmt: skip
    assert told["window_end"].endswith("Z")


def test_user_when_a_thousand_pulls_in_two_hundred_repositories_then_thirty_requests_at_most(
    hall: Hall,
) -> None:
    town, hub = hall.town, hall.town.hub
    places = [
        hub.places.repository(town.group, f"part-{n}", languages={"Python": n + 1, "C": 7})
        for n in range(200)
    ]
    start = hall.now() - 700 * DAY
    for number in range(1000):
        at = start + number * 50_000
        hall.pull(places[number % 200], town.contributor, at, merged_at=at + 500)
    before = hub.faults.count(method="POST")
    synced = hall.sync("user", "carl")
    spent = hub.faults.count(method="POST") - before
    assert (synced.pull_requests, SyncedPull.objects.count(), synced.gaps) == (1000, 1000, 0)
    assert RepositoryLanguages.objects.count() == 200
    assert synced.requests == spent <= 30


def test_window_when_a_second_has_too_many_then_the_gap_is_recorded_and_the_rest_covered(
    hall: Hall,
) -> None:
    town, at = hall.town, hall.now() - 10 * DAY
    for number in range(1005):
        hall.pull(town.repository, town.contributor, at, title=f"Robot {number}")
    hall.pull(town.repository, town.contributor, at + DAY)
    synced = hall.sync("repo", "harbour/tide", register=Register.all(), backfill_days=30)
    gap = SyncGap.objects.get()
    assert (gap.reason, gap.starts_at, gap.ends_at) == ("cut", at, at + 1)
    assert (gap.expected, gap.received, synced.gaps) == (1005, 1000, 1)
    assert synced.as_dict()["gap_list"] == [
        {
            "subject": "harbour/tide", "reason": "cut", "expected": 1005, "received": 1000,
            "detail": "", "from": format_instant(at), "to": format_instant(at + 1),
        }
    ]  # fmt: skip
    covered = list(SyncCoverage.objects.order_by("starts_at").values_list("starts_at", "ends_at"))
    assert covered == [(hall.now() - 30 * DAY, at), (at + 1, hall.now())]
    assert PullRequest.objects.count() == 1001


def test_limit_when_met_in_the_middle_then_the_next_sync_goes_on_from_the_page(hall: Hall) -> None:
    town, start = hall.town, hall.now() - 50 * DAY
    for number in range(250):
        hall.pull(town.repository, town.contributor, start + number)
    hall.town.hub.faults.add("secondary", after=3)
    with pytest.raises(Postponed) as put_off:
        hall.sync("repo", "harbour/tide", register=Register.all())
    run = SyncRun.objects.get()
    assert run.state == RunState.RUNNING and 0 < PullRequest.objects.count() < 250
    assert SyncSubject.objects.get().last_error.startswith("github_postponed")
    town.clock.now = put_off.value.until
    asked = len(hall.searches())
    synced = hall.sync("repo", "harbour/tide", register=Register.all())
    assert (synced.pull_requests, PullRequest.objects.count()) == (250, 250)
    assert SyncRun.objects.get().state == RunState.DONE
    assert len(hall.searches()) - asked <= 3


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        ("primary", 3600),
        ("graphql-type", 3600),
        ("graphql-extensions", 3600),
        ("graphql-403", 3600),
        ("secondary", 60),
        ("secondary-date", 60),
        ("abuse", 5),
    ],
)
def test_limit_when_in_any_dress_then_put_off_to_its_end_and_nothing_is_lost(
    hall: Hall, fault: str, seconds: int
) -> None:
    hall.pull(hall.town.repository, hall.town.contributor, hall.now() - 5 * DAY)
    hall.town.hub.faults.add(fault, after=1)
    with pytest.raises(Postponed) as put_off:
        hall.sync("repo", "harbour/tide", register=Register.all())
    assert 0 < put_off.value.until - hall.now() <= seconds
    asked = len(hall.searches())
    hall.town.clock.now = put_off.value.until - 1
    with pytest.raises(Postponed):
        hall.sync("repo", "harbour/tide", register=Register.all())
    assert len(hall.searches()) == asked
    hall.town.clock.now = put_off.value.until
    synced = hall.sync("repo", "harbour/tide", register=Register.all())
    assert (synced.pull_requests, synced.gaps, PullRequest.objects.count()) == (1, 0, 1)


def test_permits_when_their_holders_died_then_free_after_their_deadline(hall: Hall) -> None:
    state, key = hall.github.core.state, hall.github.tokens.pick("graphql", 1, 0, now=0).key
    for _ in range(2):
        assert state.permit_take(key, most=2, until=hall.now() + 300, now=hall.now())
    with pytest.raises(Postponed, match="permits"):
        hall.sync("repo", "harbour/tide")
    hall.town.clock.forward(300)
    assert hall.sync("repo", "harbour/tide").gaps == 0


def test_window_when_a_second_has_just_as_many_as_are_shown_then_nothing_is_missing(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "RESULTS_MOST", 20)
    at = hall.now() - 10 * DAY
    for number in range(20):
        hall.pull(hall.town.repository, hall.town.contributor, at, title=f"Robot {number}")
    synced = hall.sync("user", "carl", backfill_days=30)
    assert (synced.pull_requests, synced.gaps) == (20, 0)


def test_server_when_it_fails_on_large_pages_then_smaller_ones_are_asked_for(hall: Hall) -> None:
    town, start = hall.town, hall.now() - 50 * DAY
    for number in range(60):
        hall.pull(town.repository, town.contributor, start + number)
    hall.github.core.breaker.threshold = 50
    hall.town.hub.faults.add("502", 3, after=1)
    synced = hall.sync("repo", "harbour/tide", register=Register.all())
    assert (synced.pull_requests, PullRequest.objects.count(), synced.gaps) == (60, 60, 0)


def test_server_when_it_does_not_answer_then_the_outage_is_kept_until_it_does(hall: Hall) -> None:
    hall.sync("repo", "harbour/tide", register=Register.all())
    begun = hall.now()
    hall.town.hub.faults.add("503", 6)
    for _ in range(2):
        with pytest.raises(Unavailable):
            hall.sync("repo", "harbour/tide")
    outage = Outage.objects.get()
    assert begun <= outage.begins_at <= hall.now() and outage.ends_at is None
    with pytest.raises(Postponed, match="away"):
        hall.sync("repo", "harbour/tide")
    hall.town.clock.forward(60)
    hall.sync("repo", "harbour/tide")
    assert Outage.objects.get().ends_at == hall.now()


def test_outage_when_its_process_died_then_the_next_answer_of_another_ends_it(hall: Hall) -> None:
    Outage.objects.create(begins_at=hall.now() - 600)
    hall.sync("repo", "harbour/tide")
    assert Outage.objects.get().ends_at == hall.now()


def test_rows_when_some_are_hidden_then_the_rest_is_kept_and_a_gap_told(hall: Hall) -> None:
    town, start = hall.town, hall.now() - 50 * DAY
    for number in range(5):
        hall.pull(town.repository, town.contributor, start + number)
    hall.town.hub.faults.add("forbidden", after=1)
    synced = hall.sync("repo", "harbour/tide", register=Register.all())
    assert PullRequest.objects.count() >= 4
    assert synced.gaps == SyncGap.objects.filter(reason="hidden").count() == 1


def test_token_when_refused_then_the_run_ends_with_its_reason(hall: Hall) -> None:
    hall.town.hub.faults.add("unauthorized")
    with pytest.raises(TokenInvalid):
        hall.sync("repo", "harbour/tide")


def test_name_when_nothing_has_it_then_said(hall: Hall) -> None:
    for kind, name in (("repo", "harbour/none"), ("user", "nobody"), ("org", "nowhere")):
        with pytest.raises(SubjectMissing, match=name):
            hall.sync(kind, name)


def test_organisation_when_synced_then_its_repositories_come(hall: Hall) -> None:
    town, start = hall.town, hall.now() - 50 * DAY
    other = town.hub.places.repository(town.group, "other")
    hall.pull(town.repository, town.contributor, start)
    hall.pull(other, town.outsider, start + 5)
    synced = hall.sync("org", "harbour", register=Register.orgs(["harbour"]))
    assert (synced.pull_requests, PullRequest.objects.count()) == (2, 2)
    assert synced.as_dict()["organization"] == "harbour"


def test_repository_when_deleted_and_made_again_then_two_repositories(hall: Hall) -> None:
    town, start = hall.town, hall.now() - 50 * DAY
    hall.pull(town.repository, town.contributor, start)
    hall.sync("repo", "harbour/tide", register=Register.all())
    town.hub.places.delete(town.repository, town.owner)
    again = town.hub.places.repository(town.group, "tide")
    town.clock.forward(DAY)
    hall.pull(again, town.outsider, hall.now() - 60)
    synced = hall.sync("repo", "harbour/tide", register=Register.all())
    assert synced.github_id == again.id
    assert PullRequest.objects.count() == Repository.objects.count() == 2
    assert {one.author and one.author.login for one in PullRequest.objects.all()} == {
        "carl", "otto",
    }  # fmt: skip


def test_login_when_freed_and_taken_then_the_stranger_inherits_nothing(hall: Hall) -> None:
    town, start = hall.town, hall.now() - 50 * DAY
    hall.pull(town.repository, town.contributor, start)
    hall.sync("user", "carl")
    town.hub.places.rename_account(town.contributor, "carla")
    stranger = town.hub.places.account("carl")
    hall.pull(town.repository, stranger, hall.now() - 5)
    town.clock.forward(60)
    hall.sync("user", "carl")
    hall.sync("user", "carla")
    owners = dict(SyncedPull.objects.values_list("number", "author__login"))
    assert owners == {1: "carla", 2: "carl"}
    assert SyncSubject.objects.count() == 2


def test_sync_when_one_is_running_then_locked_until_its_lock_ends(hall: Hall) -> None:
    hall.sync("repo", "harbour/tide")
    subject = SyncSubject.objects.get()
    SyncRun.objects.create(
        subject=subject, window_start=1, window_end=2, started_at=1, lock="x",
        locked_until=hall.now() + 900, checkpoint='{"pending": [[1, 2]]}',
    )  # fmt: skip
    with pytest.raises(SyncLocked):
        hall.sync("repo", "harbour/tide")
    hall.town.clock.forward(900)
    assert hall.sync("repo", "harbour/tide").window_end == 2


def test_pull_when_many_reviews_then_each_of_them_is_kept(hall: Hall) -> None:
    town, start = hall.town, hall.now() - 50 * DAY
    thread = hall.pull(town.repository, town.contributor, start)
    for number in range(130):
        town.hub.acts.review(thread, town.maintainer, "COMMENTED", at=start + number)
    hall.sync("repo", "harbour/tide", register=Register.all())
    assert Review.objects.count() == 130


def test_world_when_made_by_hand_then_as_the_acts_make_it(hall: Hall) -> None:
    town = hall.town
    opened = town.hub.acts.open(town.repository, town.contributor, "One", at=5)
    made = make_thread(town.hub.world, town.repository, town.contributor, "Two", True, 6, {})
    assert (opened.is_pull, opened.number + 1) == (made.is_pull, made.number)
