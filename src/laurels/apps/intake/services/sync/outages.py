"""When GitHub did not answer: kept for the pages, which then say as of when they are."""

from __future__ import annotations

from contextlib import suppress

from django.db import InterfaceError, OperationalError

from laurels.apps import sql


def outage_note(is_away: bool, now: int) -> None:
    """Note that the circuit opened or that GitHub answers; the same said again changes nothing.

    A database that does not answer is no reason to fail a call that GitHub answered: the next
    process that reaches GitHub says it again.
    """
    with suppress(OperationalError, InterfaceError):
        if is_away:
            sql.execute(
                "INSERT INTO intake_outage (slot, begins_at) VALUES (1, %s) ON CONFLICT DO NOTHING",
                [now],
            )
        else:
            sql.execute("UPDATE intake_outage SET ends_at = %s WHERE ends_at IS NULL", [now])
