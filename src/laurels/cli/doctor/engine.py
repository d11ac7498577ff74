"""Looks at the ground: settings, folder, clock, the database and its tables."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.apps import apps
from django.core import checks
from django.db import connection

from laurels.apps.append_only import AppendOnlyModel, trigger_names
from laurels.cli import schema
from laurels.cli.doctor.findings import FAILED, OK, WARNING, Finding
from laurels.cli.words import count, moment

LEAST_FREE_BYTES = 500_000_000
SQLITE_WANTED = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "secure_delete": 1,
}
_SYNCHRONOUS = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}
LEAST_POSTGRESQL = 130_000
FIRST_YEAR = 1_735_689_600  # 2025-01-01: an earlier clock is a clock that was never set


def system(here: Any) -> Iterator[Finding]:
    """What Django's own checks say about the settings."""
    found = [one for one in checks.run_checks() if str(one.id).startswith("laurels.")]
    for one in found:
        state = FAILED if one.level >= checks.ERROR else WARNING
        yield Finding(state, f"{one.id}: {one.msg}", one.hint or "")
    if not found:
        yield Finding(OK, "every setting is usable")


def folder(here: Any) -> Iterable[Finding]:
    """Whether the data folder has room."""
    path = here.settings.data_dir
    free = shutil.disk_usage(path).free
    detail = f"{path}, {free // 1_000_000:,} MB free"
    if free < LEAST_FREE_BYTES:
        return [Finding(WARNING, detail, "Make room: a full disk stops every write.")]
    return [Finding(OK, detail)]


def engine(here: Any) -> Iterable[Finding]:
    """Whether the database answers, and which it is."""
    if connection.vendor == "sqlite" and schema.is_new():
        return [Finding(WARNING, "no database yet", "Run `laurels init`.")]
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        return [Finding(OK, f"SQLite {sqlite3.sqlite_version}, embedded")]
    number = int(getattr(connection, "pg_version"))  # noqa: B009 - only this engine has it
    version = f"PostgreSQL {number // 10_000}.{number % 10_000}"
    if number < LEAST_POSTGRESQL:
        return [Finding(FAILED, version, "Use PostgreSQL 13 or newer.")]
    return [Finding(OK, version)]


def durability(here: Any) -> Iterator[Finding]:
    """Whether what was committed survives a power cut, and what was erased is gone."""
    weak = _weak_pragmas() if connection.vendor == "sqlite" else _weak_commits()
    yield from weak
    if not weak:
        told = "WAL, synchronous FULL, foreign keys, secure delete"
        yield Finding(OK, told if connection.vendor == "sqlite" else "commits wait for the disk")


def _weak_commits() -> Sequence[Finding]:
    value = _ask("SHOW synchronous_commit")
    if value != "off":
        return ()
    hint = "Set synchronous_commit to on: the ledger must survive a power cut."
    return (Finding(FAILED, "synchronous_commit is off", hint),)


def _weak_pragmas() -> Sequence[Finding]:
    found = []
    for name, wanted in SQLITE_WANTED.items():
        value = _ask(f"PRAGMA {name}")
        is_strong = value >= wanted if name == "synchronous" else value == wanted
        if not is_strong:
            shown = _SYNCHRONOUS.get(value, value) if name == "synchronous" else value
            hint = "Run `laurels migrate`." if name == "journal_mode" else "Report this as a fault."
            found.append(Finding(FAILED, f"{name} is {shown}", hint))
    return found


def migrations(here: Any) -> Iterable[Finding]:
    """Whether the tables are those of this version."""
    if schema.is_new():
        return [Finding(WARNING, "nothing was migrated yet", "Run `laurels init`.")]
    missing, later = schema.pending(), schema.from_later()
    if missing:
        detail = f"{count(len(missing), 'migration')} missing, the first is {missing[0]}"
        return [Finding(FAILED, detail, "Run `laurels migrate`.")]
    if later:
        detail = f"the database was migrated by a later version ({later[0]})"
        return [Finding(FAILED, detail, "Run the version that migrated it, or a later one.")]
    return [Finding(OK, "up to date")]


def triggers(here: Any) -> Iterable[Finding]:
    """Whether the engine refuses to change what is append-only."""
    wanted = {name for table in guarded_tables() for name in trigger_names(table, _vendor())}
    missing = sorted(wanted - _present_triggers())
    if missing:
        detail = f"{count(len(missing), 'trigger')} missing, the first is {missing[0]}"
        hint = "Somebody took the guard away: find out who, verify the ledger, restore a backup."
        return [Finding(FAILED, detail, hint)]
    return [Finding(OK, f"{count(len(guarded_tables()), 'table')} guarded")]


def clock(here: Any) -> Iterable[Finding]:
    """Whether the clock has not gone back behind what was posted."""
    last = _ask("SELECT MAX(posted_at) FROM scoring_ledgerentry") or 0
    hint = "Set the clock of this machine, and keep it set (NTP)."
    now = here.now
    if now < max(FIRST_YEAR, last - 60):
        detail = f"it says {moment(now)}, the ledger goes to {moment(last or None)}"
        return [Finding(FAILED, detail, hint)]
    return [Finding(OK, moment(now))]


def guarded_tables() -> list[str]:
    """Return the tables whose rows are written once."""
    models = (one for one in apps.get_models() if issubclass(one, AppendOnlyModel))
    return sorted(one._meta.db_table for one in models)


def _present_triggers() -> set[str]:
    if connection.vendor == "sqlite":
        statement = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        # A trigger that was disabled is there and does nothing.
        statement = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return {row[0] for row in cursor.fetchall()}


def _ask(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def _vendor() -> str:
    return str(connection.vendor)
