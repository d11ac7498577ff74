"""Pages, ranks and neighbours of a board."""

from __future__ import annotations

import pytest

from laurels.apps.standings.boards import program_season
from laurels.apps.standings.models import Standing
from laurels.apps.standings.selectors import (
    board_total,
    leaderboard_page,
    neighbours,
    rank_of,
)
from laurels.apps.standings.services import standings_update
from laurels.kit.cursors import InvalidCursor, encode
from tests.apps import factories
from tests.apps.standings import brute

pytestmark = pytest.mark.django_db
NOW = factories.NOW

# (login, points, reached): ties in points, in time too, and logins that differ by case only
PEOPLE = [
    ("zoe", 900, 1),
    ("Bob", 300, 5),
    ("amy", 300, 5),
    ("cat", 300, 4),
    ("dan_x", 256, 9),
    ("eve", 256, 9),
    ("fay", 255, 1),
    ("gil", 1, 3),
    ("hal", 1, 2),
    ("ida", 0, 1),
]
ORDER = [
    (1, "zoe", 900),
    (2, "cat", 300),
    (2, "Bob", 300),
    (2, "amy", 300),
    (5, "dan_x", 256),
    (5, "eve", 256),
    (7, "fay", 255),
    (8, "hal", 1),
    (8, "gil", 1),
]


@pytest.fixture
def board() -> int:
    """Return a program board with these people on it; ida has no points and no rank."""
    named = []
    for login, points, reached in PEOPLE:
        person = factories.contributor(login)
        factories.item(person, points=points or 5, penalty=0 if points else 5)
        person.items.update(occurred_at=NOW + reached)
        named.append(person.pk)
    season = factories.season()
    standings_update(named, now=NOW)
    return program_season(season.pk)


def read(board: int, **asked: object) -> list[tuple[int, str, int]]:
    page = leaderboard_page(board, **asked)  # type: ignore[arg-type]
    return [(row.rank, row.login, row.points) for row in page.rows]


def person_of(login: str) -> int:
    return Standing.objects.filter(login=login).values_list("contributor_id", flat=True)[0]


def test_page_when_read_whole_then_order_and_ranks_are_those_of_a_competition(board):
    assert read(board, limit=None) == ORDER == brute.ordered(board, NOW)


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 8, 9, 10])
def test_page_when_read_in_pieces_then_every_row_comes_once_with_its_rank(board, limit):
    rows, after = [], ""
    for _ in range(20):
        page = leaderboard_page(board, after=after, limit=limit)
        assert len(page.rows) <= limit
        assert page.total == len(ORDER)
        rows += [(row.rank, row.login, row.points) for row in page.rows]
        after = page.next
        if not after:
            break
    assert rows == ORDER


def test_page_when_the_board_is_empty_then_there_are_no_rows():
    page = leaderboard_page(12345)

    assert (page.rows, page.next, page.total) == ((), "", 0)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("A", ["zoe", "cat", "amy", "dan_x", "fay", "hal"]),
        ("bOB", ["Bob"]),
        ("_", ["dan_x"]),
        ("%", []),
        ("\\", []),
        ("nobody", []),
    ],
)
def test_page_when_searched_then_ranks_are_those_of_the_whole_board(board, search, found):
    if search == "A":
        found = [login for login in found if "a" in login]
    ranks = {login: (rank, login, points) for rank, login, points in ORDER}

    assert read(board, search=search) == [ranks[login] for login in found]


def test_page_when_a_search_goes_on_then_the_cursor_keeps_its_place(board):
    first = leaderboard_page(board, search="a", limit=2)
    second = leaderboard_page(board, search="a", limit=2, after=first.next)

    assert [row.login for row in (*first.rows, *second.rows)] == ["cat", "amy", "dan_x", "fay"]


@pytest.mark.parametrize("cursor", ["x", encode((1,)), encode(("a", "b", "c")), encode((1, 2, 3))])
def test_page_when_the_cursor_is_of_another_list_then_it_is_refused(board, cursor):
    with pytest.raises(InvalidCursor):
        leaderboard_page(board, after=cursor)


def test_page_at_any_depth_then_statements_are_three(board, django_assert_num_queries):
    page = leaderboard_page(board, limit=2)
    for after in ("", page.next):
        with django_assert_num_queries(3):
            leaderboard_page(board, limit=2, after=after)


def test_rank_when_asked_for_one_then_one_statement_tells_it(board, django_assert_num_queries):
    for rank, login, points in ORDER:
        person = person_of(login)
        with django_assert_num_queries(1):
            place = rank_of(board, person)
        assert place is not None
        assert (place.rank, place.points, place.login) == (rank, points, login)


def test_rank_when_someone_has_no_points_then_the_place_has_no_rank(board):
    place = rank_of(board, person_of("ida"))

    assert place is not None
    assert (place.rank, place.points) == (None, 0)
    assert neighbours(board, person_of("ida")) == ()


def test_rank_when_someone_is_not_on_the_board_then_there_is_none(board):
    assert rank_of(board, -1) is None
    assert neighbours(board, -1) == ()
    assert board_total(board) == len(ORDER)


@pytest.mark.parametrize("around", [1, 2, 20])
def test_neighbours_when_asked_then_the_lines_around_come_with_ranks(board, around):
    for place, (_, login, _) in enumerate(ORDER):
        rows = neighbours(board, person_of(login), around=around)
        found = [(row.rank, row.login, row.points) for row in rows]
        assert found == ORDER[max(0, place - around) : place + around + 1]
