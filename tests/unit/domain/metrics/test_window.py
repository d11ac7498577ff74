"""The window, the three years of a profile, and how much of it is known."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.domain.metrics import WINDOW_DAYS, coverage_share, metrics_window, year_spans
from laurels.domain.windows import Window
from laurels.kit.times import DAY_SECONDS, format_instant, parse_instant
from tests.unit.domain.metrics.world import NOW, WINDOW, last_days


def test_window_then_1096_days_up_to_now() -> None:
    assert Window(NOW - 1_096 * DAY_SECONDS, NOW) == WINDOW
    assert format_instant(WINDOW.start) == "2023-05-14T09:20:00Z"


@pytest.mark.parametrize(
    ("now", "starts"),
    [
        ("2026-05-14T09:20:00Z", ["2023-05-14", "2024-05-14", "2025-05-14"]),
        ("2024-02-29T23:59:59Z", ["2021-02-28", "2022-02-28", "2023-02-28"]),
        ("2028-02-29T00:00:00Z", ["2025-02-28", "2026-02-28", "2027-02-28"]),
        ("2027-02-28T12:00:00Z", ["2024-02-28", "2025-02-28", "2026-02-28"]),
        ("2101-03-01T00:00:00Z", ["2098-03-01", "2099-03-01", "2100-03-01"]),
    ],
)
def test_year_spans_then_years_back_and_the_leap_day_maps_to_the_day_before(
    now: str, starts: list[str]
) -> None:
    spans = year_spans(parse_instant(now))
    assert [format_instant(span.start) for span in spans] == [f"{day}{now[10:]}" for day in starts]
    assert format_instant(spans[2].end) == now


@given(st.integers(0, 7_000_000_000).map(lambda seconds: seconds + 200_000_000))
def test_year_spans_at_any_time_then_adjoin_and_none_is_longer_than_a_year(now: int) -> None:
    spans = year_spans(now)
    assert all(one.end == other.start for one, other in pairwise(spans))
    assert {span.seconds // DAY_SECONDS for span in spans} <= {365, 366}
    assert spans[0].start - metrics_window(now).start in (0, DAY_SECONDS)
    assert datetime.fromtimestamp(spans[0].start, UTC).year == datetime.fromtimestamp(
        now, UTC
    ).year - 3  # fmt: skip


def test_backfill_of_thirty_days_then_thirty_of_1096() -> None:
    share = coverage_share(WINDOW, last_days(30))
    assert (share.days, share.window_days) == (30, WINDOW_DAYS)
    assert not share.is_full
    assert not share.is_none
    assert share.gaps == (Window(WINDOW.start, NOW - 30 * DAY_SECONDS),)
    assert share.sentence == (
        "Only 30 of 1,096 days of the window have been read: counts may be greater."
    )


def test_nothing_read_then_none() -> None:
    share = coverage_share(WINDOW, (Window(0, WINDOW.start),))
    assert (share.days, share.is_none, share.gaps) == (0, True, (WINDOW,))


def test_all_but_the_last_seconds_then_full() -> None:
    share = coverage_share(WINDOW, (Window(WINDOW.start - 99, NOW - 40),))
    assert share.is_full
    assert share.gaps == (Window(NOW - 40, NOW),)
    assert share.sentence == "All 1,096 days of the window have been read."


@given(st.lists(st.tuples(st.integers(0, 1_200), st.integers(1, 90)), max_size=6))
def test_coverage_share_of_any_days_then_counted_one_by_one(parts: list) -> None:
    coverage = []
    known = set()
    for start, length in sorted(parts):
        if coverage and start <= (coverage[-1].end - WINDOW.start) // DAY_SECONDS:
            continue
        at = WINDOW.start + start * DAY_SECONDS
        coverage.append(Window(at, at + length * DAY_SECONDS))
        known |= set(range(start, min(start + length, WINDOW_DAYS)))
    share = coverage_share(WINDOW, tuple(coverage))
    assert share.days == len(known)
    assert share.seconds + sum(gap.seconds for gap in share.gaps) == WINDOW.seconds
