"""Claim deliveries for this worker, by compare-and-set under a lease.

Guarantee: attempts are counted and committed before the work, so one that kills its worker is
parked after eight like one that raises. Those tried before are claimed in ever smaller sets: what
kills a set is alone by its fourth attempt, and the others of the set go on.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.db import transaction

from laurels.apps import sql
from laurels.apps.intake.services.deliveries_holding import hold, let_go, orphans_release
from laurels.apps.jobs.backoff import MAX_ATTEMPTS

MOST_AT_ONCE = 500
MOST_BYTES = 8_000_000
"""Of bodies in one claim (one body may have more): they are parsed side by side."""
LEASE_SECONDS = 120
_SHRINK_BITS = 3
_TRIES = 3
_OPEN = "p.state IN ('received', 'failed') AND p.next_at <= %s AND p.lease_until <= %s"
_CANDIDATES = (
    "SELECT p.delivery_id, p.attempts, d.size_bytes FROM intake_deliveryprogress p"
    f" JOIN intake_delivery d ON d.id = p.delivery_id WHERE {_OPEN}"
    " ORDER BY p.attempts, p.delivery_id LIMIT %s"
)
_KILLED = "the worker died at it, or hung, as often as was allowed"


@dataclass(slots=True)
class Claim:
    """Deliveries that are this worker's until `lease_until`; the bell watches over that."""

    deliveries: list[int]
    attempts: int
    token: str
    lease_until: int

    @property
    def pk(self) -> int:
        """What the bell's watch names when this claim hangs."""
        return self.deliveries[0]


def claim(*, now: int) -> Claim | None:
    """Take what waits longest; None where nothing is due."""
    for _ in range(_TRIES):
        rows = sql.fetch(_CANDIDATES, [now, now, MOST_AT_ONCE])
        if not rows:
            if orphans_release(now=now):
                continue
            return None
        attempts = rows[0][1]
        chosen = _chosen([(row, size) for row, tried, size in rows if tried == attempts], attempts)
        if attempts >= MAX_ATTEMPTS:
            _park(chosen, now)
            continue
        found = _take(chosen, attempts, now)
        if found is not None:
            return found
    return None


def leases_release() -> int:
    """End the leases that a killed process left, so that nobody waits for them to run out.

    For the one process that may serve an embedded database, before it works. A command that works
    the inbox at this moment loses its lease, writes nothing, and its deliveries are claimed again.
    """
    return sql.execute(
        "UPDATE intake_deliveryprogress SET lease_until = 0, lease_token = ''"
        " WHERE state IN ('received', 'failed') AND lease_until > 0"
    )


def _chosen(rows: list[tuple[int, int]], attempts: int) -> list[int]:
    """Return as many as may be worked together at this attempt, few enough to hold."""
    most = max(1, MOST_AT_ONCE >> (_SHRINK_BITS * attempts))
    chosen: list[int] = []
    held = 0
    for row, size in rows[:most]:
        held += size
        if chosen and held > MOST_BYTES:
            break
        chosen.append(row)
    return chosen


def _take(chosen: list[int], attempts: int, now: int) -> Claim | None:
    token, lease_until = secrets.token_hex(16), now + LEASE_SECONDS
    where, ids = sql.in_ids("delivery_id", chosen)
    # Before anybody sees the claim: who sees it finds its holder alive.
    hold(token, lease_until, now=now)
    with transaction.atomic():
        taken = sql.fetch(
            "UPDATE intake_deliveryprogress AS p SET attempts = attempts + 1, lease_token = %s,"
            f" lease_until = %s WHERE {where} AND attempts = %s AND {_OPEN} RETURNING delivery_id",
            [token, lease_until, *ids, attempts, now, now],
        )
    if not taken:
        let_go(token)
        return None  # another worker was quicker
    return Claim(sorted(row[0] for row in taken), attempts + 1, token, lease_until)


def _park(chosen: list[int], now: int) -> None:
    where, ids = sql.in_ids("delivery_id", chosen)
    with transaction.atomic():
        sql.execute(
            "UPDATE intake_deliveryprogress AS p SET state = 'dead', reason = %s, last_error = %s,"
            f" finished_at = %s, lease_token = '', lease_until = 0 WHERE {where} AND attempts >= %s"
            f" AND {_OPEN}",
            [_KILLED, _KILLED, now, *ids, MAX_ATTEMPTS, now, now],
        )
