"""What GitHub is known to send that a careless reader trips over, told by webhooks."""

from __future__ import annotations

import json
from typing import Any

import pytest

from laurels.apps.contributions.models import Contribution, PullRequest, RepositoryEvent
from laurels.apps.intake.services.events import Received
from laurels.apps.people.models import Alias, Contributor
from laurels.apps.projects.models import Repository
from laurels.apps.scoring.selectors import ledger_verify, totals_of
from tests.apps.intake.events.conftest import apply, register, states
from tests.apps.intake.events.lifecycles import (
    MINUTE,
    asked_one,
    at,
    changed,
    merged_one,
    pulled,
    told,
)
from tests.fakes.archive import ALICE, BOB, NOON, WIDGETS, Json, account, pull_request, repository
from tests.fakes.webhooks import delivery, hook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("program")]


def only() -> PullRequest:
    return PullRequest.objects.get(number=1)


def points(login: str) -> int:
    pk = Contributor.objects.get(login=login).pk
    return totals_of([pk])[pk].points


def test_closed_when_its_state_says_open_then_is_closed_until_told_otherwise() -> None:
    odd = pull_request(1, updated_at=at(3))
    assert (
        states(apply(pulled("opened", pull_request(1)), pulled("closed", odd, BOB)))
        == ["processed"] * 2
    )
    assert (only().state, only().closed_at) == ("closed", at(3))
    apply(pulled("reopened", pull_request(1, updated_at=at(5))))
    assert (only().state, only().closed_at) == ("open", None)


def test_merged_when_its_state_says_open_then_never_goes_back() -> None:
    odd = pull_request(1, merged_at=at(3)) | {"state": "open", "closed_at": None}
    apply(pulled("closed", odd, BOB))
    assert (only().state, only().merged_at) == ("merged", at(3))
    apply(pulled("edited", pull_request(1, updated_at=at(9))))
    assert (only().state, only().merged_at) == ("merged", at(3))


@pytest.mark.parametrize("is_null", [True, False])
def test_merged_when_merged_at_is_absent_then_the_closing_is_the_merge(is_null: bool) -> None:
    odd = pull_request(1, merged_at=at(3))
    del odd["merged_at"]
    apply(pulled("closed", odd | ({"merged_at": None} if is_null else {}), BOB))
    assert (only().state, only().merged_at) == ("merged", at(3))
    merge = Contribution.objects.get(kind="pr_merged")
    assert (merge.occurred_at, points("alice") > 0) == (at(3), True)


def test_bodies_when_fields_nobody_knows_are_everywhere_then_mean_the_same() -> None:
    plain = [*merged_one(), *asked_one()]
    noisy = [
        delivery(one.event, noise(json.loads(one.body)), received_at=one.received_at)
        for one in plain
    ]
    expected = [one.fingerprint for one in apply(*plain)]
    found = apply(*noisy)
    assert [one.fingerprint for one in found] == expected
    assert set(states(found)) == {"processed"}


def noise(value: Any) -> Any:
    """Add a field that nobody knows to every object of a body."""
    if isinstance(value, list):
        return [noise(one) for one in value]
    if isinstance(value, dict):
        return {key: noise(one) for key, one in value.items()} | {"x_new": {"deep": [1, None]}}
    return value


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"action": "opened"', b'"text"', b"{}" * 2]
)
@pytest.mark.parametrize("event", ["pull_request", "push", "star"])
def test_body_when_it_is_no_json_object_then_dead_with_the_reason(event: str, body: bytes) -> None:
    [outcome] = apply(delivery(event, body))
    assert (outcome.state, outcome.is_alarming) == ("dead", False)
    assert "no JSON object" in outcome.reason


def later(received: Received, days: int) -> Received:
    """The same message, its times so many days later."""
    return delivery(received.event, received.body, received_at=received.received_at + days * 86_400)


def test_repository_when_deleted_and_made_again_under_its_name_then_both_survive() -> None:
    again = repository(31, WIDGETS["full_name"])
    done = pull_request(1, merged_at=at(9))
    apply(pulled("closed", done, BOB))
    before = points("alice")
    apply(changed("deleted", 60, WIDGETS))
    # The new one bears the old one's name and number 1, and is nobody's before it is registered.
    anew = pull_request(1, BOB, created_at=at(90), merged_at=at(99), merged_by=ALICE, repo=again)
    assert states(apply(pulled("closed", anew, ALICE))) == ["dead"]
    register(again)
    assert states(apply(pulled("closed", anew, ALICE))) == ["processed"]
    # A late word about the old one is still the old one's.
    apply(pulled("labeled", pull_request(1, merged_at=at(9), labels=["late"], updated_at=at(50))))
    rows = PullRequest.objects.order_by("repository__github_id")
    assert list(rows.values_list("repository__github_id", "author__login", "merged_at")) == [
        (1, "alice", at(9)),
        (31, "bob", at(99)),
    ]
    assert (points("alice"), points("bob") > 0) == (before, True)
    named = Repository.objects.filter(full_name="acme/widgets")
    assert set(named.values_list("github_id", flat=True)) == {1, 31}
    gone = RepositoryEvent.objects.get(action="deleted")
    assert gone.repository.github_id == 1
    assert ledger_verify().ok


def test_login_when_freed_and_taken_by_a_stranger_then_inherits_nothing() -> None:
    stranger = account(70, "alice")
    renamed = account(ALICE["id"], "alice-of-old")
    apply(pulled("closed", pull_request(1, merged_at=at(9)), BOB))
    before = points("alice")
    # The stranger is met first: that the old one has another login is told afterwards.
    apply(pulled("opened", pull_request(2, stranger, created_at=at(90)), stranger))
    apply(pulled("edited", pull_request(1, renamed, merged_at=at(9), updated_at=at(95)), renamed))
    people = dict(Contributor.objects.values_list("github_id", "login"))
    assert (people[70], people[ALICE["id"]]) == ("alice", "alice-of-old")
    assert (points("alice-of-old"), points("alice")) == (before, 0)
    authors = dict(PullRequest.objects.values_list("number", "author__github_id"))
    assert authors == {1: ALICE["id"], 2: 70}
    kept = Alias.objects.filter(login="alice").values_list("contributor__github_id", flat=True)
    assert ALICE["id"] in kept


def test_times_when_everything_arrives_much_later_then_nothing_is_dated_by_the_arrival() -> None:
    apply(*(later(one, 400) for one in told(["merged", "reopened", "asked"])))
    latest = NOON + 60 * MINUTE
    assert not Contribution.objects.filter(occurred_at__gt=latest).exists()
    assert not PullRequest.objects.filter(changed_at__gt=latest).exists()
    assert Contribution.objects.filter(is_withdrawn=False).count() > 4


def test_fork_when_its_own_hook_is_signed_with_the_originals_secret_then_nothing_is_taken() -> None:
    fork = repository(55, "bob/widgets", fork=True)
    body: Json = {"action": "opened", "number": 1, "pull_request": pull_request(1, repo=fork)}
    [outcome] = apply(hook("pull_request", body, repo=fork, hook_repository=WIDGETS["id"]))
    assert (outcome.state, outcome.is_alarming) == ("dead", True)
    assert not PullRequest.objects.exists()
