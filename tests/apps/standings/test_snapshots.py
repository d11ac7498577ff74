"""Snapshots are written when points or rank changed, and for everybody on the first of a month."""

from __future__ import annotations

import pytest

from laurels.apps.people.models import Contributor
from laurels.apps.scoring.models import Item
from laurels.apps.standings.boards import board_id, program_season
from laurels.apps.standings.models import PointsCount, Snapshot
from laurels.apps.standings.selectors import (
    as_of,
    history_of,
    leaderboard_page,
    movements,
    ranks_on,
)
from laurels.apps.standings.services import snapshot_take, standings_forget, standings_update
from tests.apps import factories

pytestmark = pytest.mark.django_db
NOW = factories.NOW
MONTH = board_id("program", 0, "month", 202311)


@pytest.fixture
def people() -> list[Contributor]:
    factories.season()
    found = [factories.contributor(login) for login in ("ada", "bob", "cat")]
    for person, points in zip(found, (30, 20, 10), strict=True):
        factories.item(person, points=points)
    standings_update([person.pk for person in found], now=NOW)
    return found


@pytest.fixture
def board(people: list[Contributor]) -> int:
    return program_season(factories.season().pk)


def give(person: Contributor, points: int) -> None:
    Item.objects.filter(contributor=person).update(posted_base=points)
    standings_update([person.pk], now=NOW)


def test_snapshot_when_taken_then_every_ranked_row_of_every_board_is_kept(board):
    assert snapshot_take(20231114) == 6

    rows = Snapshot.objects.filter(board=board).order_by("rank").values_list("on", "points", "rank")
    assert list(rows) == [(20231114, 30, 1), (20231114, 20, 2), (20231114, 10, 3)]


def test_snapshot_when_nothing_changed_then_nothing_is_written(board):
    snapshot_take(20231114)

    assert snapshot_take(20231114) == 0
    assert snapshot_take(20231115) == 0


def test_snapshot_when_points_or_only_the_rank_changed_then_a_row_is_written(board, people):
    snapshot_take(20231114)
    give(people[2], 25)

    assert snapshot_take(20231115) == 4

    rows = Snapshot.objects.filter(board=board, on=20231115).values_list(
        "contributor_id", "points", "rank"
    )
    assert set(rows) == {(people[2].pk, 25, 2), (people[1].pk, 20, 3)}


def test_snapshot_when_taken_twice_on_a_day_then_the_day_has_the_later_one(board, people):
    snapshot_take(20231114)
    give(people[0], 31)

    assert snapshot_take(20231114) == 2
    assert [(row.on, row.points) for row in history_of(board, people[0].pk)] == [(20231114, 31)]


def test_snapshot_when_someone_leaves_the_board_then_the_rank_ends_once(board, people):
    snapshot_take(20231114)
    give(people[0], -5)
    Item.objects.filter(contributor=people[1]).delete()
    standings_update([people[1].pk], now=NOW)

    snapshot_take(20231115)
    assert snapshot_take(20231116) == 0

    assert [(at.on, at.points, at.rank) for at in history_of(board, people[0].pk)] == [
        (20231114, 30, 1),
        (20231115, -5, None),
    ]
    assert history_of(board, people[1].pk)[-1].rank is None
    assert [row.login for row in as_of(board, 20231115)] == ["cat"]
    give(people[0], 30)
    snapshot_take(20231117)
    assert history_of(board, people[0].pk)[-1].rank == 1


def test_snapshot_on_the_first_then_everybody_is_written_where_the_period_runs(board):
    snapshot_take(20231130)

    assert snapshot_take(20231201) == 3
    assert set(Snapshot.objects.filter(on=20231201).values_list("board_id", flat=True)) == {board}


def test_snapshot_on_the_first_when_a_season_has_ended_then_its_board_rests(people):
    factories.season("past", starts_at=0, ends_at=NOW + 1)
    standings_update([person.pk for person in people], now=NOW)
    snapshot_take(20231130)

    assert snapshot_take(20231201) == 3


def test_snapshot_when_totals_are_left_behind_then_their_counts_are_swept(board, people):
    give(people[0], 31)
    assert PointsCount.objects.filter(people=0).exists()

    snapshot_take(20231114)

    assert not PointsCount.objects.filter(people=0).exists()


def test_as_of_when_asked_for_days_then_the_board_is_as_it_was(board, people):
    snapshot_take(20231114)
    give(people[2], 40)
    snapshot_take(20231116)

    def at(on: int) -> list[tuple[int, str, int]]:
        return [(row.rank, row.login, row.points) for row in as_of(board, on)]

    assert at(20231113) == []
    assert at(20231114) == at(20231115) == [(1, "ada", 30), (2, "bob", 20), (3, "cat", 10)]
    assert at(20231116) == [(1, "cat", 40), (2, "ada", 30), (3, "bob", 20)]
    assert [row.login for row in as_of(board, 20231116, limit=1)] == ["cat"]


def test_movement_when_ranks_changed_then_places_gained_since_the_day_are_told(board, people):
    snapshot_take(20231114)
    newcomer = factories.contributor("dan")
    factories.item(newcomer, points=15)
    standings_update([newcomer.pk], now=NOW)
    give(people[2], 40)
    ranks = {row.contributor: row.rank for row in leaderboard_page(board).rows}

    moved = movements(board, ranks, 20231114)

    assert moved == {people[0].pk: -1, people[1].pk: -1, people[2].pk: 2, newcomer.pk: None}
    assert ranks_on(board, [people[2].pk], 20231114) == {people[2].pk: 3}


def test_snapshots_when_a_person_is_forgotten_then_theirs_are_gone(board, people):
    snapshot_take(20231114)

    standings_forget(people[0].pk)

    assert not Snapshot.objects.filter(contributor=people[0]).exists()
    assert snapshot_take(20231115) == 4
