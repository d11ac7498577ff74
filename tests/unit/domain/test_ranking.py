"""Ranks, ties and the two-level histogram against counting people one by one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.domain.ranking import (
    BUCKET,
    Gain,
    Histogram,
    HistogramDelta,
    bucket_of,
    competition_ranks,
    histogram_delta,
    movement,
    order_key,
    rank_of,
    rising,
    rising_windows,
)

totals = st.integers(min_value=-300, max_value=1_200)
places = st.none() | totals
boards = st.dictionaries(st.integers(0, 40), places, max_size=40)


def brute_rank(points: int, board: list[int]) -> int:
    return 1 + sum(1 for other in board if other > points)


def listed(board: dict[int, int | None]) -> list[int]:
    return [points for points in board.values() if points is not None and points > 0]


def counted(board: dict[int, int | None]) -> Histogram:
    histogram = Histogram()
    for points in board.values():
        histogram.move(None, points)
    return histogram


def test_competition_ranks_for_ties_count_everybody_above() -> None:
    assert competition_ranks([90, 70, 70, 20, 20, 20, 1]) == [1, 2, 2, 4, 4, 4, 7]
    assert competition_ranks([]) == []


@given(st.lists(totals))
def test_competition_ranks_for_any_points_equal_counting(points: list[int]) -> None:
    falling = sorted(points, reverse=True)
    assert competition_ranks(falling) == [brute_rank(value, points) for value in falling]


@given(st.lists(totals, min_size=2).filter(lambda p: p != sorted(p, reverse=True)))
def test_competition_ranks_when_points_rise_refuse(points: list[int]) -> None:
    with pytest.raises(ValueError, match="falling order"):
        competition_ranks(points)


@given(st.lists(st.tuples(totals, st.integers(0, 3), st.text(max_size=3)), min_size=1))
def test_order_key_for_any_board_follows_points_then_time_then_login(board: list) -> None:
    ordered = sorted(board, key=lambda row: order_key(*row))
    for (points, at, login), (next_points, next_at, next_login) in pairwise(ordered):
        assert points >= next_points
        if points == next_points:
            assert at <= next_at
            if at == next_at:
                assert login.encode() <= next_login.encode()


def test_order_key_for_logins_that_differ_in_case_goes_by_bytes() -> None:
    logins = ["bo", "Zoe", "ann", "Ann"]
    assert sorted(logins, key=lambda login: order_key(5, 9, login)) == ["Ann", "Zoe", "ann", "bo"]


@pytest.mark.parametrize(
    ("points", "bucket"), [(0, 0), (1, 0), (255, 0), (256, 1), (511, 1), (512, 2), (-1, -1)]
)
def test_bucket_of_at_the_edges(points: int, bucket: int) -> None:
    assert bucket_of(points) == bucket


@given(boards, st.integers(1, 1_300))
def test_rank_of_for_any_board_equals_counting(board: dict[int, int | None], points: int) -> None:
    above = [other for other in listed(board) if other > points]
    higher = [1 for other in above if other // BUCKET > points // BUCKET]
    inside = [1 for other in above if other // BUCKET == points // BUCKET]
    assert rank_of(points, higher, inside) == brute_rank(points, listed(board))


@pytest.mark.parametrize("points", [0, -5])
def test_rank_of_a_total_that_is_on_no_board_is_refused(points: int) -> None:
    with pytest.raises(ValueError, match="no rank"):
        rank_of(points, [], [])


@given(boards, st.integers(1, 1_300))
def test_histogram_rank_for_any_board_equals_counting(
    board: dict[int, int | None], points: int
) -> None:
    assert counted(board).rank(points) == brute_rank(points, listed(board))


@given(boards, boards)
def test_histogram_when_moved_from_board_to_board_equals_a_recount(
    before: dict[int, int | None], after: dict[int, int | None]
) -> None:
    histogram = counted(before)
    people = before.keys() | after.keys()
    histogram.apply(histogram_delta((before.get(who), after.get(who)) for who in people))
    recount = counted(after)
    assert histogram.totals == recount.totals
    assert histogram.buckets == recount.buckets


@given(st.lists(st.tuples(places, places)))
def test_histogram_delta_for_any_moves_agrees_on_both_levels(moves: list) -> None:
    delta = histogram_delta(moves)
    by_bucket: dict[int, int] = {}
    for total, change in delta.totals.items():
        by_bucket[total // BUCKET] = by_bucket.get(total // BUCKET, 0) + change
    assert {key: change for key, change in by_bucket.items() if change} == delta.buckets
    assert 0 not in delta.totals.values()
    assert list(delta.totals) == sorted(delta.totals)
    assert list(delta.buckets) == sorted(delta.buckets)
    assert all(total > 0 for total in delta.totals)


def test_histogram_delta_inside_one_bucket_leaves_the_buckets_alone() -> None:
    assert histogram_delta([(10, 20)]) == HistogramDelta({10: -1, 20: 1}, {})


def test_histogram_delta_when_people_change_places_is_empty() -> None:
    assert histogram_delta([(10, 300), (300, 10), (7, 7)]) == HistogramDelta({}, {})


def test_histogram_delta_for_zero_and_debt_is_off_the_board() -> None:
    assert histogram_delta([(0, -4), (None, 0), (-1, 3)]) == HistogramDelta({3: 1}, {0: 1})


def test_histogram_when_somebody_leaves_who_was_never_there_refuses_and_keeps_its_counts() -> None:
    histogram = Histogram()
    histogram.move(None, 10)
    with pytest.raises(ValueError, match="the count at 300 would fall to -1"):
        histogram.apply(HistogramDelta({10: 1, 300: -1}, {0: 1, 1: -1}))
    assert (histogram.totals, histogram.buckets) == ({10: 1}, {0: 1})


def test_rising_windows_for_thirty_days_end_where_told() -> None:
    day = 86_400
    assert rising_windows(100 * day) == (40 * day, 70 * day, 100 * day)
    assert rising_windows(100 * day, 7) == (86 * day, 93 * day, 100 * day)


def test_rising_windows_without_days_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        rising_windows(0, 0)


def test_rising_for_some_people_ranks_by_what_they_gained() -> None:
    gains = [
        Gain("1", "steady", 50, 50),
        Gain("2", "late", 40, 0),
        Gain("3", "early", 90, 50),
        Gain("4", "falling", 1, 70),
        Gain("5", "also", 40, 0),
        Gain("6", "new", 3, 0),
    ]
    assert [(rank, gain.login) for rank, gain in rising(gains)] == [
        (1, "early"), (1, "also"), (1, "late"), (4, "new"),
    ]  # fmt: skip


@given(
    st.lists(st.builds(Gain, st.text(), st.text(max_size=2), st.integers(0, 9), st.integers(0, 9)))
)
def test_rising_for_any_gains_equals_counting(gains: list[Gain]) -> None:
    ranked = rising(gains)
    changes = [gain.recent - gain.before for gain in gains]
    assert sorted(gain.change for _, gain in ranked) == sorted(c for c in changes if c > 0)
    assert [rank for rank, _ in ranked] == [brute_rank(g.change, changes) for _, g in ranked]


@pytest.mark.parametrize(
    ("now", "then", "expected"), [(3, 7, 4), (7, 3, -4), (2, 2, 0), (2, None, None)]
)
def test_movement_since_a_snapshot_is_positive_upwards(
    now: int, then: int | None, expected: int | None
) -> None:
    assert movement(now, then) == expected
