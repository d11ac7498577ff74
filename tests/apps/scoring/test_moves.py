"""A repository belongs to projects by interval: work counts where it was opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from laurels.apps.audit.actors import operator
from laurels.apps.contributions.services import contributions_rehome
from laurels.apps.projects.models import Project, Repository
from laurels.apps.projects.services import project_create, repository_move
from laurels.apps.scoring.services import dirty_mark
from laurels.apps.standings.selectors import BoardNotFound, board_get, leaderboard_page
from laurels.domain.rulesets import Ruleset
from tests.apps.scoring.world import DAY, START, World, items, merged, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.tell(opened(1, opened_at=START - 2 * DAY))
    return made


@pytest.fixture
def annex(world: World) -> Project:
    """A second project, which owns nothing yet."""
    return project_create(slug="annex", name="Annex", now=world.now, acting=operator())


def total(slug: str) -> int:
    """Return what all people have on a project's board."""
    try:
        board = board_get(f"project:{slug}").id
    except BoardNotFound:
        return 0
    return sum(row.points for row in leaderboard_page(board, limit=None).rows)


def move(world: World, project: Project, *, at: int | None = None) -> None:
    repository = Repository.objects.get()
    repository_move(repository.pk, project.pk, now=world.now, at=at, acting=operator())
    dirty_mark(contributions_rehome([repository.pk], acting=operator()))
    world.settle()


def test_work_counts_for_the_project_that_had_the_repository_when_it_was_opened(
    world: World, annex: Project
) -> None:
    move(world, annex)
    world.clock.advance(2 * DAY)
    world.tell(
        *merged(1, opened_at=START - 2 * DAY, merged_at=START + DAY),
        *merged(2, opened_at=START + DAY),
    )
    assert (total("acme"), total("annex")) == (15, 15)
    assert world.points() == 30
    assert items()["pr_merged", 1].project.slug == "acme"
    assert items()["pr_merged", 2].project == annex
    assert world.is_whole()


def test_work_before_the_first_registration_counts_for_the_first_project(world: World) -> None:
    world.tell(opened(2, opened_at=START - 4_000 * DAY))
    assert items()["pr_opened", 2].project.slug == "acme"


def test_work_follows_a_move_from_a_past_moment_on(world: World, annex: Project) -> None:
    world.tell(opened(2, opened_at=START - DAY))
    move(world, annex, at=START - DAY)
    assert (total("acme"), total("annex")) == (5, 5)
    assert contributions_rehome([Repository.objects.get().pk], acting=operator()) == frozenset()
    assert world.recalculate().entries_posted == 0
    assert world.is_whole()


def test_work_that_leaves_a_project_with_own_rules_loses_its_second_line(
    world: World, annex: Project
) -> None:
    own = Project.objects.get(slug="acme")
    world.publish(Ruleset(weights_milli={"pr_opened": 50_000}), project=own)
    world.tell(opened(2, opened_at=START))
    assert (total("acme"), total("annex"), world.points()) == (55, 0, 10)

    world.clock.advance(DAY)
    move(world, annex, at=START)

    assert (total("acme"), total("annex"), world.points()) == (5, 5, 10)
    second = items(scope=own.pk)["pr_opened", 2]
    assert (second.base, second.posted_base, second.is_eligible) == (0, 0, False)
    assert world.recalculate().entries_posted == 0
    assert world.is_whole()


def test_work_that_goes_from_own_rules_to_other_own_rules_changes_its_line(
    world: World, annex: Project
) -> None:
    own = Project.objects.get(slug="acme")
    for project, points in ((own, 50_000), (annex, 7_000)):
        world.publish(Ruleset(weights_milli={"pr_opened": points}), project=project)
    world.tell(opened(2, opened_at=START))
    world.clock.advance(DAY)
    move(world, annex, at=START)

    assert (total("acme"), total("annex"), world.points()) == (5, 7, 10)
    assert items(scope=annex.pk)["pr_opened", 2].posted_base == 7
    assert items(scope=own.pk)["pr_opened", 2].posted_base == 0
    assert world.is_whole()
