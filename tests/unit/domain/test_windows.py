"""Windows of time against the plainest model of them: sets of seconds."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.domain import windows
from laurels.domain.windows import Coverage, Step, Window, window_of_sync
from laurels.kit.times import DAY_SECONDS

NOW = 1_790_000_000
WINDOWS = st.builds(
    lambda start, length: Window(start, start + length), st.integers(0, 40), st.integers(0, 12)
)


def seconds(found: Coverage) -> set[int]:
    return {second for one in found for second in range(one.start, one.end)}


def covered(given: list[Window]) -> Coverage:
    found: Coverage = ()
    for one in given:
        found = windows.add(found, one)
    return found


def is_tidy(found: Coverage) -> bool:
    """Tell whether windows are in order, not empty, and neither overlap nor touch."""
    apart = all(a.end < b.start for a, b in pairwise(found))
    return apart and all(one.start < one.end for one in found)


@given(st.lists(WINDOWS, max_size=8))
def test_add_when_in_any_order_then_the_union_kept_tidy(given: list[Window]) -> None:
    found = covered(given)
    assert seconds(found) == seconds(tuple(given))
    assert is_tidy(found)
    assert covered(given[::-1]) == found == covered(given + given)


@given(st.lists(WINDOWS, max_size=6), WINDOWS)
def test_missing_when_asked_then_what_is_not_covered(given: list[Window], window: Window) -> None:
    known = covered(given)
    lacking, had = windows.missing(window, known), windows.within(window, known)
    whole = seconds((window,))
    assert seconds(lacking) == whole - seconds(known)
    assert seconds(had) == whole & seconds(known)
    assert is_tidy(lacking) and is_tidy(had)
    assert windows.covers(known, window) is (seconds(lacking) == set())


@given(st.integers(0, 50), st.integers(2, 5_000), st.none() | st.integers(-10, 6_000))
def test_halves_when_split_then_two_that_are_the_whole(
    start: int, length: int, first_at: int | None
) -> None:
    window = Window(start, start + length)
    left, right = windows.halves(window, first_at)
    assert (left.start, left.end, right.end) == (window.start, right.start, window.end)
    assert left.seconds >= 1 and right.seconds >= 1


def test_halves_when_there_is_one_second_then_refused() -> None:
    with pytest.raises(ValueError, match="cannot be split"):
        windows.halves(Window(5, 6))


@given(
    st.lists(st.integers(0, 400), min_size=0, max_size=60),
    st.integers(1, 7),
)
def test_splitting_when_followed_then_every_row_is_read_once_or_its_second_is_cut(
    rows: list[int], most: int
) -> None:
    pending, read, cut = [Window(0, 401)], list[int](), set[int]()
    for _ in range(10_000):
        if not pending:
            break
        one = pending.pop()
        inside = sorted(row for row in rows if one.start <= row < one.end)
        if len(inside) < most:
            read += inside
        elif one.seconds == 1:
            cut.add(one.start)
        else:
            left, right = windows.halves(one, inside[0])
            pending += [right, left]
    assert pending == []
    assert sorted(read) == sorted(row for row in rows if row not in cut)
    assert all(rows.count(second) >= most for second in cut)


@pytest.mark.parametrize(
    ("length", "count", "step"),
    [
        (9, 0, Step.READ), (9, 999, Step.READ), (9, 1000, Step.SPLIT), (2, 5000, Step.SPLIT),
        (1, 999, Step.READ), (1, 1000, Step.CUT),
    ],
)  # fmt: skip
def test_step_when_counted_then_read_split_or_cut(length: int, count: int, step: Step) -> None:
    assert windows.step(Window(0, length), count) is step


def test_search_when_written_then_both_ends_are_included() -> None:
    assert Window(0, 60).as_search() == "1970-01-01T00:00:00Z..1970-01-01T00:00:59Z"


@pytest.mark.parametrize(
    ("coverage", "asked", "expected"),
    [
        ((), {}, Window(NOW - 1096 * DAY_SECONDS, NOW)),
        ((Window(5, NOW - 9),), {}, Window(NOW - 9 - DAY_SECONDS, NOW)),
        ((Window(5, NOW - 9),), {"backfill_days": 7}, Window(NOW - 7 * DAY_SECONDS, NOW)),
        ((), {"since": 10, "until": 90}, Window(10, 90)),
        ((), {"since": 10, "until": NOW + 90}, Window(10, NOW)),
        ((), {"since": 10, "backfill_days": 3}, Window(10, NOW)),
        ((), {"until": 90}, Window(0, 90)),
        ((Window(5, 50),), {"until": 40 * DAY_SECONDS}, Window(0, 40 * DAY_SECONDS)),
    ],
)
def test_window_of_sync_when_asked_then_as_the_spec_says(
    coverage: Coverage, asked: dict[str, int], expected: Window
) -> None:
    bounds = {"since": None, "until": None, "backfill_days": None, **asked}
    assert window_of_sync(coverage, now=NOW, **bounds) == expected


def test_window_of_sync_when_it_would_be_empty_then_refused() -> None:
    with pytest.raises(ValueError, match="must end after it starts"):
        window_of_sync((), since=NOW + 5, until=None, backfill_days=None, now=NOW)
