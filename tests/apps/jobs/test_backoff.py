from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from laurels.apps.jobs.backoff import FIRST_SECONDS, MOST_SECONDS, delay_seconds


def test_delay_when_attempts_grow_then_it_doubles_up_to_an_hour() -> None:
    assert [delay_seconds(attempts, 0.5) for attempts in (1, 2, 3, 8, 9, 10, 60)] == [
        10,
        20,
        40,
        1_280,
        2_560,
        3_600,
        3_600,
    ]


@given(st.integers(0, 100), st.floats(0, 1, exclude_max=True))
def test_delay_when_drawn_then_it_stays_between_half_and_one_and_a_half(
    attempts: int, chance: float
) -> None:
    middle = delay_seconds(attempts, 0.5)
    assert middle // 2 <= delay_seconds(attempts, chance) <= middle * 3 // 2
    assert FIRST_SECONDS <= middle <= MOST_SECONDS
