"""Tables whose rows are never changed or removed once written.

Two walls: the manager refuses in Python, and triggers refuse in the database on both engines, so
that a stray script or a console session is stopped as well. What progresses about such a row
lives in a row of its own.
"""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.db.migrations.operations.base import Operation

MESSAGE = "{table} is append-only"


class AppendOnlyError(Exception):
    """Somebody tried to change or remove a row that must stay as it was written."""

    status_code = 409
    code = "append_only"


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """A queryset that reads and inserts, and refuses everything else."""

    def _refuse(self) -> NoReturn:
        raise AppendOnlyError(MESSAGE.format(table=self.model._meta.db_table))

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse."""
        self._refuse()

    def delete(self) -> NoReturn:
        """Refuse."""
        self._refuse()

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        self._refuse()


class AppendOnlyModel(models.Model):
    """Base of rows that are written once."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        """Abstract: each table has its own."""

        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refuse to write over a row that is there."""
        if not self._state.adding:
            raise AppendOnlyError(MESSAGE.format(table=self._meta.db_table))
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnlyError(MESSAGE.format(table=self._meta.db_table))


def trigger_names(table: str, vendor: str) -> list[str]:
    """Name the triggers that guard `table` on this engine, for `doctor` and the tests."""
    verbs = ["update", "delete"] + (["truncate"] if vendor == "postgresql" else [])
    return [f"{table}_no_{verb}" for verb in verbs]


def create_triggers_sql(table: str, vendor: str) -> list[str]:
    """Return the statements that make the engine refuse UPDATE, DELETE and TRUNCATE on `table`."""
    message = MESSAGE.format(table=table)
    if vendor == "sqlite":  # SQLite has no TRUNCATE; DELETE without WHERE fires the row trigger
        return [
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            for verb in ("update", "delete")
        ]
    function = (
        f"CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger AS $$ "
        f"BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation'; END; "
        "$$ LANGUAGE plpgsql"
    )
    return [function] + [
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
        for verb in ("update", "delete", "truncate")
    ]


def drop_triggers_sql(table: str, vendor: str) -> list[str]:
    """Return the statements that take the guard away again (migrations backwards, tests)."""
    on_table = f" ON {table}" if vendor == "postgresql" else ""
    return [f"DROP TRIGGER IF EXISTS {name}{on_table}" for name in trigger_names(table, vendor)]


class GuardAppendOnly(Operation):
    """Migration operation that installs the triggers of an append-only table."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str) -> None:
        self.table = table

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Describe the operation for the migration writer."""
        return (self.__class__.__name__, [self.table], {})

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change nothing: triggers are not part of the model state."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Create the triggers."""
        for statement in create_triggers_sql(self.table, schema_editor.connection.vendor):
            schema_editor.execute(statement)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Drop the triggers."""
        for statement in drop_triggers_sql(self.table, schema_editor.connection.vendor):
            schema_editor.execute(statement)

    def describe(self) -> str:
        """Return the line that `migrate` prints."""
        return f"Refuse update, delete and truncate on {self.table}"


class UnguardAppendOnly(GuardAppendOnly):
    """Migration operation that takes the triggers away, for a change of the table after it."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Drop the triggers."""
        super().database_backwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Create the triggers."""
        super().database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """Return the line that `migrate` prints."""
        return f"Allow update, delete and truncate on {self.table} for a moment"
