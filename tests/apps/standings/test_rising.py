"""Who gained most in the last days against the days before."""

from __future__ import annotations

import pytest

from laurels.apps.standings.models import ScopeKind
from laurels.apps.standings.selectors import rising
from laurels.apps.standings.services import snapshot_take, standings_update
from tests.apps import factories

pytestmark = pytest.mark.django_db
NOW = factories.NOW
DAY = 86_400


def give(login: str, *work: tuple[int, int], project=None) -> int:
    """Make a person with points so many days ago."""
    person = factories.contributor(login)
    for days, points in work:
        factories.item(person, points=points, occurred_at=NOW - days * DAY - 1, project=project)
    standings_update([person.pk], now=NOW)
    return person.pk


def test_rising_when_windows_differ_then_the_greatest_gain_leads():
    factories.season()
    give("steady", (5, 100), (40, 100))
    give("comet", (1, 80), (29, 10))
    give("riser", (3, 120), (31, 60))
    give("veteran", (61, 500), (2, 50))
    give("faller", (2, 5), (45, 90))
    give("past", (70, 50))

    rows = rising(now=NOW)

    assert [(row.rank, row.login, row.recent, row.before, row.change) for row in rows] == [
        (1, "comet", 90, 0, 90),
        (2, "riser", 120, 60, 60),
        (3, "veteran", 50, 0, 50),
    ]
    assert [row.login for row in rising(now=NOW, limit=1)] == ["comet"]
    assert [row.login for row in rising(now=NOW, limit=None, days=4)] == [
        "riser",
        "comet",
        "veteran",
        "faller",
    ]


def test_rising_when_adjusted_then_program_points_count_it_and_project_points_do_not():
    factories.season()
    compiler = factories.project(tags=("tools",))
    person = give("ada", (2, 10), project=compiler)
    holder = factories.Contributor.objects.get(pk=person)
    factories.adjustment(holder, 7, occurred_at=NOW - DAY)
    standings_update([person], now=NOW)

    def recent(*scope: object) -> list[int]:
        return [row.recent for row in rising(*scope, now=NOW)]

    assert recent() == [17]
    assert recent(ScopeKind.PROJECT, compiler.pk) == [10]
    assert recent(ScopeKind.TAG, compiler.tags.get().pk) == [10]
    assert recent(ScopeKind.PROJECT, compiler.pk + 1) == []


def test_rising_when_there_are_snapshots_then_places_gained_are_told():
    factories.season()
    give("first", (80, 100))
    ada = give("ada", (80, 10))
    snapshot_take(20231001)
    person = factories.Contributor.objects.get(pk=ada)
    factories.item(person, points=200, occurred_at=NOW - DAY)
    standings_update([ada], now=NOW)
    give("new", (1, 5))

    assert [(row.login, row.movement) for row in rising(now=NOW)] == [("ada", 1), ("new", None)]


def test_rising_when_the_window_crosses_a_year_then_both_months_are_looked_at():
    factories.season()
    turn = 1_704_067_200
    person = factories.contributor("ada")
    factories.item(person, points=3, occurred_at=turn - 5)
    factories.item(person, points=4, occurred_at=turn + 5)
    standings_update([person.pk], now=turn + 10)

    assert [row.recent for row in rising(now=turn + 10)] == [7]
