"""Django's handle on this room: system checks, and WAL when an SQLite file is migrated."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import pre_migrate


def set_wal(*, using: str, **_: Any) -> None:
    """Turn the write-ahead log on; the file remembers it, so no later connection pays for it."""
    connection = connections[using]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")


class ConfigConfig(AppConfig):
    """The house's own Django app: no tables, only checks."""

    name = "laurels.config"
    label = "config"

    def ready(self) -> None:
        """Register the checks and listen for migrations."""
        from laurels.config import checks  # once Django's apps are loaded

        checks.register()
        # Sent for every app that has models; ours has none, so it listens to all of them.
        pre_migrate.connect(set_wal, dispatch_uid="laurels.set_wal")
