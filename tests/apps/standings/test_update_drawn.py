"""Boards, counts and order equal the brute force whatever items are drawn and changed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from laurels.apps.people.models import Contributor
from laurels.apps.projects.models import Project
from laurels.apps.scoring.models import Item, Season
from laurels.apps.standings.models import Board
from laurels.apps.standings.services import standings_update
from tests.apps import factories
from tests.apps.standings import brute

NOW = factories.NOW
DAY = 86_400
MOMENTS = st.sampled_from(
    [NOW - 40 * DAY, NOW - 20 * DAY, NOW - 20 * DAY + 1, NOW - 2, NOW - 1, NOW]
)


@st.composite
def items(draw: st.DrawFn) -> dict[str, Any]:
    """Draw what one item says; three people, three projects (or none), few moments: many ties."""
    project = draw(st.integers(0, 3))
    is_own_line = project > 0 and draw(st.booleans())
    return {
        "person": draw(st.integers(0, 2)),
        "project": project,
        "is_own_line": is_own_line,
        "is_on_project_board": is_own_line or draw(st.booleans()),
        "occurred_at": draw(MOMENTS),
        "points": draw(st.sampled_from([0, 1, 5, 255, 256, 600])),
        "extra": draw(st.sampled_from([0, 1])),
        "penalty": draw(st.sampled_from([0, 0, 20])),
        "season": draw(st.integers(0, 2)),
        "is_settled": draw(st.booleans()),
        "is_held": draw(st.sampled_from([False, False, True])),
        "is_disqualified": draw(st.sampled_from([False, False, False, True])),
    }


def place(
    drawn: dict[str, Any], people: list[Contributor], projects: list[Project], seasons: list[Season]
) -> Item:
    values = dict(drawn)
    project = projects[values.pop("project") - 1] if values["project"] else values.pop("project")
    scope = project.pk if values.pop("is_own_line") else 0
    return factories.item(
        people[values.pop("person")],
        project=project or None,
        season=seasons[values.pop("season")],
        scope=scope,
        **values,
    )


@pytest.mark.django_db
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(first=st.lists(items(), max_size=12), then=st.lists(items(), max_size=6))
def test_update_when_items_are_drawn_then_boards_equal_the_brute_force(transactions, first, then):
    with transactions():
        seasons = [
            factories.season(),
            factories.season("past", starts_at=NOW - 30 * DAY, ends_at=NOW - 20 * DAY + 1),
            factories.season("now", starts_at=NOW - 20 * DAY, ends_at=NOW),
        ]
        people = [factories.contributor(login) for login in ("bob", "Ada", "carl")]
        projects = [factories.project(tags=("a",)), factories.project(tags=("a", "b"))]
        projects.append(factories.project())
        named = [person.pk for person in people]
        placed = [place(drawn, people, projects, seasons) for drawn in first]
        standings_update(named, now=NOW)
        brute.check(NOW)

        for old in placed[::2]:
            old.delete()
        for drawn in then:
            place(drawn, people, projects, seasons)
        standings_update(named[:2], now=NOW)
        standings_update(named[2:], now=NOW)
        brute.check(NOW)
        for board in Board.objects.values_list("pk", flat=True):
            brute.check_order(board, NOW)
