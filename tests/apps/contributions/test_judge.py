"""What maintainers decide here: verdicts, ratings, void marks, and what follows for points."""

from __future__ import annotations

from pathlib import Path

import pytest

from laurels.apps.audit.actors import operator
from laurels.apps.audit.models import AuditRow
from laurels.apps.contributions.models import (
    Contribution,
    PullRequest,
    Rating,
    Transition,
    Verdict,
    VoidMark,
)
from laurels.apps.contributions.services import (
    rating_set,
    verdict_give,
    verdict_withdraw,
    void_lift,
    void_mark,
)
from laurels.apps.contributions.services.judge import RatingRefused, VerdictRefused
from laurels.apps.people.models import Contributor
from laurels.domain.lifecycle import Decision, TransitionRefused
from laurels.domain.rulesets import Ruleset
from tests.apps.scoring.world import DAY, START, World, items, merged, opened, person, pull_request
from tests.fakes import archive
from tests.fakes.archive import ALICE, BOB, CAROL

pytestmark = pytest.mark.django_db

RULES = Ruleset(
    weights_milli={"pr_merged": 20_000, "pr_approved": 10_000, "review_submitted": 4_000},
    rating_multipliers_milli={1: 500, 3: 1_000, 5: 2_000},
    spam_penalty=7,
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Alice's open pull request 1 and merged one 2; Bob and Carol are known."""
    made = World(tmp_path, RULES)
    made.clock.advance(DAY)
    made.tell(
        opened(1, opened_at=START),
        *merged(2, opened_at=START),
        opened(8, by=BOB, opened_at=START),
        opened(9, by=CAROL, opened_at=START),
    )
    return made


@pytest.fixture
def bob(world: World) -> Contributor:
    return person(BOB)


def decide(world: World, who: Contributor, *decisions: Decision, number: int = 1) -> frozenset[int]:
    """Give verdicts one after another on a pull request, and settle Alice."""
    moved = frozenset[int]()
    for decision in decisions:
        world.clock.advance(60)
        moved = verdict_give(
            pull_request(number), who.pk, decision, now=world.now, acting=operator()
        )
    world.settle(person())
    return moved


def test_an_approval_here_pays_the_author_from_its_time(world: World, bob: Contributor) -> None:
    moved = decide(world, bob, Decision.UNDER_REVIEW, Decision.APPROVED)
    assert moved == {person().pk}
    assert world.points() == 20 + 10
    approved = Contribution.objects.get(kind="pr_approved")
    assert (approved.number, approved.occurred_at) == (1, world.now)
    log = Transition.objects.filter(pull_request__number=1).order_by("position")
    assert list(log.values_list("from_state", "to_state", "source")) == [
        ("", "open", "github"), ("open", "under_review", "verdict"),
        ("under_review", "approved", "verdict"),
    ]  # fmt: skip
    assert [one.actor for one in log] == [person(), bob, bob]
    assert pull_request(1).lifecycle == "approved"


def test_verdicts_leave_an_audit_row_each(world: World, bob: Contributor) -> None:
    decide(world, bob, Decision.UNDER_REVIEW, Decision.APPROVED)
    rows = AuditRow.objects.filter(action="verdict:give").order_by("pk")
    assert [(row.before, row.after) for row in rows] == [
        ('{"decision":null}', '{"decision":"under_review"}'),
        ('{"decision":"under_review"}', '{"decision":"approved"}'),
    ]
    assert {row.subject for row in rows} == {f"pull_request:{pull_request(1).pk}"}


def test_a_withdrawn_approval_is_taken_back_by_difference_and_given_again(
    world: World, bob: Contributor
) -> None:
    decide(world, bob, Decision.UNDER_REVIEW, Decision.APPROVED)
    first = Contribution.objects.get(kind="pr_approved").occurred_at

    moved = verdict_withdraw(pull_request(1), bob.pk, now=world.now, acting=operator())
    world.settle(person())
    assert moved == {person().pk}
    assert (world.points(), pull_request(1).lifecycle) == (20, "under_review")
    assert Contribution.objects.get(kind="pr_approved").is_withdrawn
    assert items()["pr_approved", 1].reason == "withdrawn"

    decide(world, bob, Decision.APPROVED)
    again = Contribution.objects.get(kind="pr_approved")
    assert (world.points(), again.is_withdrawn) == (30, False)
    assert again.occurred_at > first
    assert world.is_whole()


def test_withdrawing_what_was_never_given_does_nothing(world: World, bob: Contributor) -> None:
    rows = AuditRow.objects.count()
    assert not verdict_withdraw(pull_request(1), bob.pk, now=world.now, acting=operator())
    decide(world, bob, Decision.UNDER_REVIEW)
    verdict_withdraw(pull_request(1), bob.pk, now=world.now, acting=operator())
    assert not verdict_withdraw(pull_request(1), bob.pk, now=world.now, acting=operator())
    assert AuditRow.objects.count() == rows + 2


def test_an_approval_stands_while_any_of_two_maintainers_stands_by_it(
    world: World, bob: Contributor
) -> None:
    decide(world, bob, Decision.UNDER_REVIEW, Decision.APPROVED)
    carol = person(CAROL)
    decide(world, carol, Decision.CHANGES_REQUESTED, Decision.APPROVED)
    verdict_withdraw(pull_request(1), bob.pk, now=world.now, acting=operator())
    world.settle(person())
    assert world.points() == 30
    verdict_withdraw(pull_request(1), carol.pk, now=world.now, acting=operator())
    world.settle(person())
    assert world.points() == 20


def test_two_verdicts_in_one_second_count_in_the_order_they_were_given(
    world: World, bob: Contributor
) -> None:
    for decision in (Decision.UNDER_REVIEW, Decision.APPROVED):
        verdict_give(pull_request(1), bob.pk, decision, now=world.now, acting=operator())
    times = list(Verdict.objects.order_by("pk").values_list("at", flat=True))
    assert times == [world.now, world.now + 1]
    assert pull_request(1).lifecycle == "approved"


def test_a_verdict_over_an_outdated_reading_keeps_what_was_learned_since(
    world: World, bob: Contributor
) -> None:
    outdated = pull_request(1)
    world.tell(*merged(1, opened_at=START, merged_at=START + 90))
    assert world.points() == 40

    rating_set(outdated, bob.pk, 5, now=world.now, acting=operator())
    void_mark(outdated, reason="test", now=world.now, acting=operator())
    void_lift(outdated, reason="test", now=world.now, acting=operator())
    world.settle(person())

    assert world.points() == 20 + 40
    with pytest.raises(TransitionRefused, match="merged on GitHub"):
        verdict_give(outdated, bob.pk, Decision.UNDER_REVIEW, now=world.now, acting=operator())


def test_an_import_that_read_before_a_decision_tries_again(world: World, bob: Contributor) -> None:
    from laurels.apps.contributions.services import ConcurrentChange
    from laurels.apps.contributions.services.absorb import PULL_REQUEST_FIELDS, _Known, _Writer
    from laurels.domain.lifecycle import loads

    row = pull_request(1)
    key = (row.repository_id, 1)
    known = _Known.load([key])
    rating_set(row, bob.pk, 5, now=world.now, acting=operator())
    fold = loads(bytes(row.fold))
    changed = fold.__class__(**{
        name: getattr(fold, name) for name in fold.__struct_fields__ if name != "is_shown"
    })  # fmt: skip
    with pytest.raises(ConcurrentChange, match="1 rows"):
        _Writer({key: changed}, known, {}).write()
    assert "version" in PULL_REQUEST_FIELDS


def test_nobody_judges_their_own_pull_request(world: World) -> None:
    own = pull_request(1)
    with pytest.raises(VerdictRefused, match="their own"):
        verdict_give(own, person().pk, Decision.UNDER_REVIEW, now=world.now, acting=operator())
    with pytest.raises(RatingRefused, match="their own"):
        rating_set(own, person().pk, 5, now=world.now, acting=operator())
    assert not Verdict.objects.exists()
    assert not Rating.objects.exists()


@pytest.mark.parametrize(
    ("number", "decision", "words"),
    [
        (1, Decision.APPROVED, "under review before"),
        (1, Decision.CHANGES_REQUESTED, "under review before"),
        (2, Decision.UNDER_REVIEW, "merged on GitHub"),
    ],
)
def test_a_verdict_that_the_state_does_not_allow_is_refused(
    world: World, bob: Contributor, number: int, decision: Decision, words: str
) -> None:
    with pytest.raises(TransitionRefused, match=words):
        decide(world, bob, decision, number=number)
    assert not Verdict.objects.exists()


def test_the_same_decision_by_a_second_maintainer_is_no_change_of_state(
    world: World, bob: Contributor
) -> None:
    decide(world, bob, Decision.UNDER_REVIEW)
    decide(world, person(CAROL), Decision.UNDER_REVIEW)
    assert Transition.objects.filter(pull_request__number=1).count() == 2


def test_a_pull_request_that_no_event_has_shown_takes_no_verdict(
    world: World, bob: Contributor
) -> None:
    side = archive.issue(30, BOB, created_at=START, of_pull_request=True)
    world.tell(archive.issue_comment_event(side, CAROL, START))
    hidden = PullRequest.objects.get(number=30)
    with pytest.raises(VerdictRefused, match="shown"):
        verdict_give(hidden, bob.pk, Decision.UNDER_REVIEW, now=world.now, acting=operator())


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_rating_outside_1_to_5_is_refused(world: World, bob: Contributor, score: int) -> None:
    with pytest.raises(RatingRefused, match="1 to 5"):
        rating_set(pull_request(2), bob.pk, score, now=world.now, acting=operator())
    assert not Rating.objects.exists()


def test_ratings_move_a_merge_by_their_mean_and_may_be_changed(
    world: World, bob: Contributor
) -> None:
    def rate(who: Contributor, score: int) -> int:
        rating_set(pull_request(2), who.pk, score, now=world.now, acting=operator())
        world.settle(person())
        return world.points()

    assert rate(bob, 5) == 40
    assert rate(person(CAROL), 1) == 20  # their mean is 3
    assert rate(bob, 1) == 10
    assert Rating.objects.filter(maintainer=bob).count() == 1
    row = AuditRow.objects.filter(action="rating:set").order_by("pk").last()
    assert (row.before, row.after) == ('{"score":5}', '{"score":1}')
    assert world.recalculate().entries_posted == 0
    assert world.is_whole()


def test_a_void_pull_request_earns_nothing_and_costs_the_penalty_until_it_is_lifted(
    world: World,
) -> None:
    moved = void_mark(pull_request(2), reason="spam", now=world.now, acting=operator())
    assert moved == {person().pk}
    world.settle(person())
    assert world.points() == -7

    world.clock.advance(60)
    moved = void_lift(pull_request(2), reason="was none", now=world.now, acting=operator())
    assert moved == {person().pk}
    world.settle(person())
    assert world.points() == 20
    assert VoidMark.objects.get().lifted_at == world.now
    assert not void_lift(pull_request(2), reason="again", now=world.now, acting=operator())
    actions = AuditRow.objects.filter(action__startswith="pull_request:").order_by("pk")
    assert [(row.action, row.reason) for row in actions] == [
        ("pull_request:void", "spam"), ("pull_request:restore", "was none"),
    ]  # fmt: skip
    assert world.is_whole()


def test_reviewers_keep_what_they_earned_on_a_pull_request_that_is_judged(
    world: World, bob: Contributor
) -> None:
    body = archive.pull_request(1, created_at=START)
    world.tell(archive.review_event(body, "commented", BOB, START + 30))
    moved = void_mark(pull_request(1), reason="spam", now=world.now, acting=operator())
    assert moved == {person().pk, bob.pk}
    world.settle(person(), bob)
    assert world.points(ALICE) == 20 - 7
    assert world.points(BOB) == 4
