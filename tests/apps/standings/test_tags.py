"""Boards of tags follow when a project's tags are set."""

from __future__ import annotations

from pathlib import Path

import pytest

from laurels.apps.audit.actors import operator
from laurels.apps.jobs.models import Job
from laurels.apps.projects.models import Project
from laurels.apps.projects.services import tags_set
from laurels.apps.standings.selectors import board_get, histogram_faults, leaderboard_page
from tests.apps.scoring.world import DAY, START, World, merged

pytestmark = pytest.mark.django_db


def board_of(tag: str) -> list[tuple[int, str]]:
    board = board_get(f"tag:{tag}")
    return [(row.points, row.login) for row in leaderboard_page(board.id).rows]


def test_boards_when_tags_are_set_then_follow_by_a_job(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.tell(*merged(1, opened_at=START - 30 * DAY))
    project = Project.objects.get()
    tags_set(project.pk, ["go"], now=world.now, acting=operator())
    world.work()
    everybody = leaderboard_page(board_get("program").id).rows
    assert board_of("go") == [(row.points, row.login) for row in everybody] != []

    tags_set(project.pk, ["go"], now=world.now, acting=operator())
    assert Job.objects.filter(kind="standings.rebuild").count() == 1
    tags_set(project.pk, ["rust"], now=world.now, acting=operator())
    world.work()
    assert board_of("rust") == [(row.points, row.login) for row in everybody]
    assert board_of("go") == []
    assert histogram_faults() == []
