"""Django's handle on this room: system checks, the bell, and WAL for a migrated SQLite file."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db import connections
from django.db.models.signals import pre_migrate

from laurels.config import boot, wiring


def set_wal(*, using: str, **_: Any) -> None:
    """Turn the write-ahead log on; the file remembers it, so no later connection pays for it."""
    connection = connections[using]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")


class ConfigConfig(AppConfig):
    """The house's own Django app: no tables."""

    name = "laurels.config"
    label = "config"

    def ready(self) -> None:
        """Register the checks, hang up the bell and listen for migrations.

        Threads are for the process that serves; hints to other processes may come from any.
        """
        from laurels.apps.intake import bells as inbox_bells
        from laurels.apps.jobs import bells  # these need Django's apps loaded
        from laurels.config import checks

        checks.register()
        if boot.is_serving:
            settings.LAURELS_BELL = wiring.bell(settings.LAURELS_CLOCK)
            bells.install(settings.LAURELS_BELL)
            settings.LAURELS_INBOX_BELL = wiring.inbox_bell(settings.LAURELS_CLOCK)
            inbox_bells.install(settings.LAURELS_INBOX_BELL.ring)
        if settings.LAURELS_FLEET is not None:
            # Threads here hear it as well, where there are any: what `serve` stores it works.
            hints = wiring.hint_bell(
                settings.LAURELS,
                settings.LAURELS_CLOCK,
                settings.LAURELS_FLEET,
                settings.LAURELS_BELL,
                settings.LAURELS_INBOX_BELL,
            )
            bells.install(hints)
            inbox_bells.install(hints.ring_inbox)
        # Sent for every app that has models; ours has none, so it listens to all of them.
        pre_migrate.connect(set_wal, dispatch_uid="laurels.set_wal")
