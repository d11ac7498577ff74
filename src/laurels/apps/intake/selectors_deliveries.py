"""Reads about deliveries."""

from __future__ import annotations

from dataclasses import dataclass

from laurels.apps import sql
from laurels.apps.intake.errors import DeliveryNotFound
from laurels.apps.intake.models import OPEN, Delivery, DeliveryAlarm, DeliveryState


@dataclass(frozen=True, slots=True)
class DeliveryCounts:
    """How many deliveries ever came, and where they stand.

    Always `received` = `processed` + `ignored` + `dead` + `pending`; `failed` are those of the
    pending ones that were tried and will be again.
    """

    received: int
    processed: int
    ignored: int
    failed: int
    dead: int
    pending: int


def deliveries_counts() -> DeliveryCounts:
    """Count deliveries by where they stand, in one statement and so at one moment."""
    found = dict(
        sql.fetch("SELECT state, COUNT(*) FROM intake_deliveryprogress GROUP BY state ORDER BY 1")
    )
    states = {state: found.get(state, 0) for state in DeliveryState.values}
    return DeliveryCounts(
        received=sum(states.values()),
        processed=states["processed"],
        ignored=states["ignored"],
        failed=states["failed"],
        dead=states["dead"],
        pending=states["received"] + states["failed"],
    )


def deliveries_pending(*, due_by: int | None = None) -> int:
    """Count deliveries still to be worked; `due_by` leaves out those that come later."""
    later = "" if due_by is None else " AND next_at <= %s"
    count: int = sql.fetch(
        "SELECT COUNT(*) FROM intake_deliveryprogress"
        f" WHERE state IN ('received', 'failed'){later}",
        [] if due_by is None else [due_by],
    )[0][0]
    return count


def deliveries_list(
    *,
    state: str | None = None,
    event: str | None = None,
    repository: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Delivery]:
    """Return deliveries with their progress, the newest first; `before` goes on from there.

    `state` may also be pending: received or failed.
    """
    found = Delivery.objects.select_related("progress").order_by("-id")
    if state:
        found = found.filter(progress__state__in=OPEN if state == "pending" else [state])
    if event:
        found = found.filter(event=event)
    if repository is not None:
        found = found.filter(progress__repository=repository)
    if before is not None:
        found = found.filter(id__lt=before)
    return list(found[:limit])


def delivery_get(delivery_id: int) -> Delivery:
    """Return one delivery with its progress; raises DeliveryNotFound."""
    found = Delivery.objects.select_related("progress").filter(pk=delivery_id).first()
    if found is None:
        raise DeliveryNotFound(f"There is no delivery {delivery_id}.")
    return found


def delivery_body(delivery_id: int) -> bytes | None:
    """Return the raw body; None where it was purged."""
    rows = sql.fetch("SELECT body FROM intake_deliverybody WHERE delivery_id = %s", [delivery_id])
    return bytes(rows[0][0]) if rows else None


def alarms_list(*, delivery_id: int | None = None, limit: int = 50) -> list[DeliveryAlarm]:
    """Return what was refused and told, the newest first."""
    found = DeliveryAlarm.objects.select_related("delivery").order_by("-id")
    if delivery_id is not None:
        found = found.filter(delivery_id=delivery_id)
    return list(found[:limit])


def alarms_since(instant: int) -> int:
    """Count refusals since an instant."""
    return DeliveryAlarm.objects.filter(at__gte=instant).count()
