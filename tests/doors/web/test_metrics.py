"""The metrics of one person: ties, unknowns with their reasons, what they stand on."""

from __future__ import annotations

import csv

import pytest

from laurels.apps.audit.models import AuditRow
from laurels.apps.people.models import Alias, Contributor
from laurels.domain.metric_names import DEFINITIONS, NINE
from laurels.lab.population import POPULATION_ID
from tests.doors.web.conftest import NOW, Get, World
from tests.doors.web.measuring import DAY, measured, population
from tests.doors.web.test_crawl import STATEMENTS, faults


@pytest.fixture
def person(world: World, db: None) -> Contributor:
    """Return somebody who signed in."""
    population(NOW)
    Contributor.objects.filter(pk=world.top_pk).update(claimed_at=NOW)
    return Contributor.objects.get(pk=world.top_pk)


def test_metrics_when_all_is_known_then_nine_places_with_ties_and_what_they_stand_on(
    person: Contributor, get: Get
) -> None:
    measured(person, NOW, dropped=0)
    answer = get(f"/contributors/{person.login}/metrics/")

    assert answer.status == 200
    assert answer.statements <= STATEMENTS
    assert faults(answer) == []
    assert answer.body.count('class="mid"') == 9
    assert answer.body.count('href="#scale"') == 9
    assert "Pull requests opened: 41" in answer.text
    assert "Drop rate: 0 %" in answer.text
    assert "share this value: their tie runs from" in answer.text
    assert "and its middle is shown. Less is better, and the scale is turned" in answer.text
    assert f"Population {POPULATION_ID}" in answer.text
    assert "This population is invented" in answer.text
    assert "All 1,096 days of the window have been read." in answer.text
    assert "n = 4,000 people." in answer.text
    assert "How sure three of them are" in answer.text
    assert "38 of 41, drawn toward the population" in answer.text
    for language in ("Python", "Rust", "HTML"):
        assert language in answer.text
    assert "One computation so far" in answer.text


def test_metrics_when_a_month_was_read_then_said_and_unknown_is_never_zero(
    person: Contributor, get: Get
) -> None:
    measured(person, NOW, merged=5, dropped=0, waiting=0, drafts=0, reviews=None, days=30)
    answer = get(f"/contributors/{person.login}/metrics/")

    assert "Only 30 of 1,096 days of the window have been read" in answer.text
    assert "Not read: 14 May 2023" in answer.text
    assert "Given from 20 opened pull requests; there are 5 in the 30 of 1,096 days" in answer.text
    assert "Reviews: not known none" in answer.text
    assert answer.body.count('href="#scale-empty"') == answer.body.count('<b class="muted">none')
    assert "5 have no percentile, each with the reason" in answer.text
    assert "Reviews: 0" not in answer.text


def test_metrics_when_nothing_was_computed_then_said_and_not_zero(
    person: Contributor, get: Get
) -> None:
    answer = get(f"/contributors/{person.login}/metrics/")
    assert answer.status == 200
    assert "No metrics yet" in answer.text
    assert "that is not the same as zero" in answer.text
    assert get(f"/contributors/{person.login}/metrics.csv").status == 404
    assert "Not computed yet" in get(f"/contributors/{person.login}/").text


def test_metrics_when_there_is_no_population_then_values_without_places(
    world: World, get: Get
) -> None:
    Contributor.objects.filter(pk=world.top_pk).update(claimed_at=NOW)
    measured(Contributor.objects.get(pk=world.top_pk), NOW)
    answer = get(f"/contributors/{world.top}/metrics/")
    assert "There was no population to compare with" in answer.text
    assert "Pull requests opened: 43 none" in answer.text
    assert 'class="mid"' not in answer.body


@pytest.mark.parametrize(
    ("mode", "drop", "top"),
    [("fair", "high is good", "Exceptional"), ("inverted", "high is good", "Exceptional"),
     ("raw", "low is good here", "Extremely High")],
)  # fmt: skip
def test_modes_when_chosen_then_named_and_read_by_their_rule(
    person: Contributor, get: Get, mode: str, drop: str, top: str
) -> None:
    measured(person, NOW)
    answer = get(f"/contributors/{person.login}/metrics/?mode={mode}")
    assert f'href="?mode={mode}" aria-current="true"' in answer.body
    assert drop in answer.text
    assert f"from there on {top}." in answer.text


def test_mode_when_unknown_then_404(person: Contributor, get: Get) -> None:
    measured(person, NOW)
    assert get(f"/contributors/{person.login}/metrics/?mode=best").status == 404


def test_trend_when_computed_often_then_a_line_each_and_the_same_as_a_table(
    person: Contributor, get: Get
) -> None:
    for ago, merged in ((60, 4), (30, 25), (0, 50)):
        measured(person, NOW - ago * DAY, merged=merged)
    answer = get(f"/contributors/{person.login}/metrics/")
    assert "3 computations, 15 March 2026 to 14 May 2026" in answer.text
    assert answer.body.count('class="spark"') == 9
    assert " at first, " in answer.text
    assert "15 March 2026 demo-population" in answer.text
    assert answer.statements <= STATEMENTS


def test_csv_when_asked_then_the_same_nine_and_reasons(person: Contributor, get: Get) -> None:
    measured(person, NOW, merged=5)
    answer = get(f"/contributors/{person.login}/metrics.csv?mode=raw")
    rows = list(csv.DictReader(answer.body.splitlines()))
    assert [row["metric"] for row in rows] == list(NINE)
    held = {row["metric"]: row for row in rows}
    assert held["total_opened_prs"]["value"] == "10"
    assert held["pr_merge_rate"]["percentile"] == ""
    assert "Given from 20 opened" in held["pr_merge_rate"]["reason"]
    assert {row["mode"] for row in rows} == {"raw"}


def test_person_when_measured_then_the_page_shows_five_and_leads_to_all(
    person: Contributor, get: Get
) -> None:
    measured(person, NOW)
    answer = get(f"/contributors/{person.login}/")
    assert answer.body.count('class="mid"') == 5
    assert f'href="/contributors/{person.login}/metrics/"' in answer.body
    assert "Merge rate: 88.4 %" in answer.text
    assert answer.statements <= STATEMENTS
    assert faults(answer) == []


def test_ghost_when_asked_for_by_visitors_then_there_is_no_page_of_metrics(
    world: World, get: Get
) -> None:
    population(NOW)
    ghost = Contributor.objects.get(login=world.people[1])
    measured(ghost, NOW)
    for path in ("metrics/", "metrics.csv", "metrics/pr_merge_rate/"):
        answer = get(f"/contributors/{ghost.login}/{path}")
        assert answer.status == 404
        assert "there is no page of metrics" in answer.text
    page = get(f"/contributors/{ghost.login}/")
    assert "metrics" not in page.body.partition("<main")[2]
    assert not AuditRow.objects.filter(action="metrics:look_up").exists()


def test_metrics_when_the_login_is_old_or_nobodys_then_led_on_or_404(
    person: Contributor, get: Get
) -> None:
    measured(person, NOW)
    Alias.objects.create(contributor=person, login="Once-Was", login_key="once-was", last_seen_at=1)
    for path in ("metrics/", "metrics/pr_drop_rate/"):
        answer = get(f"/contributors/once-was/{path}?mode=raw")
        assert answer.status == 302
        assert answer.response["Location"] == f"/contributors/{person.login}/{path}?mode=raw"
    assert get("/contributors/nobody-at-all/metrics/").status == 404


def test_words_when_shown_then_each_metric_has_its_description(
    person: Contributor, get: Get
) -> None:
    measured(person, NOW)
    text = get(f"/contributors/{person.login}/metrics/").text
    for name in NINE:
        assert DEFINITIONS[name].description.partition(". ")[0].rstrip(".") in text
