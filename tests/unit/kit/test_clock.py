from __future__ import annotations

import pytest

from laurels.kit.clock import Clock, ManualClock


def test_now_when_just_made_then_the_given_instant() -> None:
    clock: Clock = ManualClock(1_700_000_000)
    assert clock.now() == 1_700_000_000
    assert clock.now() == 1_700_000_000


def test_advance_when_given_seconds_then_moves_and_tells() -> None:
    clock = ManualClock(100)
    assert clock.advance(7) == 107
    assert clock.now() == 107


def test_advance_when_negative_then_refused_and_unmoved() -> None:
    clock = ManualClock(100)
    with pytest.raises(ValueError, match="cannot advance by -1 seconds"):
        clock.advance(-1)
    assert clock.now() == 100


def test_set_when_earlier_then_goes_back() -> None:
    clock = ManualClock(100)
    clock.set(3)
    assert clock.now() == 3
