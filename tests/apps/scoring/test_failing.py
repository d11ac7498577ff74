"""One person who cannot be computed is named; all others finish; nothing of it is half-written."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import transaction

from laurels.apps import sql
from laurels.apps.audit.actors import SYSTEM
from laurels.apps.contributions.services import contributions_touch
from laurels.apps.recognition.services import recalculate, settle, settle_dirty
from laurels.apps.scoring.models import DirtyMark, Item
from laurels.apps.scoring.selectors import dirty_count, ledger_digest
from laurels.apps.scoring.services import dirty_mark, dirty_mark_all
from laurels.domain.rulesets import Ruleset
from tests.apps.scoring.world import DAY, START, World, entries, merged, opened, person
from tests.fakes.archive import ALICE, BOB, CAROL

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Three people with settled work; then rows of Bob's work are spoilt in the database."""
    made = World(tmp_path)
    made.tell(
        *merged(1, opened_at=START - DAY),
        *merged(2, by=BOB, opened_at=START - DAY),
        *merged(3, by=BOB, opened_at=START - DAY),
        *merged(4, by=CAROL, opened_at=START - DAY),
    )
    return made


def spoil(number: int = 3, labels: str = '["half') -> None:
    sql.execute("UPDATE contributions_pullrequest SET labels = %s WHERE number = %s",
                [labels, number])  # fmt: skip


def test_who_fails_in_appraisal_is_named_and_left_at_their_last_amount(world: World) -> None:
    spoil()
    before = (entries(BOB), list(Item.objects.filter(contributor=person(BOB)).values()))
    done = world.recalculate()
    ((login, reason),) = done.failed
    assert login == "bob"
    assert reason.startswith("JSONDecodeError: ")
    assert (entries(BOB), list(Item.objects.filter(contributor=person(BOB)).values())) == before
    assert world.points(BOB) == 30
    assert done.examined == 4  # Bob's four are not
    assert world.is_whole()


def test_the_others_finish(world: World) -> None:
    spoil()
    sql.execute("UPDATE contributions_contribution SET is_withdrawn = TRUE"
                " WHERE number IN (1, 4) AND kind = 'pr_merged'")  # fmt: skip
    done = world.recalculate()
    assert [login for login, _ in done.failed] == ["bob"]
    assert (world.points(ALICE), world.points(BOB), world.points(CAROL)) == (5, 30, 5)
    assert world.is_whole()


def test_who_failed_is_settled_once_their_facts_are_mended(world: World) -> None:
    world.tell(*merged(5, by=BOB, opened_at=START - DAY))
    spoil()
    contributions_touch(contributors=[person(BOB).pk], acting=SYSTEM)
    dirty_mark([person(BOB).pk, person(ALICE).pk])
    done = settle_dirty(acting=SYSTEM, source="test:1", now=world.now)
    assert [pk for pk, _ in done.failed] == [person(BOB).pk]
    assert list(DirtyMark.objects.values_list("contributor", flat=True)) == [person(BOB).pk]

    spoil(labels='["spam"]')
    done = settle_dirty(acting=SYSTEM, source="test:1", now=world.now)
    assert done.failed == ()
    assert dirty_count() == 0
    assert world.points(BOB) == 45


def test_an_import_names_who_failed_and_settles_the_others(world: World) -> None:
    sql.execute("UPDATE contributions_pullrequest SET labelled_by = '[[' WHERE number = 3")
    contributions_touch(contributors=[person(BOB).pk], acting=SYSTEM)
    report = world.tell(
        opened(5, by=BOB, opened_at=START - DAY), opened(6, by=CAROL, opened_at=START - DAY)
    )
    (failed,) = report.failed
    assert failed["login"] == "bob"
    assert "JSONDecodeError" in failed["reason"]
    assert (world.points(BOB), world.points(CAROL)) == (30, 20)


def test_a_fault_that_only_the_database_shows_is_found_by_halving(world: World) -> None:
    """Bob's item claims a generation that the ledger has already, so posting it is refused."""
    sql.execute("UPDATE scoring_item SET base_generation = 0 WHERE contributor_id = %s",
                [person(BOB).pk])  # fmt: skip
    sql.execute("UPDATE scoring_item SET base = base + 1 WHERE kind = 'pr_merged'")
    people = [person(one).pk for one in (ALICE, BOB, CAROL)]
    done = settle(people, acting=SYSTEM, source="test:1", now=world.now)
    ((failed, reason),) = done.failed
    assert failed == person(BOB).pk
    assert reason.startswith("IntegrityError: ")
    assert [world.points(one) for one in (ALICE, BOB, CAROL)] == [16, 30, 16]


def test_marks_of_who_is_found_by_halving_stay(world: World) -> None:
    sql.execute("UPDATE scoring_item SET base_generation = 0, base = base + 1"
                " WHERE kind = 'pr_merged' AND contributor_id = %s", [person(BOB).pk])  # fmt: skip
    dirty_mark_all()
    done = settle_dirty(acting=SYSTEM, source="test:1", now=world.now)
    assert [pk for pk, _ in done.failed] == [person(BOB).pk]
    assert list(DirtyMark.objects.values_list("contributor", flat=True)) == [person(BOB).pk]


def test_a_dry_run_leaves_no_trace(world: World) -> None:
    sql.execute("UPDATE contributions_contribution SET is_withdrawn = TRUE WHERE number = 1")
    before = (ledger_digest(), list(Item.objects.order_by("pk").values()), world.points())
    alice = [person().pk]
    done = recalculate(contributor_ids=alice, acting=SYSTEM, now=world.now, is_dry_run=True)
    assert (done.entries_posted, done.changed) == (2, 2)
    assert (ledger_digest(), list(Item.objects.order_by("pk").values()), world.points()) == before
    done = recalculate(contributor_ids=alice, acting=SYSTEM, now=world.now)
    assert (done.entries_posted, world.points()) == (2, 0)


def test_recalculating_since_a_day_takes_who_changed_since(world: World) -> None:
    world.clock.advance(10 * DAY)
    world.tell(opened(7, by=CAROL, opened_at=START + 5 * DAY))
    spoil()
    contributions_touch(contributors=[person(BOB).pk], acting=SYSTEM)
    since = recalculate(since=START + DAY, acting=SYSTEM, now=world.now)
    assert (since.examined, since.failed) == (3, ())
    everybody = recalculate(acting=SYSTEM, now=world.now)
    assert [login for login, _ in everybody.failed] == ["bob"]


def test_nothing_dirty_takes_no_statement_that_writes(world: World) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        done = settle_dirty(acting=SYSTEM, source="test:1", now=world.now)
    assert done.people == 0
    assert len(captured) <= 2


def test_a_settle_that_is_rolled_back_leaves_everything_as_it_was(world: World) -> None:
    before = ledger_digest()
    world.publish(Ruleset(weights_milli={"pr_opened": 50_000}))
    with transaction.atomic():
        world.clock.advance(DAY)
        world.tell(opened(8, opened_at=START))
        assert ledger_digest() != before
        transaction.set_rollback(True)
    assert ledger_digest() == before
    assert world.is_whole()
