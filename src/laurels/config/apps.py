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

        The embedded bell is for the process that serves; hints may come from any.
        """
        from laurels.apps.intake import bells as inbox_bells
        from laurels.apps.jobs import bells  # these need Django's apps loaded
        from laurels.config import checks

        checks.register()
        fleet = settings.LAURELS_FLEET
        if fleet is not None:
            hints = wiring.hint_bell(settings.LAURELS, settings.LAURELS_CLOCK, fleet)
            bells.install(hints)
            inbox_bells.install(hints.ring_inbox)
        elif boot.is_serving:
            bell = wiring.bell(settings.LAURELS_CLOCK)
            settings.LAURELS_BELL = bell
            bells.install(bell)
            inbox = wiring.inbox_bell(settings.LAURELS_CLOCK)
            settings.LAURELS_INBOX_BELL = inbox
            inbox_bells.install(inbox.ring)
        # Sent for every app that has models; ours has none, so it listens to all of them.
        pre_migrate.connect(set_wal, dispatch_uid="laurels.set_wal")
