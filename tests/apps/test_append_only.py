"""Ledger, rules, audit and import log: tried to change, by every road, on both engines."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from laurels.apps import sql
from laurels.apps.append_only import AppendOnlyError, trigger_names
from laurels.apps.audit.actors import SYSTEM
from laurels.apps.audit.models import AuditRow
from laurels.apps.audit.services import record
from laurels.apps.intake.models import ImportedFile, ImportRun
from laurels.apps.people.models import Contributor
from laurels.apps.scoring.models import (
    CheckpointTold,
    LedgerCheckpoint,
    LedgerEntry,
    RulesetVersion,
)
from laurels.apps.scoring.services import adjustment_post, program_init

pytestmark = pytest.mark.django_db
GUARDED = (
    AuditRow,
    LedgerEntry,
    RulesetVersion,
    LedgerCheckpoint,
    CheckpointTold,
    ImportRun,
    ImportedFile,
)


@pytest.fixture
def rows() -> dict[str, int]:
    """Put a row into each guarded table; return their keys by table."""
    program_init("nest", now=1, acting=SYSTEM)
    person = Contributor.objects.create(
        ref="a" * 32, github_id=5, login="ada", login_key="ada", first_seen_at=1
    )
    adjustment_post(person, 5, reason="A prize.", key="k", now=2, acting=SYSTEM)
    record(acting=SYSTEM, action="test:row", subject="x", now=3)
    run = ImportRun.objects.create(
        door="rest", started_at=1, finished_at=2, actor="system", summary="{}"
    )
    ImportedFile.objects.create(run=run, name="f", sha256="0" * 64, size_bytes=1, events_read=1)
    checkpoint = LedgerCheckpoint.objects.create(sequence=1, line="{}", made_at=2)
    CheckpointTold.objects.create(checkpoint=checkpoint, place="file", told_at=3)
    if connection.vendor == "postgresql":
        sql.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a pending foreign key would refuse TRUNCATE
    return {model._meta.db_table: model._default_manager.first().pk for model in GUARDED}


@pytest.mark.parametrize("model", GUARDED)
@pytest.mark.parametrize("verb", ["update", "delete", "delete one", "truncate"])
def test_guarded_table_when_changed_in_sql_refuses(
    rows: dict[str, int], model: type, verb: str
) -> None:
    table = model._meta.db_table
    if verb == "truncate" and connection.vendor == "sqlite":
        # SQLite has no TRUNCATE: its optimised DELETE without WHERE is the same road.
        verb = "delete"
    column = "hash" if "hash" in {f.name for f in model._meta.fields} else "id"
    statement = {
        "update": f"UPDATE {table} SET {column} = {column}",
        "delete": f"DELETE FROM {table}",
        "delete one": f"DELETE FROM {table} WHERE id = {rows[table]}",
        "truncate": f"TRUNCATE {table} CASCADE",
    }[verb]
    before = sql.fetch(f"SELECT * FROM {table} ORDER BY id")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql.execute(statement)
    assert sql.fetch(f"SELECT * FROM {table} ORDER BY id") == before != []


@pytest.mark.parametrize("model", GUARDED)
def test_guarded_table_when_changed_through_the_orm_refuses(
    rows: dict[str, int], model: type
) -> None:
    row = model._default_manager.first()
    for attempt in (
        row.save,
        row.delete,
        model._default_manager.all().delete,
        lambda: model._default_manager.update(id=1),
        lambda: model._default_manager.bulk_update([row], ["id"]),
    ):
        with pytest.raises(AppendOnlyError):
            attempt()


@pytest.mark.parametrize("model", GUARDED)
def test_guarded_table_has_its_triggers_in_the_catalog(model: type) -> None:
    table = model._meta.db_table
    if connection.vendor == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
    else:
        query = (
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled = 'O'"
            " AND NOT tgisinternal"
        )
    found = {row[0] for row in sql.fetch(query, [table])}
    assert set(trigger_names(table, connection.vendor)) <= found
