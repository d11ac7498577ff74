from __future__ import annotations

import pytest

from laurels.apps.standings.services import standings_update
from tests.apps import factories as make
from tests.doors.web.conftest import DAY, NOW, Get, logins


@pytest.fixture(autouse=True)
def _board(db: None) -> None:
    """Four people: 30, 20, 20 and 10 points."""
    make.season()
    make.version("nest")
    for login, points in (("ada", 30), ("bo", 20), ("cy", 20), ("di", 10)):
        person = make.contributor(login)
        make.item(person, points=points, occurred_at=NOW - DAY)
        standings_update([person.pk], now=NOW)


def test_board_when_points_are_equal_then_the_rank_is_shared_and_the_next_skips(get: Get) -> None:
    text = get("/leaderboard/").text
    assert "= 2 shared" in text
    assert logins(get("/leaderboard/")) == ["ada", "bo", "cy", "di"]
    rows = get("/leaderboard.csv").body.splitlines()
    assert [row.split(",")[:3] for row in rows] == [
        ["rank", "login", "points"],
        *(["1", "ada", "30"], ["2", "bo", "20"], ["2", "cy", "20"], ["4", "di", "10"]),
    ]


def test_board_when_nobody_matches_then_the_nearest_are_offered(get: Get) -> None:
    make.contributor("fern-hollow")
    answer = get("/leaderboard/?q=fernhollow")
    assert "Nobody here is called “fernhollow”" in answer.text
    assert "/contributors/fern-hollow/" in answer.reading.links


def test_board_when_searched_then_ranks_are_those_of_the_whole_board(get: Get) -> None:
    answer = get("/leaderboard/?q=DI")
    assert logins(answer) == ["di"]
    assert "1 match for “DI”, with ranks on the whole board" in answer.text
    assert " 4 " in answer.text


def test_board_when_no_snapshot_is_a_week_old_then_no_movement_is_claimed(get: Get) -> None:
    assert "Movement is not shown" in get("/leaderboard/").text
