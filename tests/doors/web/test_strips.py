"""Strips, lines and figures in words: what is drawn is what is said."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.web.presenters.beside import left_out, side_rows
from laurels.web.presenters.strips import strip, tie_words, value_words
from laurels.web.presenters.trends import line, trends

KNOWN: dict[str, Any] = {
    "value": 0.0, "percentile": 67.1, "low": 34.2, "high": 100.0, "bin": "Medium", "n": 1_000,
    "mode": "fair", "lower_is_better": True, "description": "The share. Less is better.",
    "reason": None, "note": None,
}  # fmt: skip
UNKNOWN = KNOWN | {
    "value": None, "percentile": None, "low": None, "high": None, "bin": None, "n": None,
    "reason": {"code": "window-uncovered", "message": "Nothing has been read."},
}  # fmt: skip


def test_strip_when_many_share_a_value_then_the_band_is_as_wide_as_their_tie() -> None:
    one = strip("pr_drop_rate", KNOWN)
    assert (one.left, one.wide, one.dot, one.shown) == ("34.2", "65.8", "67.1", "67.1")
    assert one.heading == "Drop rate: 0 %"
    assert one.sentence == (
        "Medium. 65.8 % of people share this value: their tie runs from 34.2 to 100, and its middle"
        " is shown. Less is better, and the scale is turned: high is good."
    )
    assert one.people == "n = 1,000 people"
    assert one.about == "The share."


@pytest.mark.parametrize(
    ("mode", "better", "end"),
    [("inverted", True, "lower end"), ("inverted", False, "upper end"), ("raw", True, "upper end")],
)
def test_strip_when_the_mode_shows_an_end_then_it_is_named(
    mode: str, better: bool, end: str
) -> None:
    told = KNOWN | {"mode": mode, "lower_is_better": better}
    assert f"and its {end} is shown." in strip("pr_drop_rate", told).sentence


def test_strip_when_unknown_then_nothing_is_drawn_and_the_reason_is_said() -> None:
    one = strip("oss_reviews", UNKNOWN)
    assert (one.left, one.wide, one.dot, one.is_known) == ("", "", "", False)
    assert (one.shown, one.value) == ("none", "not known")
    assert one.sentence == one.brief == "Nothing has been read."


def test_strip_when_hardly_anybody_shares_the_value_then_no_band() -> None:
    one = strip("avg_merge_latency_hours", KNOWN | {"low": 50.0, "high": 50.0, "value": 31.0})
    assert one.wide == ""
    assert "Fewer than 1 in 1,000 people share this value. Shorter is better" in one.sentence
    assert one.value == "31 hours on average"
    narrow = strip("total_opened_prs", KNOWN | {"low": 50.0, "high": 50.4, "n": None})
    assert "The tie runs from 50 to 50.4." in narrow.sentence
    assert narrow.people == "n: how many people was not told"


def test_words_when_values_are_said_then_with_their_unit() -> None:
    assert value_words("total_opened_prs", 1_234) == "1,234"
    assert value_words("pr_merge_rate", 0.905) == "90.5 %"
    assert value_words("oss_composite", 58.43) == "58.43 of 100 points"
    assert value_words("oss_issues_opened", None) == "not known"
    assert tie_words(0.0, 59.4) == "0 to 59.4"
    assert tie_words(40.0, 40.0) == "40"


@given(st.floats(0, 100), st.floats(0, 100))
def test_strip_when_drawn_then_band_and_dot_lie_on_the_scale(a: float, b: float) -> None:
    low, high = sorted((round(a, 1), round(b, 1)))
    one = strip("pr_merge_rate", KNOWN | {"low": low, "high": high, "percentile": high})
    if one.wide:
        assert float(one.left) + float(one.wide) <= 100.05
    assert 0 <= float(one.dot) <= 100


def test_line_when_a_percentile_is_missing_then_broken_and_never_at_zero() -> None:
    path = line([(0, 50.0), (50, None), (100, 100.0)])
    assert path == "M3.0 10.0h0M69.0 3.0h0"
    assert line([(0, 0.0), (100, 100.0)]) == "M3.0 17.0h0L69.0 3.0"
    assert line([(0, None)]) == ""


def past(at: str, percentile: float | None, baseline: str = "one") -> dict[str, Any]:
    metric = {"value": 3, "percentile": percentile, "low": percentile, "high": percentile}
    return {
        "computed_at": f"2026-0{at}-01T00:00:00Z",
        "metrics_baseline_id": baseline,
        "metrics": {"total_opened_prs": metric},
    }


def test_trends_when_there_were_several_then_each_is_in_the_table() -> None:
    found = trends([past("5", 80.0, "two"), past("4", None), past("3", 60.0)])
    assert found is not None
    assert found.lines[0].words == "60.0 at first, 80.0 now"
    assert [one.cells for one in found.moments] == [["80.0"], ["none"], ["60.0"]]
    assert found.populations == 2
    assert trends([past("5", 80.0)]) is None


@pytest.mark.parametrize(
    ("held", "words"),
    [((None, None), "none so far"), ((5.0, None), "5.0, told once"), ((5.0, 5.0), "5.0, as at")],
)
def test_trend_when_little_is_known_then_said(
    held: tuple[float | None, float | None], words: str
) -> None:
    found = trends([past("5", held[0]), past("4", held[1])])
    assert found is not None
    assert found.lines[0].words.startswith(words)


def test_sides_when_presented_then_value_and_interval_or_the_reason() -> None:
    told = {
        "median_merge_time_hours": {"value": 31.0, "low": 20.5, "high": None, "message": "Of 38."},
        "shrunken_drop_rate": {"value": None, "low": None, "high": None, "message": "No rate."},
    }
    rows = side_rows(told)
    assert [(one.value, one.between) for one in rows] == [
        ("31 hours", "20.5 hours and not known"),
        ("none", ""),
    ]
    assert side_rows(None) == []


def test_left_out_when_some_were_then_how_many_and_why() -> None:
    counts = {"eligible": 40, "assumed": 0, "ineligible": 2, "undecided": 0, "undated": 0}
    assert left_out(counts | {"outside": 1_200}) == (
        "40 counted; left out: 2 without a comment or a review that counts and 1,200 opened outside"
        " the window"
    )
    assert left_out(counts | {"ineligible": 0, "outside": 0}) == "40 counted; left out: none"
    assert left_out(None) == ""
