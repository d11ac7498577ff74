from __future__ import annotations

import pytest

from laurels.apps.projects.models import Project
from tests.apps import factories as make
from tests.doors.web.conftest import Get, World, logins


def test_board_when_paged_then_every_row_comes_once_at_a_flat_cost(world: World, get: Get) -> None:
    seen, costs, address = [], [], "/leaderboard/?period=all"
    while address:
        answer = get(address)
        seen += logins(answer)
        costs.append(answer.statements)
        more = [a["href"] for tag, a in answer.reading.tags if a.get("rel") == "next"]
        address = f"{more[0]}" if more else ""

    assert len(seen) == len(set(seen)) == len(get("/leaderboard.csv?period=all").body.split()) - 1
    assert len(costs) > 1
    assert max(costs) - min(costs) <= 1


def test_board_when_a_snapshot_is_a_week_old_then_movement_is_told(world: World, get: Get) -> None:
    text = get("/leaderboard/?period=s3").text
    assert "Since 7 May" in text
    assert "Movement compares ranks with the snapshot of 7 May 2026" in text


@pytest.mark.parametrize("period", ["all", "s3", "2026-05", "2026-04", "rising", ""])
def test_board_when_a_period_is_chosen_then_it_is_marked(
    world: World, get: Get, period: str
) -> None:
    answer = get(f"/leaderboard/?period={period}")
    assert answer.status == 200
    chosen = [a["value"] for tag, a in answer.reading.tags if tag == "option" and "selected" in a]
    assert chosen == ["program", period or "s3"]


def test_board_when_a_scope_is_chosen_then_it_names_it(world: World, get: Get) -> None:
    make.tagged(Project.objects.get(slug=world.project), "tools")
    assert get(f"/leaderboard/?scope=project:{world.project}").status == 200
    assert "Leaderboard: tools" in get("/leaderboard/?scope=tag:tools").text


@pytest.mark.parametrize(
    "query",
    [
        *("scope=project:nope", "scope=tag:nope", "scope=galaxy", "period=2026-13"),
        *("period=never", "after=zzz", "after=WzFd"),
    ],
)
def test_board_when_asked_for_what_is_not_there_then_404_and_a_way_on(
    world: World, get: Get, query: str
) -> None:
    answer = get(f"/leaderboard/?{query}")
    assert answer.status == 404
    assert "There is nothing at this address." in answer.text


def test_rising_when_asked_then_gains_are_told(world: World, get: Get) -> None:
    answer = get("/leaderboard/?period=rising")
    assert "earned more in the 30 days since" in answer.text
    header = get("/leaderboard.csv?period=rising").body.splitlines()[0]
    assert header == "rank,login,recent,before,change"
    assert "Nobody here is called" in get("/leaderboard/?period=rising&q=zzzz").text
