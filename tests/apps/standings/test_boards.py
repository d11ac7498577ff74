"""Boards by number and by name; recounts; bans that have just turned."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.apps.people.models import Ban
from laurels.apps.projects.models import SlugHistory
from laurels.apps.scoring.selectors.lists import SeasonNotFound
from laurels.apps.standings.boards import BoardKey, board_id, board_key, program_season
from laurels.apps.standings.models import PeriodKind, PointsBucket, PointsCount, ScopeKind
from laurels.apps.standings.segments import segments
from laurels.apps.standings.selectors import (
    BoardNotFound,
    HistogramFault,
    bans_turned,
    board_get,
    histogram_faults,
    months_with_standings,
    recount,
    renamed_or_banned,
    stored,
)
from laurels.apps.standings.services import standings_update
from tests.apps import factories

NOW = factories.NOW
KEYS = st.builds(
    BoardKey,
    st.sampled_from(ScopeKind),
    st.integers(0, 10**12),
    st.sampled_from(PeriodKind),
    st.integers(0, 999_999),
)


@given(KEYS)
def test_board_id_when_taken_apart_then_it_is_the_key_again(key):
    assert board_key(key.id) == key
    assert 0 <= key.id < 2**63


@given(KEYS, KEYS)
def test_board_id_when_keys_differ_then_ids_differ(one, other):
    assert (one.id == other.id) is (one == other)


@pytest.mark.parametrize("parts", [("program", -1, "season", 1), ("program", 0, "month", 10**6)])
def test_board_id_when_a_part_is_impossible_then_it_is_refused(parts):
    with pytest.raises(ValueError, match="no board has"):
        board_id(*parts)


@dataclass
class Span:
    pk: int
    starts_at: int | None
    ends_at: int | None


def bounds() -> st.SearchStrategy[int | None]:
    return st.none() | st.integers(0, 9)


@given(
    st.lists(st.tuples(bounds(), bounds()), max_size=6),
    st.integers(-1, 10),
)
def test_segments_when_an_instant_lies_in_a_season_then_its_segment_is_in_the_span(drawn, at):
    seasons = [
        Span(pk, starts, ends)
        for pk, (starts, ends) in enumerate(drawn)
        if starts is None or ends is None or starts < ends
    ]
    cut = segments(seasons)
    segment = sum(at >= bound for bound in cut.cuts)

    inside = {pk for pk, first, last in cut.spans if first <= segment <= last}

    assert inside == {
        season.pk
        for season in seasons
        if (season.starts_at is None or season.starts_at <= at)
        and (season.ends_at is None or at < season.ends_at)
    }


@pytest.mark.django_db
def test_board_when_asked_by_name_then_scope_and_period_are_found():
    season = factories.season("autumn", starts_at=0, ends_at=NOW)
    everything = factories.season()
    compiler = factories.project("compiler", tags=("tools",))
    SlugHistory.objects.create(project=compiler, slug="transpiler")

    assert board_get().id == program_season(everything.pk)
    assert board_get(season="autumn").id == program_season(season.pk)
    month = board_get("project:compiler", month=202311)
    assert (month.scope, month.scope_label, month.period) == (
        "project:compiler",
        "Compiler",
        "2023-11",
    )
    assert board_get("project:transpiler", month=202311) == month
    assert board_get("tag:tools").key.scope_ref == compiler.tags.get().pk


@pytest.mark.django_db
@pytest.mark.parametrize(
    "scope", ["", "program:x", "project", "project:", "project:none", "tag:none", "tag:", "team:a"]
)
def test_board_when_the_scope_is_unknown_then_not_found_says_which(scope):
    factories.season()
    with pytest.raises(BoardNotFound, match=r"no project|no tag|A scope is"):
        board_get(scope)


@pytest.mark.django_db
def test_board_when_the_period_is_unknown_then_not_found_says_which():
    factories.season()
    with pytest.raises(BoardNotFound, match="202313"):
        board_get(month=202313)
    with pytest.raises(SeasonNotFound, match="winter"):
        board_get(season="winter")


@pytest.mark.django_db
def test_months_when_somebody_is_ranked_in_them_then_they_are_listed_newest_first():
    ada = factories.contributor()
    factories.item(ada, occurred_at=NOW)
    factories.item(ada, occurred_at=NOW - 60 * 86_400)
    factories.item(ada, points=0, penalty=5, occurred_at=NOW - 120 * 86_400)
    standings_update([ada.pk], now=NOW)

    assert months_with_standings(ScopeKind.PROGRAM, 0) == [202311, 202309]


@pytest.mark.django_db
def test_recount_when_a_count_is_wrong_then_the_fault_names_it():
    season = factories.season()
    for points in (10, 10, 300):
        person = factories.contributor()
        factories.item(person, points=points)
        standings_update([person.pk], now=NOW)
    board = program_season(season.pk)
    assert recount(board) == stored(board)
    assert recount(board).totals == {10: 2, 300: 1}
    assert recount(board).buckets == {0: 2, 1: 1}

    PointsCount.objects.filter(board=board, points=10).update(people=3)
    PointsBucket.objects.filter(board=board, bucket=1).delete()

    assert histogram_faults() == [
        HistogramFault(board, "points", 10, 3, 2),
        HistogramFault(board, "bucket", 1, 0, 1),
    ]
    assert recount(board) != stored(board)


@pytest.mark.django_db
def test_bans_when_they_began_or_ended_lately_then_their_people_are_named():
    def banned(starts_at: int, ends_at: int | None) -> int:
        person = factories.contributor()
        Ban.objects.create(contributor=person, starts_at=starts_at, ends_at=ends_at, reason="x")
        return person.pk

    began = banned(NOW, None)
    ended = banned(NOW - 10**7, NOW - 86_400)
    banned(NOW - 10**7, None)
    banned(NOW - 10**7, NOW - 10**6)
    banned(NOW + 1, NOW + 5)

    assert bans_turned(NOW) == [began, ended]


@pytest.mark.django_db
def test_renamed_or_banned_when_nothing_but_items_changed_then_nobody_is_named():
    ada, bob, cat, _dan = people = [factories.contributor() for _ in range(4)]
    for person in people[:3]:
        factories.item(person)
    named = [person.pk for person in people]
    standings_update(named, now=NOW)
    assert renamed_or_banned(named) == frozenset()

    ada.login = "countess"
    ada.save()
    Ban.objects.create(contributor=bob, starts_at=0, ends_at=1, reason="long ago")

    assert renamed_or_banned(named) == {ada.pk, bob.pk}
    assert renamed_or_banned([cat.pk]) == renamed_or_banned([]) == frozenset()
