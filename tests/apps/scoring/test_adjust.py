"""Adjustments: given by a person with a reason, once a key, on the chain like everything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from laurels.apps.audit.actors import operator
from laurels.apps.audit.models import AuditRow
from laurels.apps.people.models import Contributor
from laurels.apps.recognition.models import TierStanding
from laurels.apps.recognition.services import person_erase
from laurels.apps.scoring.models import DirtyMark, LedgerEntry, Season
from laurels.apps.scoring.selectors import ledger_digest, ledger_statement, totals_of
from laurels.apps.scoring.services import AdjustmentRefused, adjustment_post, season_add
from laurels.apps.standings.selectors import board_get, rank_of
from tests.apps.scoring.world import DAY, START, World, entries, merged, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path, "nest")
    made.tell(*merged(1, opened_at=START - DAY))
    return made


def adjust(world: World, points: int, key: str = "a", **more: object) -> LedgerEntry:
    entry = adjustment_post(
        more.pop("who", None) or person(),  # type: ignore[arg-type]
        points,
        reason=more.pop("reason", "mentoring"),  # type: ignore[arg-type]
        key=key,
        now=world.now,
        acting=operator(),
        **more,  # type: ignore[arg-type]
    )
    world.settle()
    return entry


def test_an_adjustment_moves_points_rank_and_tier(world: World) -> None:
    entry = adjust(world, 90)
    assert (entry.kind, entry.component, entry.points) == ("ADJUSTMENT", "adjustment", 90)
    assert entries()[-1] == ("ADJUSTMENT", 90)
    total = totals_of([person().pk])[person().pk]
    assert (total.points, total.adjustments) == (105, 90)
    place = rank_of(board_get("program").id, person().pk)
    assert (place.rank, place.points) == (1, 105)
    assert TierStanding.objects.get().tier == "level_2"
    assert not DirtyMark.objects.exists()
    assert world.is_whole()


def test_an_adjustment_names_its_audit_row_and_the_statement_shows_it(world: World) -> None:
    entry = adjust(world, -4, reason="counted twice by hand")
    row = AuditRow.objects.get(action="ledger:adjust")
    assert entry.source == f"audit:{row.pk}"
    assert (row.reason, row.after) == ("counted twice by hand", '{"points":-4}')
    assert row.subject == f"contributor:{person().ref}"
    line = ledger_statement(person().pk)[-1]
    assert (line.points, line.balance, line.subject, line.contribution) == (-4, 11, "", "")


def test_the_same_key_again_posts_nothing(world: World) -> None:
    first = adjust(world, 5)
    assert adjust(world, 5) == first
    assert entries().count(("ADJUSTMENT", 5)) == 1
    assert AuditRow.objects.filter(action="ledger:adjust").count() == 1


@pytest.mark.parametrize("change", ["points", "person"])
def test_a_key_of_another_adjustment_is_refused(world: World, change: str) -> None:
    adjust(world, 5)
    other = Contributor.objects.exclude(pk=person().pk).first()
    with pytest.raises(AdjustmentRefused, match="another adjustment"):
        adjust(world, 6 if change == "points" else 5, who=other if change == "person" else None)
    assert entries().count(("ADJUSTMENT", 5)) == 1


@pytest.mark.parametrize(("points", "reason", "words"), [(0, "why", "zero"), (1, "  ", "reason")])
def test_an_adjustment_without_points_or_reason_is_refused(
    world: World, points: int, reason: str, words: str
) -> None:
    with pytest.raises(AdjustmentRefused, match=words):
        adjust(world, points, reason=reason)
    assert entries() == [("AWARD", 5), ("AWARD", 10)]


def test_an_erased_person_is_not_adjusted(world: World) -> None:
    erased = person()
    person_erase(erased.pk, reason="asked", now=world.now, acting=operator())
    erased.refresh_from_db()
    with pytest.raises(AdjustmentRefused, match="frozen"):
        adjust(world, 1, who=erased)


def test_an_adjustment_counts_in_the_season_of_its_time_and_survives_recalculation(
    world: World,
) -> None:
    season_add(
        "march", label="", starts_at=START - 1, ends_at=START + DAY, now=START, acting=operator()
    )
    entry = adjust(world, 8, season=Season.objects.get(key="march"))
    assert entry.season == "march"
    assert rank_of(board_get("program", season="march").id, person().pk).points == 8
    digest = ledger_digest()
    assert world.recalculate().entries_posted == 0
    assert ledger_digest() == digest
    assert world.points() == 23
    assert world.is_whole()
