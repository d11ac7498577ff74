"""Standings are what a recount in plain Python says, whatever happened to the items."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from laurels.apps.people.models import Ban
from laurels.apps.scoring.models import Item
from laurels.apps.standings.boards import board_id, program_season
from laurels.apps.standings.models import Standing
from laurels.apps.standings.services import standings_forget, standings_rebuild, standings_update
from tests.apps import factories
from tests.apps.standings import brute

pytestmark = pytest.mark.django_db
NOW = factories.NOW


def test_update_when_a_person_has_settled_work_then_a_row_stands_on_every_board():
    everything = factories.season()
    ada = factories.contributor("ada")
    compiler = factories.project("compiler", tags=("languages", "tools"))
    factories.item(ada, points=10, extra=2, project=compiler)

    assert standings_update([ada.pk], now=NOW) == 8

    brute.check(NOW)
    row = Standing.objects.get(board=program_season(everything.pk))
    assert (row.points, row.pending, row.reached_at, row.login) == (12, 0, NOW, "ada")


def test_update_when_run_again_then_nothing_is_written():
    ada = factories.contributor()
    factories.item(ada)
    standings_update([ada.pk], now=NOW)

    assert standings_update([ada.pk], now=NOW) == 0
    brute.check(NOW)


def test_update_when_items_change_move_and_vanish_then_rows_and_counts_follow():
    ada, bob = factories.contributor("ada"), factories.contributor("bob")
    first, second = factories.project(), factories.project()
    kept = factories.item(ada, points=300, project=first)
    gone = factories.item(ada, points=5, occurred_at=NOW - 90 * 86_400, project=second)
    factories.item(bob, points=300, project=second)
    standings_update([ada.pk, bob.pk], now=NOW)

    Item.objects.filter(pk=kept.pk).update(posted_base=20, project=second)
    Item.objects.filter(pk=gone.pk).update(posted_base=0, base=0)
    standings_update([ada.pk], now=NOW)

    brute.check(NOW)
    assert not Standing.objects.filter(contributor=ada, board__scope_ref=first.pk).exists()


def test_update_when_points_wait_or_are_held_then_only_waiting_ones_are_pending():
    everything = factories.season()
    ada = factories.contributor()
    factories.item(ada, points=10, extra=5, penalty=3, is_settled=False)
    factories.item(ada, points=100, is_settled=False, is_held=True)

    standings_update([ada.pk], now=NOW)

    brute.check(NOW)
    row = Standing.objects.get(board=program_season(everything.pk))
    assert (row.points, row.pending, row.reached_at, row.is_ranked) == (0, 12, 0, False)


def test_update_when_a_project_has_its_own_line_then_each_board_reads_its_own():
    everything = factories.season()
    ada = factories.contributor()
    compiler = factories.project(tags=("languages",))
    line = factories.item(ada, points=10, project=compiler, is_on_project_board=False)
    factories.item(
        ada, points=70, project=compiler, scope=compiler.pk, contribution=line.contribution
    )

    standings_update([ada.pk], now=NOW)

    brute.check(NOW)
    by_scope = dict(
        Standing.objects.filter(board__period_ref=everything.pk).values_list(
            "board__scope_kind", "points"
        )
    )
    assert by_scope == {"program": 10, "project": 70, "tag": 10}


def test_update_when_season_bounds_lie_inside_a_month_then_each_item_counts_where_it_lies():
    factories.season()
    middle = factories.season("middle", starts_at=NOW - 100, ends_at=NOW)
    factories.season("after", starts_at=NOW, ends_at=NOW + 10)
    factories.season("open", starts_at=NOW - 50, ends_at=None)
    ada = factories.contributor()
    for at, points in ((NOW - 101, 1), (NOW - 100, 2), (NOW - 1, 4), (NOW, 8), (NOW + 10, 16)):
        factories.item(ada, points=points, occurred_at=at)

    standings_update([ada.pk], now=NOW)

    brute.check(NOW)
    assert Standing.objects.get(board=program_season(middle.pk)).points == 6


def test_update_when_adjusted_then_only_program_boards_move_and_a_reversal_takes_it_back():
    everything = factories.season()
    ada = factories.contributor()
    compiler = factories.project()
    factories.item(ada, points=10, project=compiler, occurred_at=NOW - 40 * 86_400)
    factories.adjustment(ada, 5)
    mistaken = factories.adjustment(ada, 1000)
    factories.adjustment(ada, -1000, reverses=mistaken.pk)

    standings_update([ada.pk], now=NOW)

    brute.check(NOW)
    row = Standing.objects.get(board=program_season(everything.pk))
    assert (row.points, row.reached_at) == (15, NOW)
    month = Standing.objects.get(board=board_id("program", 0, "month", 202311))
    assert month.points == 5
    assert Standing.objects.filter(board__scope_kind="project", points=15).count() == 0


def test_update_when_banned_then_the_rank_goes_for_the_time_of_the_ban_and_points_stay():
    everything = factories.season()
    ada = factories.contributor()
    factories.item(ada, points=10)
    Ban.objects.create(contributor=ada, starts_at=NOW, ends_at=NOW + 100, reason="spam")
    Ban.objects.create(contributor=ada, starts_at=NOW + 10, ends_at=NOW + 20, reason="again")
    ranked = Standing.objects.filter(board=program_season(everything.pk), is_ranked=True)

    for at, is_ranked in ((NOW - 1, True), (NOW, False), (NOW + 15, False), (NOW + 100, True)):
        standings_update([ada.pk], now=at)
        brute.check(at)
        assert ranked.exists() is is_ranked


def test_update_when_disqualified_in_a_season_then_other_seasons_still_rank():
    factories.season()
    autumn = factories.season("autumn", starts_at=NOW - 10, ends_at=NOW + 10)
    ada = factories.contributor()
    factories.item(ada, points=10, occurred_at=NOW - 100 * 86_400)
    factories.item(ada, points=7, season=autumn, is_disqualified=True)

    standings_update([ada.pk], now=NOW)

    brute.check(NOW)
    ranked = Standing.objects.filter(board__period_kind="season").values_list(
        "board__period_ref", "is_ranked"
    )
    assert dict(ranked)[autumn.pk] is False
    assert sum(dict(ranked).values()) == 1


def test_update_when_points_are_negative_then_the_row_is_there_without_a_rank():
    everything = factories.season()
    ada = factories.contributor()
    factories.item(ada, points=0, penalty=20)

    standings_update([ada.pk], now=NOW)

    brute.check(NOW)
    row = Standing.objects.get(board=program_season(everything.pk))
    assert (row.points, row.is_ranked) == (-20, False)


def test_update_when_a_login_changes_then_rows_carry_the_new_one():
    ada = factories.contributor("ada")
    factories.item(ada)
    standings_update([ada.pk], now=NOW)

    ada.login = "countess"
    ada.save()
    standings_update([ada.pk], now=NOW)

    brute.check(NOW)
    assert set(Standing.objects.values_list("login", flat=True)) == {"countess"}


def test_update_when_a_person_is_erased_then_no_row_stands():
    ada = factories.contributor()
    factories.item(ada)
    standings_update([ada.pk], now=NOW)

    ada.erased_at, ada.login = NOW, ""
    ada.save()
    standings_update([ada.pk], now=NOW)

    brute.check(NOW)
    assert Standing.objects.count() == 0


def test_update_when_nobody_is_named_then_nothing_happens(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert standings_update([], now=NOW) == 0


def test_update_when_others_are_wrong_then_they_are_left_alone():
    ada, bob = factories.contributor(), factories.contributor()
    factories.item(ada)
    factories.item(bob)

    standings_update([ada.pk], now=NOW)

    assert set(Standing.objects.values_list("contributor_id", flat=True)) == {ada.pk}


def test_forget_when_a_person_had_rows_then_counts_stay_exact():
    ada, bob = factories.contributor(), factories.contributor()
    for person in (ada, bob):
        factories.item(person, points=300)
    factories.item(ada, points=1, penalty=5, occurred_at=NOW - 90 * 86_400)
    standings_update([ada.pk, bob.pk], now=NOW)

    standings_forget(ada.pk)
    Item.objects.filter(contributor=ada).delete()

    brute.check(NOW)


def test_rebuild_when_tags_changed_then_everybody_is_corrected_in_groups():
    compiler = factories.project()
    people = [factories.contributor() for _ in range(5)]
    for person in people:
        factories.item(person, project=compiler)
    standings_update([person.pk for person in people], now=NOW)
    factories.tagged(compiler, "languages")
    seen = []

    changed = standings_rebuild(now=NOW, group=2, progress=lambda *at: seen.append(at))

    assert changed == 10
    assert seen == [(2, 5), (4, 5), (5, 5)]
    brute.check(NOW)


def statements(people: int) -> tuple[list[str], list[str]]:
    """Return the statements of a first and a second update of so many people."""
    factories.season()
    crowd = factories.crowd(people)
    places = [factories.project(tags=("all",)) for _ in range(3)]
    facts = [factories.contribution(crowd[0]) for _ in range(3)]
    Item.objects.bulk_create(
        factories.item_of(
            person,
            points=1 + (number + turn) % 7,
            project=places[turn],
            contribution=facts[turn],
            scope=number,
            occurred_at=NOW - turn * 40 * 86_400,
        )
        for number, person in enumerate(crowd)
        for turn in range(3)
    )
    named = [person.pk for person in crowd]
    with CaptureQueriesContext(connection) as first:
        standings_update(named, now=NOW)
    Item.objects.filter(contributor__in=named[::2]).update(posted_base=0, base=0)
    Item.objects.filter(contributor__in=named[1::2]).update(posted_base=9)
    with CaptureQueriesContext(connection) as second:
        standings_update(named, now=NOW)
    return _plain(first), _plain(second)


def _plain(captured: CaptureQueriesContext) -> list[str]:
    texts = [query["sql"].split(" times: ")[-1].split()[:3] for query in captured.captured_queries]
    return [" ".join(words) for words in texts if "SAVEPOINT" not in words]


def test_update_when_people_are_a_hundred_times_as_many_then_statements_are_the_same():
    few, many = statements(10), statements(1_000)

    assert few == many
    assert (len(few[0]), len(few[1])) == (6, 6)
