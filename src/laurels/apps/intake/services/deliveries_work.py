"""The worker of the inbox: claim, apply, settle, and say how it went.

Guarantee: what a set of deliveries changed (facts, points, boards) and their being processed are
one transaction, written by whoever still holds the lease; killed at any instant, a delivery is
worked again and changes nothing twice. One that cannot be worked is found by halving its set, is
tried again later, and is dead after eight attempts; the others of its set are done.
Not guaranteed: order. The fold does not need it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction

from laurels.apps import sql
from laurels.apps.audit.actors import SYSTEM
from laurels.apps.intake.models import DeliveryAlarm, DeliveryState
from laurels.apps.intake.services.deliveries_claim import Claim, claim
from laurels.apps.intake.services.deliveries_forget import bodies_withhold
from laurels.apps.intake.services.deliveries_holding import let_go
from laurels.apps.intake.services.events import Outcome, Received, events_apply
from laurels.apps.intake.services.facts import is_passing, persistently
from laurels.apps.jobs.backoff import MAX_ATTEMPTS, delay_seconds
from laurels.apps.jobs.errors import LeaseLost
from laurels.apps.recognition.services.staircase import settle_marks
from laurels.apps.scoring.rulebook import NoRuleset
from laurels.kit.clock import Clock

MISMATCH = "mismatch"
_LONGEST_ERROR = 500
_OUTCOME_KINDS = ("text", "text", "text", "bigint", "text", "bigint", "bigint", "text")
_log = structlog.get_logger(__name__)


def inbox_step(*, clock: Clock, claimed: Callable[[Any], None]) -> Claim | None:
    """Work one claim; None where nothing is due. `claimed` learns of it before (see ThreadBell)."""
    mine = claim(now=clock.now())
    if mine is None:
        return None
    claimed(mine)
    deliveries_work(mine, clock=clock)
    let_go(mine.token)
    return mine


def deliveries_work(
    mine: Claim, *, clock: Clock, chance: Callable[[], float] = random.random
) -> None:
    """Do what was claimed and write down how each went.

    An error of a delivery is kept with it; errors of the database itself are raised, and the
    lease then runs out by itself.
    """
    received = _bodies(mine)
    try:
        _work(mine, received, clock, chance)
    except LeaseLost:
        _log.warning("deliveries lost their lease", first=mine.pk, count=len(received))


def _bodies(mine: Claim) -> list[Received]:
    where, ids = sql.in_ids("d.id", mine.deliveries)
    with sql.snapshot():
        rows = sql.fetch_bytes(
            "SELECT d.id, d.hook_id, d.via, d.event, b.body, d.received_at FROM intake_delivery d"
            f" LEFT JOIN intake_deliverybody b ON b.delivery_id = d.id WHERE {where} ORDER BY d.id",
            ids,
        )
    return [
        Received(
            delivery=row,
            hook_id=hook_id or None,
            hook_repository=via,
            event=event,
            body=bytes(body) if body is not None else b"",
            received_at=received_at,
        )
        for row, hook_id, via, event, body, received_at in rows
    ]


def _work(
    mine: Claim, received: Sequence[Received], clock: Clock, chance: Callable[[], float]
) -> None:
    """Do a set in one transaction, or where that fails its halves, each in one."""
    now = clock.now()
    try:
        persistently(lambda: _apply(mine, received, now))
    except LeaseLost:
        raise
    except Exception as error:
        if _is_the_databases(error):
            raise
        if len(received) == 1:
            _log.exception("delivery failed", delivery_id=received[0].delivery)
            _failed(mine, received[0].delivery, error, clock.now(), chance())
            return
        middle = len(received) // 2
        _work(mine, received[:middle], clock, chance)
        _work(mine, received[middle:], clock, chance)


def _is_the_databases(error: Exception) -> bool:
    """Tell whether the database is away or too busy: halving is in vain then.

    SQLite calls a sum beyond its integers an operational error too, and that is a delivery's.
    """
    if isinstance(error, OperationalError):
        return "overflow" not in str(error) and not is_passing(error)
    return isinstance(error, InterfaceError)


def _apply(mine: Claim, received: Sequence[Received], now: int) -> None:
    mark = sql.fetch("SELECT COALESCE(MAX(id), 0) FROM scoring_dirtymark")[0][0]
    outcomes = events_apply(received, acting=SYSTEM, now=now)
    _finish(mine, [one.delivery for one in received], outcomes, now)
    with suppress(NoRuleset):  # no program yet: the marks wait for one
        settle_marks(mark, acting=SYSTEM, source=_source(received), now=now)
    # Last: an erasure and a settle exclude each other, so here it is known who was erased before.
    bodies_withhold(received)


def _source(received: Sequence[Received]) -> str:
    """Name the deliveries that the entries of this settle come from."""
    first, last = received[0].delivery, received[-1].delivery
    return f"delivery:{first}" if first == last else f"deliveries:{first}-{last}"


def _finish(mine: Claim, deliveries: Sequence[int], outcomes: Sequence[Outcome], now: int) -> None:
    """Write each outcome; raises LeaseLost where one of them is no longer ours."""
    rows = [
        (
            one.state,
            one.reason[:300],
            one.action[:100],
            one.repository,
            one.fingerprint,
            now,
            delivery,
            mine.token,
        )
        for delivery, one in zip(deliveries, outcomes, strict=True)
    ]
    if _write_outcomes(rows) != len(rows):
        raise LeaseLost(f"delivery {deliveries[0]} or one of its set is no longer ours")
    alarming = [
        (delivery, MISMATCH, one.reason[:300], "", now)
        for delivery, one in zip(deliveries, outcomes, strict=True)
        if one.is_alarming
    ]
    if alarming:
        fields = ("delivery", "kind", "detail", "sha256", "at")
        sql.insert(DeliveryAlarm, fields, alarming, ignore_conflicts=True)
        for delivery, _, reason, _, _ in alarming:
            _log.error("delivery is not what it claims", delivery_id=delivery, reason=reason)


def _write_outcomes(rows: Sequence[tuple[Any, ...]]) -> int:
    columns = ("state", "reason", "action", "repository", "fingerprint", "finished_at")
    with connection.cursor() as cursor:
        if sql.is_postgres():
            sets = ", ".join(f"{name} = v.{name}" for name in columns)
            cursor.execute(
                f"UPDATE intake_deliveryprogress SET {sets},"
                " last_error = '', lease_until = 0, lease_token = '', next_at = 0"
                f" FROM unnest({', '.join(f'%s::{kind}[]' for kind in _OUTCOME_KINDS)})"
                f" AS v({', '.join(columns)}, id, token)"
                " WHERE delivery_id = v.id AND lease_token = v.token",
                sql.arrays(_OUTCOME_KINDS, rows),
            )
        else:
            sets = ", ".join(f"{name} = %s" for name in columns)
            cursor.executemany(
                f"UPDATE intake_deliveryprogress SET {sets},"
                " last_error = '', lease_until = 0, lease_token = '', next_at = 0"
                " WHERE delivery_id = %s AND lease_token = %s",
                rows,
            )
        return cursor.rowcount


def _failed(mine: Claim, delivery: int, error: Exception, now: int, chance: float) -> None:
    """Put one back for later, or park it."""
    text = f"{type(error).__name__}: {error}"[:_LONGEST_ERROR].replace("\0", "")
    is_dead = mine.attempts >= MAX_ATTEMPTS
    with transaction.atomic():
        sql.execute(
            "UPDATE intake_deliveryprogress SET state = %s, reason = %s, last_error = %s,"
            " next_at = %s, finished_at = %s, lease_until = 0, lease_token = ''"
            " WHERE delivery_id = %s AND lease_token = %s",
            [
                DeliveryState.DEAD if is_dead else DeliveryState.FAILED,
                text[:300] if is_dead else "",
                text,
                0 if is_dead else now + delay_seconds(mine.attempts, chance),
                now if is_dead else None,
                delivery,
                mine.token,
            ],
        )
