"""Instants, days and months."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.kit import times

INSTANTS = st.integers(min_value=-2_000_000_000, max_value=250_000_000_000)


@given(INSTANTS)
def test_instant_when_written_and_read_again_then_is_the_same(instant: int) -> None:
    assert times.parse_instant(times.format_instant(instant)) == instant


@given(INSTANTS)
def test_day_and_month_when_compared_with_the_calendar_then_agree(instant: int) -> None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=instant)
    assert times.day_of(instant) == int(moment.strftime("%Y%m%d").zfill(8))
    assert times.month_of(instant) == times.day_of(instant) // 100
    assert times.format_day(times.day_of(instant)) == moment.date().isoformat()


@given(INSTANTS)
def test_month_bounds_when_asked_for_the_month_of_an_instant_then_hold_it(instant: int) -> None:
    first, after = times.month_bounds(times.month_of(instant))
    assert first <= instant < after
    assert times.month_of(after) != times.month_of(first) == times.month_of(after - 1)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2017-07-24T12:30:01Z", 1_500_899_401),
        ("2017-07-24T12:30:01.999Z", 1_500_899_401),
        ("2017-07-24T14:30:01+02:00", 1_500_899_401),
        ("2017-07-24 12:30:01", 1_500_899_401),
        ("1969-12-31T23:59:59.5Z", -1),
    ],
)
def test_parse_instant_when_text_is_one_then_gives_whole_seconds(text: str, instant: int) -> None:
    assert times.parse_instant(text) == instant


@pytest.mark.parametrize("text", ["", "yesterday", "2017-07-24", "2017-13-01T00:00:00Z", None])
def test_parse_instant_when_text_is_none_then_names_it(text: str) -> None:
    with pytest.raises(ValueError, match="not an instant") as caught:
        times.parse_instant(text)
    assert repr(text) in str(caught.value)


def test_instant_of_when_offset_is_given_then_counts_in_utc() -> None:
    moment = datetime(1970, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))
    assert times.instant_of(moment) == 0


def test_parse_date_when_text_is_one_then_gives_the_start_of_the_day() -> None:
    assert times.parse_date("2017-07-24") == times.parse_instant("2017-07-24T00:00:00Z")


@pytest.mark.parametrize("text", ["", "20170724", "2017-7-24", "2017-02-30", "2017-W30-1"])
def test_parse_date_when_text_is_none_then_names_it(text: str) -> None:
    with pytest.raises(ValueError, match="not a date"):
        times.parse_date(text)


@pytest.mark.parametrize("month", [0, 201700, 201713, -1])
def test_month_bounds_when_no_month_then_names_it(month: int) -> None:
    with pytest.raises(ValueError, match=f"not a month .*{month}"):
        times.month_bounds(month)


def test_month_bounds_when_december_then_ends_with_the_year() -> None:
    assert times.month_bounds(201712)[1] == times.parse_date("2018-01-01")
