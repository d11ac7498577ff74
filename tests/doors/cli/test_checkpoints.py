"""`laurels ledger checkpoint`, and `ledger verify --checkpoint`, as operators use them."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from laurels.adapters.checkpoint_places import FilePlace
from laurels.apps import sql
from laurels.apps.append_only import drop_triggers_sql
from laurels.apps.audit.actors import SYSTEM
from laurels.apps.scoring.models import ChainHead
from laurels.apps.scoring.services import adjustment_post, program_init
from laurels.config import wiring
from tests.apps import factories
from tests.doors.cli.conftest import NOW, Laurels


@pytest.fixture
def ledger(laurels: Laurels, settings: Any) -> Laurels:
    """Return `laurels(…)` of a program with one entry in its ledger, and keys of its own."""
    settings.LAURELS_CHECKPOINT_KEYS = wiring.checkpoint_keys(settings.LAURELS)
    settings.LAURELS_CHECKPOINT_PLACES = ()
    program_init("nest", now=NOW, acting=SYSTEM)
    post("one")
    return laurels


def post(key: str) -> None:
    person = factories.contributor("ada")
    adjustment_post(person, 5, reason="A prize.", key=key, now=NOW, acting=SYSTEM)


def cut_off() -> None:
    """Remove everything, as somebody who owns the database can."""
    for statement in drop_triggers_sql("scoring_ledgerentry", connection.vendor):
        sql.execute(statement)
    sql.execute("DELETE FROM scoring_ledgerentry")
    ChainHead.objects.update(sequence=0, hash="0" * 64)


def test_a_checkpoint_is_one_line_that_the_ledger_is_held_against(
    ledger: Laurels, tmp_path: Path
) -> None:
    ran = ledger("ledger", "checkpoint")
    assert ran.code == 0
    assert json.loads(ran.out)["sequence"] == 1
    assert "keep this line yourself" in ran.err
    kept = tmp_path / "kept.jsonl"
    kept.write_text(ran.out, encoding="utf-8")
    ran = ledger("ledger", "verify", "--checkpoint", kept)
    assert ran.code == 0
    assert "agrees with 1 checkpoint, up to entry 1" in ran.out


def test_verify_without_a_checkpoint_says_what_it_cannot_know(ledger: Laurels) -> None:
    ran = ledger("ledger", "verify")
    assert ran.code == 0
    assert "Not held against a checkpoint kept outside" in ran.err


def test_a_ledger_that_was_cut_off_fails_against_its_checkpoint_alone(
    ledger: Laurels, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.jsonl"
    assert ledger("ledger", "checkpoint", "-o", kept).code == 0
    cut_off()
    assert ledger("ledger", "verify").code == 0
    ran = ledger("ledger", "verify", "--checkpoint", kept, "--json")
    assert (ran.code, ran.json["ok"], ran.json["first_bad"]) == (1, False, 1)
    assert "cut off" in ran.json["fault"]
    ran = ledger("ledger", "checkpoint")
    assert ran.code == 2
    assert "No checkpoint is made of it" in ran.err


def test_a_place_outside_takes_the_line_and_a_place_that_is_away_is_told(
    ledger: Laurels, tmp_path: Path, settings: Any
) -> None:
    there, away = tmp_path / "kept.jsonl", tmp_path / "nowhere" / "kept.jsonl"
    settings.LAURELS_CHECKPOINT_PLACES = (FilePlace(there), FilePlace(away, name="http"))
    ran = ledger("ledger", "checkpoint", "--json")
    assert ran.code == 3
    assert [one["told"] for one in ran.json["places"]] == [1, 0]
    assert "http did not take it" in ran.err
    assert json.loads(there.read_text(encoding="utf-8")) == ran.json["checkpoint"]


def test_checkpoints_hold_after_the_key_was_changed(ledger: Laurels, settings: Any) -> None:
    settings.LAURELS_RING = partial(wiring.ring, settings.LAURELS)
    first = json.loads(ledger("ledger", "checkpoint").out)
    ran = ledger("keys", "rotate", "--ring", "checkpoint")
    assert ran.code == 0
    post("two")
    second = json.loads(ledger("ledger", "checkpoint").out)
    assert first["key"] != second["key"]
    kept = settings.LAURELS.data_dir / "kept.jsonl"
    kept.write_text(json.dumps(first) + "\n\n" + json.dumps(second), encoding="utf-8")
    ran = ledger("ledger", "verify", "--checkpoint", kept, "--json")
    assert (ran.code, ran.json["checkpoints"]) == (0, 2)


def test_a_checkpoint_of_elsewhere_is_believed_only_with_its_key(
    ledger: Laurels, tmp_path: Path, settings: Any
) -> None:
    kept = tmp_path / "kept.jsonl"
    key = json.loads(ledger("ledger", "checkpoint", "-o", kept).out)["key"]
    elsewhere = settings.LAURELS.model_copy(update={"data_dir": tmp_path / "elsewhere"})
    settings.LAURELS_CHECKPOINT_KEYS = wiring.checkpoint_keys(elsewhere)
    ran = ledger("ledger", "verify", "--checkpoint", kept)
    assert ran.code == 2
    assert "line 1" in ran.err
    assert "not one that is trusted here" in ran.err
    assert ledger("ledger", "verify", "--checkpoint", kept, "--key", key).code == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "No such file"),
        (b"", "holds no checkpoint"),
        (b"{}\n", "line 1: the line is no checkpoint"),
        (b"\xff\xfe", "is no text"),
    ],
)
def test_a_file_that_holds_no_checkpoint_is_refused(
    ledger: Laurels, tmp_path: Path, content: bytes | None, said: str
) -> None:
    kept = tmp_path / "kept.jsonl"
    if content is not None:
        kept.write_bytes(content)
    ran = ledger("ledger", "verify", "--checkpoint", kept)
    assert ran.code == 2
    assert said in ran.err


def test_what_is_no_key_is_refused(ledger: Laurels) -> None:
    ran = ledger("ledger", "verify", "--key", "abc")
    assert ran.code == 2
    assert "'abc' is no key" in ran.err


def test_doctor_says_whether_checkpoints_leave(
    ledger: Laurels, tmp_path: Path, settings: Any, clock: Any
) -> None:
    def found() -> dict[str, Any]:
        rows = ledger("doctor", "--json").json["checks"]
        (row,) = [row for row in rows if row["id"] == "D24"]
        return row

    assert "no place outside is set" in found()["detail"]
    settings.LAURELS_CHECKPOINT_PLACES = (FilePlace(tmp_path / "nowhere" / "kept.jsonl"),)
    assert ledger("ledger", "checkpoint").code == 3
    assert "told to: file" in found()["detail"]
    clock.advance(7_200)
    assert found()["state"] == "warning"
    assert "not taken for over 1 h by: file" in found()["detail"]
