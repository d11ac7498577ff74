"""An inbox for tests: what arrives, and a worker's step on it."""

from __future__ import annotations

import hashlib
import itertools
import json
from typing import Any

from laurels.apps import sql
from laurels.apps.intake.arrivals import Arrival, Verdict
from laurels.apps.intake.models import DeliveryProgress
from laurels.apps.intake.services.deliveries_accept import deliveries_accept
from laurels.apps.intake.services.deliveries_work import inbox_step
from laurels.kit.clock import ManualClock
from tests.fakes import archive
from tests.fakes.webhooks import from_archive

NOW = archive.NOON + 30 * 86_400
_guids = itertools.count(1)


def arrival(
    body: bytes | dict[str, Any] = b"{}",
    *,
    guid: str | None = None,
    event: str = "ping",
    hook_id: int = 77,
    via: int | None = None,
) -> Arrival:
    """An arrival; its GUID is a new one unless given."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Arrival(
        hook_id=hook_id,
        guid=guid or f"guid-{next(_guids):06}",
        event=event,
        headers="{}",
        body=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
        via=via,
        received_at=NOW,
    )


def of_event(event: dict[str, Any], **how: Any) -> Arrival:
    """An arrival of the webhook that told what an archive event tells."""
    received = from_archive(event, {archive.WIDGETS["id"]: archive.WIDGETS})
    assert received is not None
    return arrival(received.body, event=received.event, **how)


def merged(number: int = 1, **how: Any) -> Arrival:
    """An arrival that tells of a merge."""
    body = archive.pull_request(number, merged_at=archive.NOON + 500)
    return of_event(
        archive.pull_request_event("closed", body, archive.BOB, archive.NOON + 500), **how
    )


def accept(*arrivals: Arrival) -> list[Verdict]:
    """Store arrivals."""
    return deliveries_accept(arrivals, now=NOW)


def work(clock: ManualClock | None = None) -> int:
    """Work until nothing is due; return how many claims that took."""
    clock = clock or ManualClock(NOW)
    claims = 0
    while inbox_step(clock=clock, claimed=lambda claim: None):
        claims += 1
    return claims


def states() -> list[str]:
    """Return the states of all deliveries in the order of their arrival."""
    return [one.state for one in DeliveryProgress.objects.order_by("delivery_id")]


def points() -> int:
    """Return how many points stand in the ledger."""
    total: int = sql.fetch("SELECT COALESCE(SUM(points), 0) FROM scoring_ledgerentry")[0][0]
    return total
