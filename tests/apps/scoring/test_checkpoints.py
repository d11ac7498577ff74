"""A checkpoint kept outside tells what the chain cannot: an end cut off, a ledger rewritten."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection

from laurels.adapters.checkpoint_places import PlaceFailed
from laurels.adapters.keyring import Ring
from laurels.adapters.signing.checkpoints import CheckpointKeys
from laurels.apps import sql
from laurels.apps.append_only import drop_triggers_sql
from laurels.apps.audit.actors import SYSTEM, operator
from laurels.apps.audit.models import AuditRow
from laurels.apps.jobs.models import Job
from laurels.apps.jobs.services import claim, enqueue, run
from laurels.apps.scoring.models import ChainHead, CheckpointTold, LedgerCheckpoint, LedgerEntry
from laurels.apps.scoring.selectors import checkpoints_late, checkpoints_waiting, ledger_verify
from laurels.apps.scoring.services import (
    LedgerDiffers,
    Pushed,
    adjustment_post,
    checkpoint_make,
    checkpoints_push,
)
from laurels.domain.ledger import Entry, links
from laurels.domain.ledger.checkpoints import Checkpoint, parse
from laurels.kit.clock import ManualClock
from tests.apps.scoring.world import DAY, START, World, merged, person
from tests.fakes.archive import BOB

pytestmark = pytest.mark.django_db
KEYS = CheckpointKeys(lambda: Ring("1", {"1": b"k" * 32}), origin="https://laurels.example")


@dataclass
class Shelf:
    """A place outside that takes lines, or fails while it is away."""

    name: str = "file"
    lines: list[str] = field(default_factory=list)
    is_away: bool = False

    def keep(self, line: str, summary: str) -> None:
        if self.is_away:
            raise PlaceFailed("away")
        self.lines.append(line)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A ledger with two entries of settled work."""
    made = World(tmp_path)
    made.tell(*merged(1, opened_at=START - DAY), *merged(2, by=BOB, opened_at=START - DAY))
    made.settle()
    assert made.is_whole()
    return made


def kept(now: int = START) -> Checkpoint:
    return parse(checkpoint_make(KEYS, now=now, acting=SYSTEM).line)


def run_job() -> Job:
    job = claim(now=START, job_id=enqueue("ledger.checkpoint", {}, now=START, acting=SYSTEM).pk)
    assert job is not None
    run(job, clock=ManualClock(START))
    return Job.objects.get(pk=job.pk)


def open_to_tampering() -> None:
    for statement in drop_triggers_sql("scoring_ledgerentry", connection.vendor):
        sql.execute(statement)


def set_head(sequence: int, hash_: str) -> None:
    ChainHead.objects.filter(pk=1).update(sequence=sequence, hash=hash_)


def rewritten(**changed: object) -> None:
    """Change the first entry, and chain all of them anew: every hash is right again."""
    open_to_tampering()
    names = Entry.__struct_fields__
    columns = ", ".join("id" if name == "sequence" else name for name in names)
    rows = sql.fetch(f"SELECT {columns} FROM scoring_ledgerentry ORDER BY id")
    entries = [Entry(**dict(zip(names, row, strict=True))) for row in rows]
    first = {name: getattr(entries[0], name) for name in names} | changed
    entries[0] = Entry(**first)
    for name, value in changed.items():
        sql.execute(f"UPDATE scoring_ledgerentry SET {name} = %s WHERE id = 1", [value])
    for link in links(entries):
        sql.execute(
            "UPDATE scoring_ledgerentry SET previous_hash = %s, hash = %s WHERE id = %s",
            [link.previous_hash, link.hash, link.entry.sequence],
        )
        set_head(link.entry.sequence, link.hash)


def test_a_ledger_that_only_grew_agrees_with_its_checkpoints(world: World) -> None:
    first = kept()
    world.tell(*merged(3, opened_at=START - DAY))
    world.settle()
    second = kept()
    assert first.sequence < second.sequence == LedgerEntry.objects.count()
    assert ledger_verify([second, first]).ok


def test_an_end_that_was_cut_off_is_found_through_the_checkpoint_alone(world: World) -> None:
    before = kept()
    adjustment_post(person(), 3, reason="A prize.", key="one", now=START, acting=operator())
    after = kept()
    open_to_tampering()
    sql.execute("DELETE FROM scoring_ledgerentry WHERE id = %s", [after.sequence])
    set_head(before.sequence, before.hash)
    assert ledger_verify([before]).ok
    first_bad = ledger_verify([before, after]).first_bad
    assert first_bad is not None
    assert first_bad[0] == after.sequence
    assert "cut off" in first_bad[1]


def test_a_ledger_rewritten_from_its_first_entry_is_found_through_the_checkpoint_alone(
    world: World,
) -> None:
    checkpoint = kept()
    rewritten(source="somebody else's word")
    assert ledger_verify().ok
    verdict = ledger_verify([checkpoint])
    assert not verdict.ok
    assert verdict.first_bad is not None
    assert verdict.first_bad[0] == 1
    assert "written anew" in verdict.first_bad[1]


def test_a_checkpoint_after_a_rewrite_is_not_made(world: World) -> None:
    kept()
    rewritten(source="somebody else's word")
    with pytest.raises(LedgerDiffers, match="written anew"):
        checkpoint_make(KEYS, now=START, acting=SYSTEM)
    assert LedgerCheckpoint.objects.count() == 1


def test_a_checkpoint_when_nothing_was_posted_since_is_the_one_before(world: World) -> None:
    assert kept(START) == kept(START + DAY)
    assert LedgerCheckpoint.objects.count() == 1


def test_a_checkpoint_that_a_person_made_is_in_the_audit_log(world: World) -> None:
    checkpoint_make(KEYS, now=START, acting=operator())
    assert AuditRow.objects.filter(action="ledger:checkpoint").count() == 1


def test_a_checkpoint_of_the_empty_ledger_can_be_made() -> None:
    assert (kept().sequence, kept().hash) == (0, "0" * 64)
    assert ledger_verify([kept()]).ok


def test_a_place_that_was_away_gets_what_it_missed_in_order(world: World) -> None:
    one, other = Shelf("file"), Shelf("http", is_away=True)
    first = checkpoint_make(KEYS, now=START, acting=SYSTEM)
    assert checkpoints_push([one, other], now=START) == [
        Pushed("file", 1),
        Pushed("http", 0, "away"),
    ]
    world.tell(*merged(3, opened_at=START - DAY))
    world.settle()
    second = checkpoint_make(KEYS, now=START + DAY, acting=SYSTEM)
    assert checkpoints_late("http", before=START + 1)
    other.is_away = False
    assert checkpoints_push([one, other], now=START + DAY) == [Pushed("file", 1), Pushed("http", 2)]
    assert one.lines == other.lines == [first.line, second.line]
    assert not checkpoints_waiting("http").exists()
    assert checkpoints_push([one, other], now=START) == [Pushed("file", 0), Pushed("http", 0)]
    assert CheckpointTold.objects.count() == 4


def test_the_job_tells_the_places_of_the_settings(world: World, settings: LazySettings) -> None:
    shelf = Shelf()
    settings.LAURELS_CHECKPOINT_KEYS = KEYS
    settings.LAURELS_CHECKPOINT_PLACES = (shelf,)
    job = run_job()
    assert job.state == "done"
    assert shelf.lines == [LedgerCheckpoint.objects.get().line]


def test_the_job_when_a_place_is_away_is_tried_again(world: World, settings: LazySettings) -> None:
    settings.LAURELS_CHECKPOINT_KEYS = KEYS
    settings.LAURELS_CHECKPOINT_PLACES = (Shelf(is_away=True),)
    job = run_job()
    assert (job.state, "file: away" in job.last_error) == ("pending", True)


def test_the_job_where_no_place_is_set_does_nothing(world: World, settings: LazySettings) -> None:
    settings.LAURELS_CHECKPOINT_PLACES = ()
    job = run_job()
    assert job.state == "done"
    assert LedgerCheckpoint.objects.count() == 0
