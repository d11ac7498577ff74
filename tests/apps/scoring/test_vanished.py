"""Facts that vanish are corrected by difference entries, and come back with what brings them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from laurels.apps.audit.actors import operator
from laurels.apps.contributions.models import Contribution
from laurels.apps.contributions.services import contributions_touch
from laurels.apps.people.services import ban_lift, ban_start, bots_refresh
from laurels.apps.projects.models import Project, Repository
from laurels.apps.projects.services import (
    project_archive,
    project_unarchive,
    repository_disable,
    repository_enable,
)
from laurels.apps.scoring.services import dirty_mark
from laurels.apps.standings.selectors import board_get, rank_of
from laurels.domain.rulesets import Exclude, Ruleset
from tests.apps.scoring.world import DAY, START, World, entries, items, merged, opened, person
from tests.fakes import archive
from tests.fakes.archive import ALICE, BOB, CAROL, Json

pytestmark = pytest.mark.django_db

RULES = Ruleset(
    weights_milli={
        "pr_opened": 5_000, "pr_merged": 20_000, "pr_approved": 10_000, "issue_opened": 3_000,
        "issue_completed": 6_000, "review_submitted": 4_000,
    }
)  # fmt: skip


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path, RULES)
    made.clock.advance(10 * DAY)
    return made


def review(state: str, at: int, **more: object) -> Json:
    body = archive.pull_request(1, created_at=START)
    return archive.review_event(body, state, BOB, at, **more)


def test_a_pull_request_that_was_deleted_earns_nobody_anything(world: World) -> None:
    world.tell(opened(1, opened_at=START), review("approved", START + 60))
    assert (world.points(ALICE), world.points(BOB)) == (15, 4)
    gone = archive.pull_request(1, created_at=START, updated_at=START + 90)
    world.tell(archive.pull_request_event("deleted", gone, CAROL, START + 90))

    assert (world.points(ALICE), world.points(BOB)) == (0, 0)
    assert [kind for kind, _ in entries()] == ["AWARD", "AWARD", "REVERSAL", "REVERSAL"]
    assert Contribution.objects.filter(is_withdrawn=True).count() == 3
    assert {one.reason for one in items().values()} == {"withdrawn"}
    assert world.recalculate().entries_posted == 0
    assert world.is_whole()


def test_an_issue_that_was_transferred_counts_once_and_at_its_new_place(world: World) -> None:
    old, moved = archive.WIDGETS, archive.repository(2, "acme/gadgets")
    world.tell(archive.issue_event("opened", archive.issue(2, created_at=START), ALICE, START, old))
    assert world.points() == 3
    world.tell(
        archive.issue_event(
            "transferred", archive.issue(2, created_at=START), CAROL, START + 60, old
        ),
        archive.issue_event(
            "opened", archive.issue(8, created_at=START), ALICE, START + 60, moved
        ),
    )  # fmt: skip
    assert world.points() == 3
    assert {key: one.posted_base for key, one in items().items()} == {
        ("issue_opened", 2): 0, ("issue_opened", 8): 3,
    }  # fmt: skip
    assert world.is_whole()


def test_a_dismissed_approval_is_taken_back_and_the_review_stays(world: World) -> None:
    world.tell(opened(1, opened_at=START), review("approved", START + 60))
    assert world.points(ALICE) == 15
    world.tell(review("dismissed", START + 60, action="dismissed"))
    assert (world.points(ALICE), world.points(BOB)) == (5, 4)

    world.tell(review("approved", START + 120, review_id=2))
    assert (world.points(ALICE), world.points(BOB)) == (15, 4)
    again = items()["pr_approved", 1]
    assert (again.occurred_at, again.posted_base) == (START + 120, 10)
    assert world.is_whole()


def test_an_approval_by_somebody_without_standing_or_by_the_author_is_none(world: World) -> None:
    world.tell(
        opened(1, opened_at=START),
        review("approved", START + 60, association="CONTRIBUTOR"),
        archive.review_event(
            archive.pull_request(1, created_at=START), "approved", ALICE, START + 70, review_id=2
        ),
        archive.review_event(
            archive.pull_request(1, created_at=START), "approved", archive.ROBOT, START + 80,
            review_id=3,
        ),
    )  # fmt: skip
    assert ("pr_approved", 1) not in items()
    assert world.points(ALICE) == 5


def test_an_issue_whose_completion_was_a_mistake_loses_it(world: World) -> None:
    def told(action: str, at: int, **more: object) -> Json:
        body = archive.issue(2, created_at=START, updated_at=at, **more)
        return archive.issue_event(action, body, at=at)

    world.tell(told("closed", START + 60, closed_at=START + 60, state_reason="completed"))
    assert world.points() == 9
    world.tell(told("reopened", START + 90, state_reason="reopened"))
    assert world.points() == 3
    world.tell(told("closed", START + 95, closed_at=START + 95, state_reason="not_planned"))
    assert world.points() == 3
    world.tell(told("closed", START + 99, closed_at=START + 99, state_reason="completed"))
    assert world.points() == 9
    assert items()["issue_completed", 2].occurred_at == START + 99
    assert world.is_whole()


def test_an_author_who_becomes_known_later_is_credited_from_the_works_own_time(
    world: World,
) -> None:
    told = merged(1, opened_at=START)
    report = world.tell(archive.trim(told[1]))
    assert (report.unattributed, report.contributions) == (1, {})
    report = world.tell(archive.trim(told[0]))
    assert (report.unattributed, world.points()) == (0, 25)
    assert items()["pr_opened", 1].occurred_at == START


def touched(world: World, **where: object) -> None:
    dirty_mark(contributions_touch(acting=operator(), **where))  # type: ignore[arg-type]
    world.settle()


def ban(world: World) -> Callable[[], object]:
    pk = person().pk
    ban_start(
        pk, reason="test", now=world.now, acting=operator(), starts_at=START,
        ends_at=START + DAY,
    )  # fmt: skip
    touched(world, contributors=[pk])

    def lift() -> None:
        person().bans.update(ends_at=START)
        touched(world, contributors=[pk])

    return lift


def disable(world: World) -> Callable[[], object]:
    repository = Repository.objects.get()
    repository_disable(repository.pk, reason="test", now=world.now, at=START, acting=operator())
    repository.disablements.update(ends_at=START + DAY)
    touched(world, repositories=[repository.pk])

    def lift() -> None:
        repository.disablements.all().delete()
        touched(world, repositories=[repository.pk])

    return lift


def shelve(world: World) -> Callable[[], object]:
    project = Project.objects.get()
    project_archive(project.pk, reason="test", now=world.now, at=START, acting=operator())
    project.archivals.update(ends_at=START + DAY)
    touched(world, projects=[project.pk])

    def lift() -> None:
        project.archivals.all().delete()
        touched(world, projects=[project.pk])

    return lift


@pytest.mark.parametrize(
    ("begin", "reason"),
    [(ban, "banned"), (disable, "repository_disabled"), (shelve, "project_archived")],
)
def test_nothing_is_earned_inside_an_interval_and_lifting_it_restores_everything(
    world: World, begin: Callable[[World], Callable[[], object]], reason: str
) -> None:
    """The interval is half-open, and its edges are those of when the work happened."""
    world.tell(
        opened(1, opened_at=START - 1), opened(2, opened_at=START),
        opened(3, opened_at=START + DAY - 1), opened(4, opened_at=START + DAY),
    )  # fmt: skip
    assert world.points() == 20
    lift = begin(world)

    assert world.points() == 10
    found = {number: one.reason for (_, number), one in items().items()}
    assert found == {1: "", 2: reason, 3: reason, 4: ""}
    assert world.recalculate().entries_posted == 0

    lift()

    assert world.points() == 20
    kinds = [kind for kind, _ in entries()]
    assert kinds == ["AWARD"] * 4 + ["REVERSAL"] * 2 + ["AWARD"] * 2
    assert world.recalculate().entries_posted == 0
    assert world.is_whole()


def test_a_ban_in_force_takes_the_rank_and_leaves_the_points_earned_before(world: World) -> None:
    world.tell(opened(1, opened_at=START))
    pk, board = person().pk, board_get("program").id
    ban_start(pk, reason="test", now=world.now, acting=operator())
    touched(world, contributors=[pk])
    place = rank_of(board, pk)
    assert (place.rank, place.points) == (None, 5)
    ban_lift(pk, reason="test", now=world.now, acting=operator())
    touched(world, contributors=[pk])
    assert rank_of(board, pk).rank == 1
    assert world.is_whole()


def test_disabling_and_enabling_by_the_services_ends_where_it_began(world: World) -> None:
    world.tell(opened(1, opened_at=START))
    repository, project = Repository.objects.get(), Project.objects.get()
    repository_disable(repository.pk, reason="test", now=world.now, at=START, acting=operator())
    project_archive(project.pk, reason="test", now=world.now, at=START, acting=operator())
    touched(world, repositories=[repository.pk])
    assert world.points() == 0
    world.clock.advance(DAY)
    repository_enable(repository.pk, reason="test", now=world.now, acting=operator())
    project_unarchive(project.pk, reason="test", now=world.now, acting=operator())
    world.clock.advance(DAY)
    world.tell(opened(2, opened_at=world.now))
    touched(world, repositories=[repository.pk], projects=[project.pk])
    assert {number: one.reason for (_, number), one in items().items()} == {
        1: "repository_disabled", 2: "",
    }  # fmt: skip
    assert world.points() == 5


def test_somebody_found_to_be_a_robot_earns_nothing_until_found_not_to_be(tmp_path: Path) -> None:
    world = World(tmp_path, Ruleset(weights_milli={"pr_opened": 5_000}, exclude=Exclude(bots=True)))
    world.clock.advance(DAY)
    world.tell(opened(1, opened_at=START))
    for robots, points in ((["Alice"], 0), ([], 5)):
        changed = bots_refresh(robots, now=world.now, acting=operator())
        assert changed == {person().pk}
        touched(world, contributors=changed)
        assert world.points() == points
    assert world.is_whole()


def test_touching_by_time_takes_who_did_something_then(world: World) -> None:
    world.tell(opened(1, opened_at=START), opened(2, by=BOB, opened_at=START + 10))
    acting = operator()
    assert contributions_touch(between=(START, START + 10), acting=acting) == {person().pk}
    assert contributions_touch(between=(START + 11, START + 12), acting=acting) == frozenset()
    assert contributions_touch(acting=acting) == frozenset()


def test_a_repository_that_turns_out_to_be_a_fork_earns_nothing(tmp_path: Path) -> None:
    world = World(tmp_path, "nest")
    world.clock.advance(DAY)
    world.tell(*merged(1, opened_at=START))
    assert world.points() == 15
    fork = archive.WIDGETS | {"fork": True}
    world.tell(opened(2, by=BOB, opened_at=START + 600, repo=fork))
    assert (world.points(), world.points(BOB)) == (0, 0)
    world.tell(opened(3, by=BOB, opened_at=START + 900))
    assert (world.points(), world.points(BOB)) == (15, 10)
    assert world.is_whole()
