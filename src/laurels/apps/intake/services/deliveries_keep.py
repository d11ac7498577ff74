"""What staff do to the inbox: have deliveries worked again, and empty old bodies."""

from __future__ import annotations

from django.db import transaction

from laurels.apps import sql
from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.intake import bells
from laurels.apps.intake.errors import NotReplayable
from laurels.apps.intake.selectors_deliveries import delivery_get

LEAST_DAYS = 3
"""GitHub redelivers for so long: a body younger than this may still be asked about."""
DAY_SECONDS = 86_400
_AT_ONCE = 1_000
_AGAIN = (
    "UPDATE intake_deliveryprogress SET state = 'received', reason = '', last_error = '',"
    " attempts = 0, next_at = 0, lease_until = 0, lease_token = '', finished_at = NULL"
    " WHERE EXISTS (SELECT 1 FROM intake_deliverybody b"
    " WHERE b.delivery_id = intake_deliveryprogress.delivery_id)"
)


@transaction.atomic
def delivery_replay(delivery_id: int, *, now: int, acting: Actor) -> None:
    """Have one delivery that has ended worked again; what it did before is not done twice.

    Raises DeliveryNotFound, or NotReplayable where it still waits or its body is gone.
    """
    before = delivery_get(delivery_id).progress.state
    ended = " AND state IN ('processed', 'ignored', 'dead')"
    if not sql.execute(f"{_AGAIN} AND delivery_id = %s{ended}", [delivery_id]):
        if before in ("received", "failed"):
            raise NotReplayable(f"Delivery {delivery_id} still waits to be worked.")
        raise NotReplayable(f"The body of delivery {delivery_id} was purged; ask GitHub for it.")
    record(
        acting=acting,
        action="delivery:replay",
        subject=f"delivery:{delivery_id}",
        before={"state": before},
        now=now,
    )
    transaction.on_commit(bells.ring, robust=True)


@transaction.atomic
def deliveries_replay_dead(*, now: int, acting: Actor) -> int:
    """Have every dead delivery that still has its body worked again; return how many."""
    count = sql.execute(f"{_AGAIN} AND state = 'dead'")
    if count:
        record(
            acting=acting,
            action="delivery:replay",
            subject="deliveries:dead",
            after={"deliveries": count},
            now=now,
        )
        transaction.on_commit(bells.ring, robust=True)
    return count


def deliveries_purge(*, days: int, now: int, acting: Actor) -> int:
    """Remove bodies of ended deliveries older than `days`; return how many.

    Key, SHA-256, event and outcome stay for ever. ValueError where `days` is below three. In small
    transactions: the door must not wait for it.
    """
    if days < LEAST_DAYS:
        raise ValueError(f"bodies are kept for at least {LEAST_DAYS} days")
    removed = 0
    while True:
        with transaction.atomic():
            rows = sql.fetch(
                "SELECT b.delivery_id FROM intake_deliverybody b"
                " JOIN intake_delivery d ON d.id = b.delivery_id"
                " JOIN intake_deliveryprogress p ON p.delivery_id = b.delivery_id"
                " WHERE d.received_at < %s AND p.state IN ('processed', 'ignored', 'dead')"
                " ORDER BY b.delivery_id LIMIT %s",
                [now - days * DAY_SECONDS, _AT_ONCE],
            )
            where, ids = sql.in_ids("delivery_id", [row[0] for row in rows])
            removed += sql.execute(f"DELETE FROM intake_deliverybody WHERE {where}", ids)
        if len(rows) < _AT_ONCE:
            break
    if removed and acting.is_person:
        record(
            acting=acting,
            action="delivery:purge",
            subject="deliveries",
            after={"bodies": removed, "days": days},
            now=now,
        )
    return removed
