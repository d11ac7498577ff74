"""Several people beside each other: who may look, an order only where it is clear, no script."""

from __future__ import annotations

import csv
import json
from urllib.parse import parse_qsl, urlencode

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from laurels.apps.audit.models import AuditRow
from laurels.apps.contributions.models import Contribution
from laurels.apps.people.models import Contributor
from laurels.apps.projects.models import Project
from laurels.web.presenters.comparison import MOST, verdict
from tests.apps import factories
from tests.doors.web.conftest import NOW, Answer, Get, World
from tests.doors.web.measuring import DAY, measured, population
from tests.doors.web.test_crawl import STATEMENTS, faults
from tests.doors.web.test_permissions import browser


@pytest.fixture
def people(world: World, db: None) -> list[Contributor]:
    """Return five people who signed in; the first two are far apart in everything."""
    population(NOW)
    found = list(Contributor.objects.filter(login__in=world.people).order_by("login")[:5])
    Contributor.objects.filter(pk__in=[one.pk for one in found]).update(claimed_at=NOW)
    measured(found[0], NOW, merged=200, dropped=0, hours=3, reviews=300, issues=90)
    measured(found[1], NOW, merged=21, dropped=30, hours=300, reviews=0, issues=1)
    for one in found[2:]:
        measured(one, NOW)
    return found


@pytest.fixture
def maintainer(world: World, db: None, client: Client) -> Contributor:
    """Return a maintainer of the world's project, signed in with the browser of `get`."""
    found = factories.contributor("looks-around")
    found.user = get_user_model().objects.create_user("looks-around")
    found.save()
    project = Project.objects.get(slug=world.project)
    project.roles.create(contributor=found, role="maintainer", since=1)
    client.cookies = browser(found).cookies
    return found


def compared(get: Get, people: list[Contributor], mode: str = "") -> Answer:
    query = [("login", one.login) for one in people]
    return get(f"/compare/?{urlencode([*query, ('mode', mode)] if mode else query)}")


def test_compare_when_apart_then_an_order_and_where_alike_none(
    people: list[Contributor], maintainer: Contributor, get: Get
) -> None:
    answer = compared(get, people[:3])
    assert answer.status == 200
    assert faults(answer) == []
    assert answer.statements <= STATEMENTS
    a, b, c = (one.login for one in people[:3])
    assert f"In order: {a}, then {c}, then {b}." in answer.text
    alike = compared(get, people[2:4])
    assert alike.text.count("No clear difference.") == 9
    assert "In order" not in alike.text
    assert alike.response["X-Robots-Tag"] == "noindex"


def test_compare_when_five_are_shown_then_within_budget_and_statements(
    people: list[Contributor], maintainer: Contributor, get: Get
) -> None:
    answer = compared(get, people)
    assert faults(answer) == []
    assert answer.statements <= STATEMENTS
    assert "Add somebody" not in answer.text
    assert answer.body.count("<table") == 10
    more = compared(get, [*people, maintainer])
    assert f"Only {MOST} people are compared at once" in more.text


def test_form_when_used_without_script_then_adds_and_removes_people(
    people: list[Contributor], maintainer: Contributor, get: Get
) -> None:
    first = get("/compare/")
    assert "Nobody chosen yet" in first.text
    answer = compared(get, people[:2], "raw")
    hidden = [a["value"] for tag, a in answer.reading.tags
              if tag == "input" and a.get("type") == "hidden" and a["name"] == "login"]  # fmt: skip
    assert hidden == [one.login for one in people[:2]]
    removing = [one for one in answer.reading.links if one.startswith("/compare/?")]
    asked = [dict(parse_qsl(one.partition("?")[2])) for one in removing]
    assert asked == [
        {"login": people[1].login, "mode": "raw"},
        {"login": people[0].login, "mode": "raw"},
    ]
    assert get(removing[0]).text.count(people[0].login) == 0


def test_compare_when_not_all_was_read_then_warned_and_not_put_in_order(
    people: list[Contributor], maintainer: Contributor, get: Get
) -> None:
    measured(people[1], NOW, merged=30, days=30)
    answer = compared(get, people[:3])
    login = people[1].login
    assert f"Not all of the window was read of {login}" in answer.text
    assert f"Too little was read of {login} to say." in answer.text
    assert f"then {login}" not in answer.text
    assert "30 of 1,096 days" in answer.text


def test_compare_when_populations_or_times_differ_then_warned(
    world: World, maintainer: Contributor, get: Get
) -> None:
    both = list(Contributor.objects.filter(login__in=world.people).order_by("login")[:2])
    Contributor.objects.filter(pk__in=[one.pk for one in both]).update(claimed_at=NOW)
    measured(both[0], NOW - 40 * DAY)
    population(NOW)
    measured(both[1], NOW)
    answer = compared(get, both)
    assert "They were compared with different populations" in answer.text
    assert answer.text.count("Not put in order: the populations differ.") == 9
    assert "Their figures are of different times: from 4 April 2026 to 14 May 2026." in answer.text


def test_compare_when_unknown_then_said_and_never_zero(
    people: list[Contributor], maintainer: Contributor, get: Get
) -> None:
    measured(people[0], NOW, merged=2, dropped=0, waiting=0, drafts=0, reviews=None, issues=None)
    Contributor.objects.filter(pk=maintainer.pk).update(claimed_at=NOW)
    answer = compared(get, [people[0], people[1], maintainer])
    assert "Given from 20 opened pull requests" in answer.text
    assert f"{people[1].login} stands alone." in answer.text
    assert "No metrics yet: nothing has been computed of them." in answer.text
    gone = get(f"/compare/?login={people[0].login}&login=nobody-at-all")
    assert "Nobody here is, or was, called nobody-at-all." in gone.text


def test_ghost_when_of_ones_project_then_shown_and_on_record_and_else_hidden(
    world: World, maintainer: Contributor, get: Get
) -> None:
    population(NOW)
    project = Project.objects.get(slug=world.project)
    inside = Contribution.objects.filter(project=project, is_withdrawn=False)
    ghosts = Contributor.objects.filter(claimed_at=None, is_bot=False)
    mine = ghosts.filter(pk__in=inside.values("contributor"))[0]
    other = factories.contributor("far-away")
    for one in (mine, other):
        measured(one, NOW)
    answer = compared(get, [mine, other])
    assert "has not signed in; that you looked is on record" in answer.text
    assert "far-away has not signed in and contributed to no project of yours" in answer.text
    row = AuditRow.objects.get(action="metrics:look_up")
    assert row.actor == f"contributor:{maintainer.ref}"
    assert json.loads(row.after) == {"contributors": [mine.ref]}
    own = get(f"/contributors/{mine.login}/metrics/")
    assert own.status == 200
    assert "shown to the teams of their projects alone" in own.text
    assert own.response["X-Robots-Tag"] == "noindex"
    assert get("/contributors/far-away/metrics/").status == 404


def test_look_when_people_signed_in_then_nothing_is_on_record(
    people: list[Contributor], maintainer: Contributor, get: Get
) -> None:
    compared(get, people)
    get(f"/contributors/{people[0].login}/metrics/")
    assert not AuditRow.objects.filter(action="metrics:look_up").exists()


def test_csv_when_asked_then_a_row_a_person_and_metric(
    people: list[Contributor], maintainer: Contributor, get: Get
) -> None:
    page = compared(get, people[:2])
    address = next(one for one in page.reading.links if one.startswith("/compare.csv"))
    rows = list(csv.DictReader(get(address).body.splitlines()))
    assert len(rows) == 18
    assert {row["login"] for row in rows} == {one.login for one in people[:2]}


def test_compare_when_nobody_or_no_team_asks_then_led_to_sign_in_or_refused(
    people: list[Contributor], get: Get, client: Client
) -> None:
    for path in ("/compare/", "/compare.csv"):
        assert get(path).response["Location"].startswith("/sign-in/?next=")
    people[0].user = get_user_model().objects.create_user("plain")
    people[0].save()
    client.cookies = browser(people[0]).cookies
    answer = get("/compare/")
    assert answer.status == 403
    assert "role_required" in answer.text


def test_verdict_when_said_then_in_words() -> None:
    assert verdict(()) == "Nobody has a percentile."
    assert verdict((("a",),)) == "a stands alone."
    assert verdict((("a", "b"),)) == "No clear difference."
    told = "In order: a, then b and c without a clear difference."
    assert verdict((("a",), ("b", "c"))) == told
    assert verdict((), ["a", "b"]) == "Too little was read of a and b to say."
