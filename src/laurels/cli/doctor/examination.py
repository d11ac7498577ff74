"""All checks in their order."""

from __future__ import annotations

from typing import Any

from laurels.cli import schema
from laurels.cli.doctor import contents, engine, fleet, identity, inbox, populations
from laurels.cli.doctor.findings import Check, Row, examine

CHECKS = (
    Check("D02", "settings", engine.system, needs_tables=False),
    Check("D03", "data folder", engine.folder, needs_tables=False),
    Check("D04", "database", engine.engine, needs_tables=False),
    Check("D05", "migrations", engine.migrations, needs_tables=False),
    Check("D06", "durability", engine.durability),
    Check("D07", "append-only guards", engine.triggers),
    Check("D08", "clock", engine.clock),
    Check("D09", "program", contents.program),
    Check("D10", "ledger chain", contents.chain),
    Check("D11", "audit chain", contents.audit),
    Check("D12", "erased people", contents.tombstones),
    Check("D13", "settling", contents.waiting),
    Check("D14", "jobs", contents.jobs),
    Check("D15", "certificates", contents.certificates),
    Check("D16", "counts of the boards", contents.boards),
    Check("D17", "inbox", inbox.deliveries),
    Check("D18", "Redis", fleet.redis, needs_tables=False),
    Check("D19", "workers", fleet.workers, needs_tables=False),
    Check("D20", "clocks", fleet.clocks, needs_tables=False),
    Check("D21", "sign-in", identity.sign_in, needs_tables=False),
    Check("D22", "keys", identity.keys),
    Check("D23", "baselines", populations.baselines),
    Check("D24", "checkpoints", contents.checkpoints),
)


def examined(here: Any) -> list[Row]:
    """Make every look at this installation."""
    try:
        has_tables = not (schema.is_new() or schema.pending())
    except Exception:
        has_tables = False  # the database does not answer; its own check says so
    return list(examine(CHECKS, here, has_tables=has_tables))
