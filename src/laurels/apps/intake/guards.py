"""The guard of raw bodies: never changed, and removed only once their delivery has ended.

This is what lets a purge exist beside "a delivery is never lost": however it comes to run, the
database itself refuses to remove the body of a delivery that somebody still has to work.
"""

from __future__ import annotations

TABLE = "intake_deliverybody"
_OPEN = (
    "EXISTS (SELECT 1 FROM intake_deliveryprogress p"
    " WHERE p.delivery_id = OLD.delivery_id AND p.state IN ('received', 'failed'))"
)
_CHANGED = f"{TABLE} is never changed"
_NEEDED = f"{TABLE}: the delivery is still to be worked"


def create_sql(vendor: str) -> list[str]:
    """Return the statements that install the guard."""
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {TABLE}_no_update BEFORE UPDATE ON {TABLE}"
            f" BEGIN SELECT RAISE(ABORT, '{_CHANGED}'); END",
            f"CREATE TRIGGER {TABLE}_no_early_delete BEFORE DELETE ON {TABLE} WHEN {_OPEN}"
            f" BEGIN SELECT RAISE(ABORT, '{_NEEDED}'); END",
        ]
    raising = "USING ERRCODE = 'restrict_violation'; END; $$ LANGUAGE plpgsql"
    return [
        f"CREATE FUNCTION {TABLE}_unchanged() RETURNS trigger AS $$"
        f" BEGIN RAISE EXCEPTION '{_CHANGED}' {raising}",
        f"CREATE FUNCTION {TABLE}_needed() RETURNS trigger AS $$ BEGIN IF NOT {_OPEN}"
        f" THEN RETURN OLD; END IF; RAISE EXCEPTION '{_NEEDED}' {raising}",
        *(
            f"CREATE TRIGGER {TABLE}_no_{verb} BEFORE {verb.upper()} ON {TABLE}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_unchanged()"
            for verb in ("update", "truncate")
        ),
        f"CREATE TRIGGER {TABLE}_no_early_delete BEFORE DELETE ON {TABLE}"
        f" FOR EACH ROW EXECUTE FUNCTION {TABLE}_needed()",
        # JSON of a few kilobytes: compressing it costs more of the accept than it saves of disk.
        f"ALTER TABLE {TABLE} ALTER COLUMN body SET STORAGE EXTERNAL",
    ]


def drop_sql(vendor: str) -> list[str]:
    """Return the statements that take the guard away again (migrations backwards)."""
    names = ("no_update", "no_early_delete", "no_truncate")
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {TABLE}_{name}" for name in names]
    triggers = [f"DROP TRIGGER IF EXISTS {TABLE}_{name} ON {TABLE}" for name in names]
    return [*triggers, *(f"DROP FUNCTION IF EXISTS {TABLE}_{n}()" for n in ("unchanged", "needed"))]
