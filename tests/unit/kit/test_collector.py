"""The collector rests inside the block and works again after it, whatever happened there."""

from __future__ import annotations

import gc

import pytest

from laurels.kit.collector import collector_paused


def test_collector_paused_when_nested_and_broken_off_then_works_again_at_the_end() -> None:
    with pytest.raises(ValueError, match="inside"), collector_paused():
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
        raise ValueError("inside")
    assert gc.isenabled()


def test_collector_paused_when_it_rested_before_then_leaves_it_resting() -> None:
    gc.disable()
    try:
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()
