from __future__ import annotations

from typing import Any

import pytest
from limits.errors import StorageError

from laurels.adapters.throttle import Rule, Throttle

RULE = Rule("sign-in", 3, 60)


def test_hit_when_within_the_limit_then_allowed_and_counted_down() -> None:
    throttle = Throttle()
    standings = [throttle.hit(RULE, "1.2.3.4") for _ in range(3)]
    assert [(one.allowed, one.remaining) for one in standings] == [(True, 2), (True, 1), (True, 0)]
    assert {(one.limit, one.retry_after, one.is_blind) for one in standings} == {(3, 0, False)}


def test_hit_when_over_the_limit_then_refused_with_a_time_to_wait() -> None:
    throttle = Throttle()
    for _ in range(3):
        throttle.hit(RULE, "1.2.3.4")
    standing = throttle.hit(RULE, "1.2.3.4")
    assert not standing.allowed
    assert 1 <= standing.retry_after <= 60


@pytest.mark.parametrize(("rule", "who"), [(RULE, "other"), (Rule("api", 3, 60), "1.2.3.4")])
def test_hit_when_somebody_else_or_another_rule_then_counted_apart(rule: Rule, who: str) -> None:
    throttle = Throttle()
    for _ in range(4):
        throttle.hit(RULE, "1.2.3.4")
    assert throttle.hit(rule, who).allowed


@pytest.mark.parametrize("fails_closed", [True, False])
def test_hit_when_the_store_is_away_then_closed_or_open_and_it_says_so(
    monkeypatch: pytest.MonkeyPatch, fails_closed: bool
) -> None:
    throttle = Throttle()

    def away(*args: Any) -> bool:
        raise StorageError(ConnectionError("gone"))

    monkeypatch.setattr(throttle._limiter, "hit", away)
    standing = throttle.hit(Rule("x", 3, 60, fails_closed=fails_closed), "me")
    assert standing.allowed is not fails_closed
    assert standing.is_blind
    assert bool(standing.retry_after) is fails_closed


def test_hit_when_who_is_odd_then_counted_all_the_same() -> None:
    throttle = Throttle()
    for who in ("", "\ud800", "x" * 10_000):
        assert throttle.hit(RULE, who).remaining == 2
