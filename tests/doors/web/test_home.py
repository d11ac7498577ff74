from __future__ import annotations

import pytest

from laurels.apps.contributions.models import Contribution
from laurels.web.views import home
from tests.doors.web.conftest import DAY, NOW, Get, World, logins


def test_home_when_a_season_runs_then_its_day_top_and_numbers_are_told(
    world: World, get: Get
) -> None:
    since = NOW - 40 * DAY
    merged = Contribution.objects.filter(
        kind="pr_merged", is_withdrawn=False, occurred_at__gte=since
    ).count()
    answer = get("/")

    assert "Season 3 is open Day 41 of 60" in answer.text
    assert f"pull requests merged since 4 April 2026 {merged:,}" in answer.text
    assert logins(answer)[:2] == logins(get("/leaderboard/"))[:2]
    weeks = get("/weeks.csv").body.splitlines()[1:]
    assert sum(int(week.split(",")[1]) for week in weeks) == merged


def test_home_when_a_kind_of_work_is_not_known_then_none_instead_of_zero(
    world: World, get: Get
) -> None:
    Contribution.objects.filter(kind="review_submitted").update(is_withdrawn=True)
    assert "reviews known since 4 April 2026 none" in get("/").text


def test_home_when_certificates_were_issued_then_each_person_is_named_once(
    world: World, get: Get
) -> None:
    text = get("/").text.partition("Recently recognised")[2].partition("From a pull request")[0]
    assert text.count("certificate") == 4
    assert text.count("reached") == 4


def test_home_when_counting_is_slow_then_the_answer_is_kept(
    world: World, get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = iter(range(100))
    monkeypatch.setattr(home, "perf_counter", lambda: next(ticks))
    get("/rules/")  # reads the import log
    first = get("/")
    again = get("/")
    assert again.statements == first.statements - 1
    assert again.text == first.text
