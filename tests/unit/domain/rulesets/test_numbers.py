"""Numbers as people read them."""

from __future__ import annotations

import pytest

from laurels.domain.rulesets import numbers


@pytest.mark.parametrize(
    ("milli", "text"),
    [(1200, "1.2"), (20_000, "20"), (869, "0.869"), (-500, "−0.5"), (1_500_000, "1,500"), (0, "0")],
)
def test_number_when_in_thousandths_then_reads_as_decimal(milli: int, text: str) -> None:
    assert numbers.number(milli) == text


@pytest.mark.parametrize(
    ("rank", "text"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (21, "21st"),
     (112, "112th"), (1003, "1,003rd")],
)  # fmt: skip
def test_ordinal_when_any_rank_then_has_its_ending(rank: int, text: str) -> None:
    assert numbers.ordinal(rank) == text


def test_points_when_one_or_below_zero_then_noun_and_minus_fit() -> None:
    assert [numbers.points(n) for n in (1, 0, 1200, -20)] == [
        "1 point",
        "0 points",
        "1,200 points",
        "−20 points",
    ]
    assert [numbers.points_of(n) for n in (1000, 2500)] == ["1 point", "2.5 points"]


def test_mean_when_halfway_then_has_one_decimal_half_to_even() -> None:
    assert [numbers.mean(9, 2), numbers.mean(10, 3), numbers.mean(17, 4)] == ["4.5", "3.3", "4.2"]


def test_listed_when_several_then_reads_as_a_list() -> None:
    assert numbers.listed([]) == ""
    assert numbers.listed(["a"]) == "a"
    assert numbers.listed(("a", "b", "c"), "or") == "a, b or c"


def test_percent_when_a_share_then_is_of_a_hundred() -> None:
    assert [numbers.percent(m) for m in (869, 1000, 5)] == ["86.9 %", "100 %", "0.5 %"]
