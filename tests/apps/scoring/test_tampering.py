"""With the triggers gone, `ledger verify` still names what somebody changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from laurels.apps import sql
from laurels.apps.append_only import AppendOnlyError, drop_triggers_sql, trigger_names
from laurels.apps.audit.actors import operator
from laurels.apps.contributions.services import void_lift, void_mark
from laurels.apps.scoring.models import LedgerEntry
from laurels.apps.scoring.selectors import ledger_verify
from laurels.apps.scoring.services import adjustment_post
from tests.apps.scoring.world import DAY, START, World, merged, person, pull_request
from tests.fakes.archive import ALICE, BOB

pytestmark = pytest.mark.django_db

TABLE = "scoring_ledgerentry"
HASHED = {
    "contributor_ref": "flip", "contribution_ref": "flip", "scope": "flip", "season": "flip",
    "project_ref": "flip", "component": "extra", "kind": "BONUS", "points": 1, "occurred_at": 1,
    "posted_at": 1, "ruleset_hash": "flip", "generation": 7, "source": "flip",
    "explanation_digest": "flip", "previous_hash": "flip", "hash": "flip",
}  # fmt: skip
"""Every column that the chain covers: `flip` changes one character, a number is added."""


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A ledger of awards, reversals and an adjustment of two people, without its triggers."""
    made = World(tmp_path)
    made.tell(
        *merged(1, opened_at=START - DAY),
        *merged(2, opened_at=START - DAY),
        *merged(3, by=BOB, opened_at=START - DAY),
    )
    void_mark(pull_request(1), reason="test", now=START, acting=operator())
    made.settle(person())
    void_lift(pull_request(1), reason="test", now=START, acting=operator())
    made.settle(person())
    adjustment_post(person(), 3, reason="test", key="one", now=START, acting=operator())
    made.settle()
    assert made.is_whole()
    for statement in drop_triggers_sql(TABLE, connection.vendor):
        sql.execute(statement)
    return made


def row(sequence: int) -> dict[str, Any]:
    return LedgerEntry.objects.filter(pk=sequence).values().get()


def last() -> int:
    return int(LedgerEntry.objects.count())


def change(sequence: int, column: str, value: Any) -> None:
    done = sql.execute(f"UPDATE {TABLE} SET {column} = %s WHERE id = %s", [value, sequence])
    assert done == 1


def flipped(value: Any, how: Any) -> Any:
    """Return the value with one byte changed, or the word or number to put in its place."""
    if isinstance(value, int):
        return value + how
    if how != "flip":
        return how
    middle = len(value) // 2
    return (
        value[:middle] + ("0" if value[middle : middle + 1] != "0" else "1") + value[middle + 1 :]
    )


@pytest.mark.parametrize("column", HASHED)
def test_a_flipped_byte_in_any_hashed_column_is_named(world: World, column: str) -> None:
    sequence = 4
    value = row(sequence)[column]
    change(sequence, column, flipped(value, HASHED[column]))
    assert row(sequence)[column] != value
    verdict = ledger_verify()
    assert not verdict.ok
    assert verdict.first_bad[0] == sequence
    assert verdict.entries == sequence - 1

    change(sequence, column, value)
    assert ledger_verify().ok


def test_every_column_is_hashed_or_held_against_one_that_is() -> None:
    columns = {field.attname for field in LedgerEntry._meta.concrete_fields}
    beside = {"id", "reverses", "contributor_id", "contribution_id", "is_reversal"}
    # The key only keeps an adjustment from being posted twice; it says nothing of points.
    assert columns == HASHED.keys() | beside | {"idempotency_key"}


def test_a_column_outside_the_hash_is_held_against_the_one_inside(world: World) -> None:
    """Whose row an entry is, and of which contribution, must be what its hashed refs say."""
    adjusted = last()
    alice, bob = person(ALICE).pk, person(BOB).pk
    for sequence in (1, adjusted):
        mine = row(sequence)["contributor_id"]
        change(sequence, "contributor_id", bob if mine == alice else alice)
        verdict = ledger_verify()
        assert (verdict.ok, verdict.first_bad[0]) == (False, sequence)
        change(sequence, "contributor_id", mine)
    change(2, "is_reversal", True)
    assert ledger_verify().first_bad[0] == 2
    change(2, "is_reversal", False)
    assert ledger_verify().ok
    last_of_bobs = LedgerEntry.objects.filter(contributor=bob).last()
    change(last_of_bobs.pk, "generation", 9)  # out of the way of the unique constraint
    change(last_of_bobs.pk, "contribution_id", row(1)["contribution_id"])
    assert not ledger_verify().ok


def test_a_reversal_of_another_entry_is_named(world: World) -> None:
    reversal = LedgerEntry.objects.filter(is_reversal=True).order_by("pk").first()
    change(reversal.pk, "reverses", last())
    verdict = ledger_verify()
    assert verdict.first_bad[0] == reversal.pk


@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_a_deleted_entry_is_named(world: World, place: str) -> None:
    sequence = {"first": 1, "middle": 5, "last": last()}[place]
    sql.execute(f"DELETE FROM {TABLE} WHERE id = %s", [sequence])
    verdict = ledger_verify()
    assert not verdict.ok
    named, said = verdict.first_bad
    # A gap shows at the next entry that is there; a cut end at the entry the head asks for.
    assert named == (sequence if place == "last" else sequence + 1)
    assert str(sequence) in said


def test_an_emptied_ledger_is_named(world: World) -> None:
    sql.execute(f"DELETE FROM {TABLE}")
    assert ledger_verify().first_bad[0] == 1


@pytest.mark.parametrize(("one", "other"), [(1, 2), (3, 6)])
def test_two_swapped_entries_are_named(world: World, one: int, other: int) -> None:
    for old, new in ((one, -1), (other, one), (-1, other)):
        sql.execute(f"UPDATE {TABLE} SET id = %s WHERE id = %s", [new, old])
    verdict = ledger_verify()
    assert (verdict.ok, verdict.first_bad[0]) == (False, one)


def test_an_entry_put_in_between_is_named(world: World) -> None:
    count = last()
    values = {name: value for name, value in row(3).items() if name != "id"}
    LedgerEntry.objects.bulk_create(
        [LedgerEntry(id=count + 1, **(values | {"generation": 7, "points": 99}))]
    )
    verdict = ledger_verify()
    assert (verdict.ok, verdict.first_bad[0]) == (False, count + 1)


@pytest.mark.parametrize("column", ["sequence", "hash"])
def test_a_moved_head_is_named(world: World, column: str) -> None:
    value = "sequence - 1" if column == "sequence" else f"'{'1' * 64}'"
    sql.execute(f"UPDATE scoring_chainhead SET {column} = {value}")
    verdict = ledger_verify()
    assert not verdict.ok
    assert "the head says" in verdict.first_bad[1]


@pytest.mark.parametrize("column", ["posted_base", "posted_extra", "posted_penalty"])
def test_an_items_posted_amount_that_was_changed_is_named(world: World, column: str) -> None:
    sql.execute(
        f"UPDATE scoring_item SET {column} = {column} + 1 WHERE kind = 'pr_merged' AND number = 2"
    )
    verdict = ledger_verify()
    assert not verdict.ok
    assert verdict.first_bad[0] > 0


def test_amounts_changed_so_that_balances_still_agree_are_named(world: World) -> None:
    for number, change_by in ((1, 1), (2, -1)):
        sql.execute(
            "UPDATE scoring_item SET posted_base = posted_base + %s"
            " WHERE kind = 'pr_merged' AND number = %s",
            [change_by, number],
        )
    verdict = ledger_verify()
    assert not verdict.ok
    assert "base does not match" in verdict.first_bad[1]


def test_an_unknown_word_is_named(world: World) -> None:
    change(4, "kind", "GIFT")
    assert ledger_verify().first_bad == (4, "unknown word 'GIFT'")


@pytest.mark.django_db
def test_an_empty_ledger_is_whole() -> None:
    verdict = ledger_verify()
    assert (verdict.ok, verdict.entries, verdict.first_bad) == (True, 0, None)


WRITES: dict[str, Callable[[LedgerEntry], object]] = {
    "save": lambda entry: entry.save(),
    "delete": lambda entry: entry.delete(),
    "update": lambda entry: LedgerEntry.objects.update(points=0),
    "delete_all": lambda entry: LedgerEntry.objects.all().delete(),
    "bulk_update": lambda entry: LedgerEntry.objects.bulk_update([entry], ["points"]),
}


@pytest.mark.parametrize("write", WRITES)
def test_the_models_refuse_every_change_even_without_triggers(world: World, write: str) -> None:
    with pytest.raises(AppendOnlyError, match="append-only"):
        WRITES[write](LedgerEntry.objects.first())
    assert ledger_verify().ok
    assert trigger_names(TABLE, connection.vendor)
