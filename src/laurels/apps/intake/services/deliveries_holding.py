"""Tell a worker that died from one that works, where several processes share PostgreSQL.

A claim is also held by a session lock of PostgreSQL's, named after the lease's token, which goes
with the connection of whoever took it. Guarantee: a claim whose lock is gone is given back without
waiting for its lease, and nobody takes anything from a worker whose connection lives. What makes
sure that effects count once stays the token alone, so where this tells wrong (a connection broke
and its worker lives on) work is done twice and written once.
Not done: on SQLite, where one process serves and frees every lease when it starts; behind a pooler
(LAURELS_DATABASE_DIRECT_URL is set), whose sessions are nobody's. There the lease runs out.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from laurels.apps import sql
from laurels.apps.jobs.backoff import delay_seconds

_mine: dict[str, int] = {}
"""This process's claims that were not ended well: they wait for their lease, as everywhere."""


def hold(token: str, until: int, *, now: int) -> None:
    """Hold what is about to be claimed under this token, as long as this connection lives."""
    if not _is_used():
        return
    for known in [one for one, ends_at in list(_mine.items()) if ends_at <= now]:
        _mine.pop(known, None)
    _mine[token] = until
    sql.fetch("SELECT pg_try_advisory_lock(%s)", [key_of(token)])


def let_go(token: str) -> None:
    """Give back the hold of a claim that is ended."""
    if _mine.pop(token, None) is not None:
        sql.fetch("SELECT pg_advisory_unlock(%s)", [key_of(token)])


def orphans_release(*, now: int) -> int:
    """Give back what workers of other processes held when they died; return how many deliveries.

    The first time at once; what was claimed before waits as one that failed does.
    """
    if not _is_used():
        return 0
    leased = sql.fetch(
        "SELECT lease_token, MAX(attempts) FROM intake_deliveryprogress"
        " WHERE state IN ('received', 'failed') AND lease_until > %s GROUP BY lease_token",
        [now],
    )
    released = 0
    for token, attempts in leased:
        if token in _mine:
            continue
        next_at = 0 if attempts <= 1 else now + delay_seconds(attempts - 1, 0.5)
        with transaction.atomic():
            # Until the end of this transaction: two who look at once do it once.
            if sql.fetch("SELECT pg_try_advisory_xact_lock(%s)", [key_of(token)])[0][0]:
                released += sql.execute(
                    "UPDATE intake_deliveryprogress"
                    " SET lease_until = 0, lease_token = '', next_at = %s"
                    " WHERE state IN ('received', 'failed') AND lease_token = %s",
                    [next_at, token],
                )
    return released


def _is_used() -> bool:
    return sql.is_postgres() and not settings.LAURELS.database_direct_url


def key_of(token: str) -> int:
    """Return a positive number of 60 bits for a random token."""
    return int(token[:15], 16)
