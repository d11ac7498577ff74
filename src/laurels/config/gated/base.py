"""The backend: Django's own, whose transactions pass the gate of their database file."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from laurels.config.gated.gate import Gate


def _is_inside(wrapper: Any) -> bool:
    """Tell whether a connection has a transaction; one that was closed from outside has none."""
    try:
        return bool(wrapper.connection.in_transaction)
    except Exception:
        return False


@cache
def gate_of(name: str) -> Gate:
    """Return the gate of a database file."""
    return Gate(_is_inside)


class DatabaseWrapper(base.DatabaseWrapper):
    """Waits at the gate for as long as its connection waits for SQLite's own lock."""

    def _start_transaction_under_autocommit(self) -> None:
        with self.cursor() as cursor:
            milliseconds = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        gate = gate_of(str(self.settings_dict["NAME"]))
        if not gate.enter(self, within=milliseconds / 1_000):
            raise OperationalError("database is locked: other threads write")
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            gate.leave(self)
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        gate_of(str(self.settings_dict["NAME"])).leave(self)

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            gate_of(str(self.settings_dict["NAME"])).leave(self)

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            gate_of(str(self.settings_dict["NAME"])).leave(self)
