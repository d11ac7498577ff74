"""A ledger whose chain is right can still be wrong: reversals, items, words that JSON escapes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from laurels.apps import sql
from laurels.apps.append_only import drop_triggers_sql
from laurels.apps.audit.actors import operator
from laurels.apps.contributions.services import void_mark
from laurels.apps.scoring.models import ChainHead, Item, LedgerEntry
from laurels.apps.scoring.selectors import ledger_verify
from laurels.apps.scoring.selectors import verify as selector
from laurels.apps.scoring.selectors.verify import Verdict
from laurels.domain.ledger import Component, Entry, EntryKind, Head, Link, links, verify
from tests.apps.scoring.world import DAY, START, World, merged, person, pull_request

pytestmark = pytest.mark.django_db

TABLE = "scoring_ledgerentry"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Awards of two pull requests, one of them taken back, in a ledger without its triggers."""
    made = World(tmp_path)
    made.tell(*merged(1, opened_at=START - DAY), *merged(2, opened_at=START - DAY))
    void_mark(pull_request(1), reason="test", now=START, acting=operator())
    made.settle(person())
    assert made.is_whole()
    for statement in drop_triggers_sql(TABLE, connection.vendor):
        sql.execute(statement)
    return made


def entry_of(row: dict[str, Any]) -> Entry:
    values = {name: row["id" if name == "sequence" else name] for name in Entry.__struct_fields__}
    return Entry(
        **values | {"component": Component(values["component"]), "kind": EntryKind(values["kind"])}
    )


def chained(like: LedgerEntry, **changes: Any) -> int:
    """Append an entry like another one, rightly chained; return its sequence."""
    head = ChainHead.objects.get()
    row = LedgerEntry.objects.filter(pk=like.pk).values().get()
    row |= {"id": head.sequence + 1, "generation": head.sequence + 1, "idempotency_key": None}
    row |= changes
    (link,) = links([entry_of(row)], Head(head.sequence, head.hash))
    row |= {"previous_hash": link.previous_hash, "hash": link.hash}
    LedgerEntry.objects.bulk_create([LedgerEntry(**row)])
    ChainHead.objects.update(sequence=row["id"], hash=row["hash"])
    return int(row["id"])


def judged() -> tuple[int, str]:
    verdict: Verdict = ledger_verify()
    assert not verdict.ok
    assert verdict.first_bad is not None
    return verdict.first_bad


def standing() -> LedgerEntry:
    """Return an award that nobody took back."""
    taken = LedgerEntry.objects.filter(is_reversal=True).values("reverses")
    found = LedgerEntry.objects.filter(is_reversal=False).exclude(pk__in=taken).first()
    assert found is not None
    return found


def test_verify_when_the_ledger_is_whole_then_as_the_rules_verify_it(world: World) -> None:
    stored = [
        Link(entry_of(row), row["previous_hash"], row["hash"])
        for row in LedgerEntry.objects.order_by("pk").values()
    ]
    assert verify(stored) is None
    verdict = ledger_verify()
    assert (verdict.ok, verdict.entries) == (True, len(stored))
    assert verdict.head == Head(stored[-1].entry.sequence, stored[-1].hash)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_verify_when_read_in_several_chunks_then_the_same(
    world: World, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = ledger_verify()
    monkeypatch.setattr(selector, "_CHUNK", size)
    assert ledger_verify() == whole


@pytest.mark.parametrize(
    "changes",
    [
        {"points": -1},
        {"points": 0},
        {"component": "extra"},
        {"scope": "project:other"},
        {"contributor_ref": "f" * 32},
        {"contribution_ref": "f" * 32},
        {"reverses": None},
        {"reverses": 1_000},
        {"kind": "AWARD"},
    ],
)
def test_verify_when_a_chained_reversal_is_not_the_opposite_then_named(
    world: World, changes: dict[str, Any]
) -> None:
    award = standing()
    good = {"kind": "REVERSAL", "is_reversal": True, "points": -award.points, "reverses": award.pk}
    at = chained(award, **(good | changes))
    named, said = judged()
    assert named == at
    assert f"entry {at} takes back " in said


def test_verify_when_an_entry_is_taken_back_twice_then_the_second_is_named(world: World) -> None:
    first = LedgerEntry.objects.filter(is_reversal=True).first()
    assert first is not None
    award = LedgerEntry.objects.get(pk=first.reverses)
    # The unique column would refuse it: what it says is the other one's until both are there.
    again = chained(award, kind="REVERSAL", is_reversal=True, points=first.points, reverses=None)
    assert judged()[0] == again
    back = chained(first, kind="REVERSAL", is_reversal=True, points=award.points, reverses=first.pk)
    assert back == again + 1
    sql.execute(f"UPDATE {TABLE} SET id = -id WHERE id = {again}")
    assert judged()[0] < 0


def test_verify_when_an_award_is_carried_by_no_item_then_named(world: World) -> None:
    award = standing()
    at = chained(award)
    sql.execute(f"UPDATE {TABLE} SET points = points WHERE id = {at}")
    named, said = judged()
    # Its points are in no balance either, and that is what is said.
    assert (named, said.startswith("balance of ")) == (at, True)


def test_verify_when_an_entry_of_no_points_is_carried_by_no_item_then_named(world: World) -> None:
    at = chained(standing(), points=0)
    assert judged() == (at, f"entry {at} stands, and no item carries it")


def test_verify_when_an_item_names_what_was_taken_back_then_named(world: World) -> None:
    reversal = LedgerEntry.objects.filter(is_reversal=True, component="base").first()
    assert reversal is not None
    award = LedgerEntry.objects.get(pk=reversal.reverses)
    done = Item.objects.filter(contribution=award.contribution_id, base_entry=None).update(
        base_entry=award.pk, posted_base=award.points
    )
    assert done == 1
    named, said = judged()
    assert named > 0
    assert said.startswith("balance of ")
    # The same where the points of another item hide it.
    other = standing()
    Item.objects.filter(contribution=other.contribution_id).update(base_entry=None, posted_base=0)
    assert judged() == (award.pk, f"an item names entry {award.pk}, which was taken back")


def test_verify_when_texts_need_escapes_then_whole(world: World) -> None:
    award = standing()
    text = 'a"b\\c\n\t\x01\x7f/é\u2028🎉'
    at = chained(award, kind="ADJUSTMENT", component="adjustment", contribution_id=None,
                 contribution_ref="", points=2, source=text, season=text)  # fmt: skip
    verdict = ledger_verify()
    assert (verdict.ok, verdict.entries) == (True, at)
    sql.execute(f"UPDATE {TABLE} SET source = %s WHERE id = %s", [text + "!", at])
    assert judged()[0] == at


@pytest.mark.parametrize("value", ["CAST(source AS BLOB)", "source || char(0) || 'x'"])
def test_verify_when_a_text_is_bytes_or_hides_some_then_named(world: World, value: str) -> None:
    def change() -> None:
        sql.execute(f"UPDATE {TABLE} SET source = {value} WHERE id = 2")

    if connection.vendor == "postgresql":  # which has neither
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
        return
    change()
    assert judged()[0] == 2
