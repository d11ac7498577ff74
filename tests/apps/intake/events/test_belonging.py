"""A body must belong to its hook and to its header: what does not changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from laurels.apps.contributions.models import PullRequest, RepositoryEvent, Signal
from laurels.apps.intake.services.events import Received
from laurels.apps.people.models import Contributor
from laurels.apps.projects.models import Repository
from tests.apps.intake.events.conftest import GADGETS, apply, register
from tests.fakes.archive import ALICE, BOB, WIDGETS, Json, account, pull_request, repository
from tests.fakes.webhooks import delivery, hook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("program")]

STRANGE = repository(99, "stranger/things")


def opened(repo: Json = WIDGETS, **how: Any) -> Received:
    body = pull_request(1, repo=repo)
    return hook(
        "pull_request", {"action": "opened", "number": 1, "pull_request": body}, repo=repo, **how
    )


def member(repo: Json, organization: Json | None = None, **how: Any) -> Received:
    body = {"action": "removed", "member": BOB}
    if organization is not None:
        body["organization"] = organization
    return hook("member", body, repo=repo, **how)


def left(organization: Json, **how: Any) -> Received:
    body = {"action": "member_removed", "organization": organization, "membership": {"user": BOB}}
    return delivery("organization", body | {"sender": ALICE}, **how)


def untouched() -> bool:
    """Nothing was learned of anything."""
    return not (
        PullRequest.objects.exists()
        or Contributor.objects.exists()
        or RepositoryEvent.objects.exists()
        or Signal.objects.exists()
        or Repository.objects.exclude(seen_at=1).exists()
    )


def test_body_when_it_belongs_to_its_hook_then_is_processed() -> None:
    [outcome] = apply(opened(hook_repository=WIDGETS["id"]))
    assert (outcome.state, outcome.action, outcome.repository) == ("processed", "opened", 1)
    assert PullRequest.objects.get().number == 1


@pytest.mark.parametrize(
    ("received", "reason"),
    [
        (opened(GADGETS, hook_repository=WIDGETS["id"]), "another repository"),
        (opened(STRANGE, hook_repository=WIDGETS["id"]), "another repository"),
        (opened(STRANGE), "no such repository"),
        (member(STRANGE), "no such repository"),
        (member(GADGETS, hook_repository=WIDGETS["id"]), "another repository"),
        (member(WIDGETS, {"id": 5, "login": "foreign"}), "does not own the repository"),
        (left({"id": 5, "login": "foreign"}), "owns no repository"),
        (left({"id": 900_001, "login": "acme"}, hook_repository=1), "of one repository"),
        (
            delivery("star", {"action": "created", "repository": STRANGE}, hook_repository=1),
            "another repository",
        ),
        (
            hook("ping", {"zen": "z", "hook_id": 78}, hook_repository=1, hook_id=77),
            "another hook",
        ),
        (
            delivery(
                "installation",
                {"action": "deleted", "installation": {"id": 6, "account": ALICE}},
                hook_repository=1,
            ),
            "of one repository",
        ),
        (hook("issues", {"action": "opened", "number": 1, "pull_request": {}}), "not of issues"),
        (hook("star", {"action": "a", "member": BOB}), "the body is of member"),
    ],
)
def test_body_when_it_claims_what_it_is_not_then_is_dead_and_alarmed(
    received: Received, reason: str
) -> None:
    [outcome] = apply(received)
    assert (outcome.state, outcome.is_alarming) == ("dead", True)
    assert reason in outcome.reason
    assert untouched()


@pytest.mark.parametrize(
    "received",
    [
        delivery("pull_request", b"{"),
        delivery("pull_request", b"\xff"),
        hook("pull_request", {"action": "opened", "number": 1, "pull_request": {}}),
        hook("member", {"action": "removed", "member": None}),
    ],
)
def test_body_when_it_cannot_be_read_then_is_dead_without_an_alarm(received: Received) -> None:
    [outcome] = apply(received)
    assert (outcome.state, outcome.is_alarming) == ("dead", False)
    assert outcome.reason
    assert untouched()


@pytest.mark.parametrize(
    "received",
    [
        hook("star", {"action": "created"}),
        hook("watch", {"action": "started"}, repo=STRANGE),
        hook("ping", {"zen": "z", "hook_id": 77}, repo=STRANGE),
        hook(
            "member",
            {"action": "removed", "member": BOB, "installation": {"id": 6}},
            repo=STRANGE,
        ),
        hook("member", {"action": "added", "member": BOB}),
    ],
)
def test_body_when_it_is_nobodys_business_then_is_ignored_with_the_reason(
    received: Received,
) -> None:
    [outcome] = apply(received)
    assert (outcome.state, outcome.is_alarming) == ("ignored", False)
    assert outcome.reason
    assert untouched()


def test_batch_when_some_may_not_be_believed_then_the_others_count_in_their_order() -> None:
    outcomes = apply(
        delivery("pull_request", b"{"),
        opened(),
        opened(GADGETS, hook_repository=WIDGETS["id"]),
        hook("star", {"action": "created"}),
        opened(GADGETS, hook_repository=GADGETS["id"]),
    )
    assert [one.state for one in outcomes] == ["dead", "processed", "dead", "ignored", "processed"]
    assert PullRequest.objects.count() == 2


def test_repository_when_made_again_under_its_old_name_then_is_another_one() -> None:
    apply(opened())
    again = repository(31, WIDGETS["full_name"])
    [outcome] = apply(opened(again))
    assert outcome.state == "dead"
    register(again)
    apply(opened(again))
    assert set(PullRequest.objects.values_list("repository__github_id", flat=True)) == {1, 31}
    assert Repository.objects.filter(full_name="acme/widgets").count() == 2


def test_author_when_never_met_then_becomes_a_ghost_and_the_deleted_account_nobody() -> None:
    ghost = account(10137, "ghost")
    body = pull_request(2, ghost)
    apply(
        opened(),
        hook(
            "pull_request",
            {"action": "opened", "number": 2, "pull_request": body},
            sender=ghost,
        ),
    )
    assert Contributor.objects.get(github_id=ALICE["id"]).claimed_at is None
    assert PullRequest.objects.get(number=2).author is None
    assert not Contributor.objects.filter(github_id=10137).exists()
