"""`synchronize`: new commits move when points settle and, where set, dismiss an approval."""

from __future__ import annotations

from typing import Any

import pytest

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.contributions.models import Contribution, PullRequest, Transition
from laurels.apps.contributions.services import verdict_give
from laurels.apps.intake.services.events import Received
from laurels.apps.people.models import Contributor
from laurels.apps.scoring.models import Item
from laurels.domain.lifecycle import Decision
from tests.apps.intake.events.conftest import apply
from tests.apps.intake.events.lifecycles import at, commented, pulled, reviewed
from tests.fakes.archive import ALICE, BOB, issue, pull_request

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("program")]

HOLD = 7 * 86_400
"""What the rules of the program hold points for."""


@pytest.fixture
def dismissing(settings: Any) -> None:
    settings.LAURELS = settings.LAURELS.model_copy(update={"new_commits_dismiss": True})


def pushed(minutes: int) -> Received:
    body = pull_request(1, updated_at=at(minutes))
    return pulled("synchronize", body, before="0", after="1")


def approved() -> bool:
    return Contribution.objects.filter(kind="pr_approved", is_withdrawn=False).exists()


def approve_here(minutes: int) -> None:
    bob = Contributor.objects.get(github_id=BOB["id"])
    found = PullRequest.objects.get()
    for later, decision in enumerate((Decision.UNDER_REVIEW, Decision.APPROVED)):
        verdict_give(found, bob.pk, decision, now=at(minutes) + later, acting=SYSTEM)


def test_new_commits_when_set_then_an_approval_at_github_before_them_is_gone(
    dismissing: None,
) -> None:
    apply(pulled("opened", pull_request(1)), reviewed(pull_request(1), "approved", 5))
    assert approved()
    apply(pushed(6))
    assert not approved()
    apply(reviewed(pull_request(1, updated_at=at(8)), "approved", 8, review_id=2))
    assert approved()


def test_new_commits_when_not_set_then_the_approval_stands() -> None:
    apply(pulled("opened", pull_request(1)), reviewed(pull_request(1), "approved", 5), pushed(6))
    assert approved()


def test_new_commits_when_set_and_told_before_the_approval_they_follow_then_the_same(
    dismissing: None,
) -> None:
    apply(pushed(6))
    apply(reviewed(pull_request(1), "approved", 5))
    apply(pulled("opened", pull_request(1)))
    assert not approved()


def test_new_commits_when_set_then_a_verdict_here_goes_back_under_review(
    dismissing: None,
) -> None:
    apply(pulled("opened", pull_request(1)), reviewed(pull_request(1), "commented", 1))
    approve_here(5)
    apply(pushed(4))
    assert (PullRequest.objects.get().lifecycle, approved()) == ("approved", True)
    apply(pushed(6))
    assert (PullRequest.objects.get().lifecycle, approved()) == ("under_review", False)
    last = Transition.objects.order_by("position").last()
    assert last is not None
    assert (last.from_state, last.source, last.at) == ("approved", "github", at(6))


def settles() -> dict[str, int]:
    found = Item.objects.filter(contributor__github_id=ALICE["id"])
    return dict(found.values_list("kind", "settles_at"))


def test_points_when_a_new_head_comes_then_they_settle_so_much_after_it() -> None:
    apply(pulled("opened", pull_request(1)), reviewed(pull_request(1), "approved", 5))
    assert settles()["pr_approved"] == at(5) + HOLD
    apply(pushed(9))
    assert settles()["pr_approved"] == at(9) + HOLD
    apply(commented(issue(1, updated_at=at(20), of_pull_request=True), 20))
    assert PullRequest.objects.get().updated_at == at(20)
    assert settles()["pr_approved"] == at(9) + HOLD
    # The same head told again, and an older one told late.
    apply(pushed(9), pushed(7))
    assert settles()["pr_approved"] == at(9) + HOLD
