"""Looks at what came through the webhook door."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from laurels.apps import sql
from laurels.apps.intake.selectors_deliveries import alarms_since, deliveries_counts
from laurels.cli.doctor.findings import FAILED, OK, WARNING, Finding
from laurels.cli.words import count

LATE_SECONDS = 600
ALARM_DAYS = 7


def deliveries(here: Any) -> Iterator[Finding]:
    """Whether every delivery is accounted for, worked in time, and none is dead or was refused."""
    counts, found = deliveries_counts(), False
    stored = sql.fetch("SELECT COUNT(*) FROM intake_delivery")[0][0]
    # A delivery that came between the two counts is not a missing one.
    if counts.received > stored or stored > deliveries_counts().received:
        found = True
        detail = f"{stored} stored, {counts.received} accounted for"
        yield Finding(FAILED, detail, "Somebody changed the tables; restore a backup.")
    if counts.dead:
        found = True
        hint = "See `laurels deliveries list --state dead`, then `laurels deliveries replay ID`."
        yield Finding(WARNING, f"{count(counts.dead, 'delivery', 'deliveries')} dead", hint)
    refused = alarms_since(here.now - ALARM_DAYS * 86_400)
    if refused:
        found = True
        hint = "Somebody who knows a secret sends what is not theirs; see the admin pages."
        yield Finding(WARNING, f"{count(refused, 'alarm')} within a week", hint)
    late = sql.fetch(
        "SELECT COUNT(*) FROM intake_deliveryprogress p JOIN intake_delivery d"
        " ON d.id = p.delivery_id WHERE p.state = 'received' AND d.received_at < %s",
        [here.now - LATE_SECONDS],
    )[0][0]
    if late:
        found = True
        hint = "`laurels serve` works them, with LAURELS_WORKER_THREADS of at least 1."
        yield Finding(WARNING, f"{count(late, 'delivery', 'deliveries')} late", hint)
    if not found:
        yield Finding(OK, f"{count(counts.received, 'delivery', 'deliveries')}, none dead or late")
