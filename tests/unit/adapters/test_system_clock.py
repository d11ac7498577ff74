from __future__ import annotations

import time

from laurels.adapters.system_clock import SystemClock


def test_now_when_asked_then_whole_seconds_of_the_machine() -> None:
    before = int(time.time())
    now = SystemClock().now()
    assert type(now) is int
    assert before <= now <= int(time.time())
