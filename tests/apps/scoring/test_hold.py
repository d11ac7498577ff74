"""Seven days of hold: nothing is posted on day 6, all of it by the schedule on day 7."""

from __future__ import annotations

from pathlib import Path

import pytest

from laurels.apps.audit.actors import operator
from laurels.apps.contributions.services import rating_set, verdict_give, void_lift, void_mark
from laurels.apps.jobs.models import Job
from laurels.apps.scoring.models import LedgerEntry
from laurels.apps.scoring.selectors import items_of
from laurels.apps.standings.selectors import board_get, rank_of
from laurels.domain.lifecycle import Decision
from tests.apps.scoring.world import (
    DAY,
    START,
    World,
    entries,
    issue,
    items,
    merged,
    opened,
    person,
    pull_request,
)
from tests.fakes import archive
from tests.fakes.archive import ALICE, BOB

pytestmark = pytest.mark.django_db

SETTLES = START + 7 * DAY


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A program with the default rules, and one merge that has just happened."""
    made = World(tmp_path, "fair")
    made.tell(*merged(1, opened_at=START - 60, additions=100, deletions=0))
    return made


def test_nothing_is_posted_on_day_6_and_all_of_it_on_day_7_by_the_schedule(world: World) -> None:
    assert (world.points(), world.pending()) == (0, 22)
    world.pass_days(6)
    assert (world.points(), world.pending()) == (0, 22)
    world.clock.set(SETTLES - 1)
    world.work()
    assert not LedgerEntry.objects.exists()

    world.clock.set(SETTLES)
    world.work()

    assert (world.points(), world.pending()) == (22, 0)
    assert entries() == [("AWARD", 20), ("BONUS", 2)]
    done = Job.objects.filter(kind="settle.due", state="done").exclude(result="").get()
    assert LedgerEntry.objects.first().source == f"job:{done.pk}"
    assert world.is_whole()


def test_a_settled_item_posts_nothing_more_and_never_unsettles(world: World) -> None:
    world.pass_days(7)
    count = LedgerEntry.objects.count()
    world.pass_days(1)
    assert LedgerEntry.objects.count() == count
    assert world.recalculate().entries_posted == 0
    assert items()["pr_merged", 1].is_settled


def test_a_label_after_settling_posts_the_difference_at_once(world: World) -> None:
    world.pass_days(7)
    spam = archive.pull_request(
        1, created_at=START - 60, merged_at=START, merged_by=BOB, labels=["Spam"],
        updated_at=world.now, additions=100, deletions=0,
    )  # fmt: skip
    world.tell(archive.pull_request_event("labeled", spam, BOB, world.now, label={"name": "Spam"}))

    assert (world.points(), world.pending()) == (0, 0)
    assert entries() == [("AWARD", 20), ("BONUS", 2), ("REVERSAL", -20), ("REVERSAL", -2)]
    assert items()["pr_merged", 1].is_settled
    reversal = LedgerEntry.objects.filter(is_reversal=True).first()
    assert reversal.occurred_at == START
    assert reversal.posted_at == world.now
    assert world.is_whole()


def test_a_change_before_settling_starts_the_seven_days_again(world: World) -> None:
    world.clock.advance(3 * DAY)
    body = archive.pull_request(
        1, created_at=START - 60, merged_at=START, merged_by=BOB, labels=["docs"],
        updated_at=world.now, additions=100, deletions=0,
    )  # fmt: skip
    world.tell(archive.pull_request_event("labeled", body, BOB, world.now, label={"name": "docs"}))
    world.clock.set(SETTLES)
    world.work()
    assert (world.points(), world.pending()) == (0, 22)

    world.pass_days(3)
    assert (world.points(), world.pending()) == (22, 0)


def test_a_comment_does_not_start_the_seven_days_again(world: World) -> None:
    world.clock.advance(3 * DAY)
    side = archive.issue(1, created_at=START - 60, updated_at=world.now, of_pull_request=True)
    world.tell(archive.issue_comment_event(side, BOB, world.now))
    world.clock.set(SETTLES)
    world.work()
    assert world.points() == 22


def test_a_rating_before_settling_starts_the_seven_days_again(world: World) -> None:
    world.clock.advance(3 * DAY)
    world.tell(opened(9, by=BOB, opened_at=START))
    moved = rating_set(pull_request(1), person(BOB).pk, 5, now=world.now, acting=operator())
    assert moved == {person().pk}
    world.settle(person())
    assert (world.points(), world.pending()) == (0, 30)
    world.clock.set(SETTLES)
    world.work()
    assert world.points() == 0
    world.pass_days(3)
    assert world.points() == 30


def test_a_rating_after_settling_moves_points_at_once(world: World) -> None:
    world.pass_days(7)
    world.tell(opened(9, by=BOB, opened_at=START))
    rating_set(pull_request(1), person(BOB).pk, 1, now=world.now, acting=operator())
    world.settle(person())
    assert (world.points(), world.pending()) == (14, 0)
    assert world.is_whole()


def test_an_approval_waits_from_its_own_time(world: World) -> None:
    world.tell(opened(2, opened_at=START), opened(9, by=BOB, opened_at=START))
    world.clock.advance(DAY)
    request = pull_request(2)
    bob = person(BOB).pk
    verdict_give(request, bob, Decision.UNDER_REVIEW, now=world.now, acting=operator())
    verdict_give(request, bob, Decision.APPROVED, now=world.now, acting=operator())
    world.settle(person())
    assert world.pending() == 32
    world.clock.set(SETTLES)
    world.work()
    assert (world.points(), world.pending()) == (22, 10)
    world.pass_days(1.1)
    assert (world.points(), world.pending()) == (32, 0)


def test_a_completed_issue_that_is_reopened_waits_again(world: World) -> None:
    def told(action: str, at: int, **more: object) -> dict:
        body = archive.issue(7, created_at=START - DAY, updated_at=at, **more)
        return archive.issue_event(action, body, at=at)

    world.tell(told("closed", START, closed_at=START, state_reason="completed"))
    assert world.pending() == 27
    world.clock.advance(2 * DAY)
    world.tell(told("reopened", world.now, state_reason="reopened"))
    assert world.pending() == 22
    world.clock.advance(DAY)
    world.tell(told("closed", world.now, closed_at=world.now, state_reason="completed"))
    world.clock.set(SETTLES)
    world.work()
    assert (world.points(), world.pending()) == (22, 5)
    world.pass_days(3)
    assert world.points() == 27
    assert issue(7).state_reason == "completed"


def test_a_review_settles_by_its_own_time_whatever_happens_to_the_pull_request(
    world: World,
) -> None:
    body = archive.pull_request(3, created_at=START)
    world.tell(
        archive.pull_request_event("opened", body, ALICE, START),
        archive.review_event(body, at=START),
    )
    world.clock.advance(6 * DAY)
    world.tell(*merged(3, opened_at=START, merged_at=world.now))
    world.clock.set(SETTLES)
    world.work()
    assert (world.points(BOB), world.pending(BOB)) == (4, 0)


def test_pending_is_shown_and_takes_part_in_no_rank(world: World) -> None:
    board = board_get("program").id
    place = rank_of(board, person().pk)
    assert (place.rank, place.points, place.pending) == (None, 0, 22)
    (item,) = (one for one in items_of(person().pk) if one.points)
    assert (item.settles_at, item.pending, item.posted) == (SETTLES, 22, 0)

    world.pass_days(7)

    place = rank_of(board, person().pk)
    assert (place.rank, place.points, place.pending) == (1, 22, 0)
    (item,) = (one for one in items_of(person().pk, limit=1) if one.points)
    assert (item.settles_at, item.pending, item.posted) == (None, 0, 22)


def test_settling_changes_no_amount_under_a_cap(tmp_path: Path) -> None:
    """Pending and settled count alike: what is earned later never takes from what came before."""
    world = World(tmp_path, "fair")
    bodies = [archive.pull_request(number, created_at=START - DAY) for number in range(1, 9)]
    world.tell(*(archive.pull_request_event("opened", body, at=START - DAY) for body in bodies))
    world.tell(
        *(
            archive.review_event(body, at=START + number, review_id=number)
            for number, body in enumerate(bodies)
        )
    )
    amounts = {key: one.base for key, one in items(BOB).items()}
    assert world.pending(BOB) == sum(amounts.values()) == 20
    world.clock.set(START + 3 + 7 * DAY)
    world.work()
    assert (world.points(BOB), world.pending(BOB)) == (16, 4)
    world.pass_days(1)
    assert {key: one.base for key, one in items(BOB).items()} == amounts
    assert (world.points(BOB), world.pending(BOB)) == (20, 0)


def test_a_void_mark_on_pending_work_holds_it_at_zero_and_lifting_restores_it(
    world: World,
) -> None:
    void_mark(pull_request(1), reason="copied", now=world.now, acting=operator())
    world.settle(person())
    assert (world.points(), world.pending()) == (0, 0)
    world.pass_days(7)
    assert not LedgerEntry.objects.exists()
    void_lift(pull_request(1), reason="it was not", now=world.now, acting=operator())
    world.settle(person())
    assert (world.points(), world.pending()) == (22, 0)


def test_an_import_of_anything_posts_what_has_come_due_for_anybody(world: World) -> None:
    world.clock.set(SETTLES)

    world.tell(opened(9, by=BOB, opened_at=SETTLES - 60))

    assert (world.points(), world.pending()) == (22, 0)
    assert world.is_whole()
