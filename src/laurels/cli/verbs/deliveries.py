"""`laurels deliveries`: what arrived at the webhook door, seen and moved by hand."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import Annotated, Any

import typer

from laurels.cli import house
from laurels.cli.app import group
from laurels.cli.faults import Refusal
from laurels.cli.options import Json
from laurels.cli.output import emit, listing, say, table
from laurels.cli.words import count, machine, moment

app = group("List, show, replay and purge what GitHub delivered.")

Id = Annotated[int, typer.Argument(metavar="ID", help="The delivery's number.")]


class State(StrEnum):
    """Where a delivery stands; pending is received or failed."""

    pending = "pending"
    received = "received"
    processed = "processed"
    ignored = "ignored"
    failed = "failed"
    dead = "dead"


@app.command("list")
def list_(
    state: Annotated[State | None, typer.Option(help="Only deliveries that stand there.")] = None,
    event: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only of this event, such as pull_request.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="At most so many.")] = 50,
    as_json: Json = False,
) -> None:
    """Count deliveries by where they stand, and list them, the newest first.

    Always received = processed + ignored + dead + pending; those that failed are pending.
    """
    house.enter()
    from laurels.apps.intake.selectors_deliveries import (
        alarms_since,
        deliveries_counts,
        deliveries_list,
    )

    counts, alarms = deliveries_counts(), alarms_since(0)
    found = deliveries_list(state=state.value if state else None, event=event, limit=limit)
    if as_json:
        told = asdict(counts) | {"alarms": alarms}
        emit(told | listing([_row(one) for one in found], _total(counts, state)))
        return
    say(
        f"{count(counts.received, 'delivery', 'deliveries')}: {counts.processed} processed,"
        f" {counts.ignored} ignored, {counts.dead} dead, {counts.pending} pending"
        f" ({counts.failed} of them failed before)."
    )
    if alarms:
        say(f"{count(alarms, 'alarm')}: `laurels deliveries show ID` tells, the admin lists them.")
    if found:
        table(
            ("id>", "received", "event", "action", "state", "attempts>", "reason or last error"),
            [
                (
                    str(one.pk),
                    moment(one.received_at),
                    one.event,
                    one.progress.action,
                    one.progress.state,
                    str(one.progress.attempts),
                    one.progress.reason or one.progress.last_error,
                )
                for one in found
            ],
        )


def _total(counts: Any, state: State | None) -> int:
    if state is None:
        return int(counts.received)
    if state is State.received:
        return int(counts.pending - counts.failed)
    return int(getattr(counts, state.value))


@app.command()
def show(
    delivery_id: Id,
    body: Annotated[bool, typer.Option("--body", help="Print the raw body and no more.")] = False,
    as_json: Json = False,
) -> None:
    """Show one delivery: where it came from, how it went, what was refused about it."""
    house.enter()
    from laurels.apps.intake.selectors_deliveries import alarms_list, delivery_body, delivery_get

    found = delivery_get(delivery_id)
    raw = delivery_body(delivery_id)
    if body:
        if raw is None:
            raise Refusal(f"The body of delivery {delivery_id} was purged.")
        say(raw.decode("utf-8", errors="replace"))
        return
    value = _row(found) | {
        "headers": found.headers,
        "has_body": raw is not None,
        "alarms": [
            {"at": machine(one.at), "kind": one.kind, "detail": one.detail, "sha256": one.sha256}
            for one in alarms_list(delivery_id=delivery_id)
        ],
    }
    if as_json:
        emit(value)
        return
    for name, what in value.items():
        if name == "alarms":
            for alarm in value["alarms"]:
                say(f"{'alarm':14} {alarm['at']} {alarm['kind']}: {alarm['detail']}")
        else:
            say(f"{name:14} {'' if what is None else what}")


@app.command()
def replay(
    delivery_id: Annotated[
        int | None, typer.Argument(metavar="[ID]", help="The delivery's number.")
    ] = None,
    all_dead: Annotated[
        bool, typer.Option("--all-dead", help="Every dead delivery that still has its body.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Have a delivery worked again, or all dead ones. What it did before is not done twice."""
    if (delivery_id is None) is not all_dead:
        raise typer.BadParameter("Name one delivery, or give --all-dead.")
    here = house.enter()
    from laurels.apps.intake.services.deliveries_keep import (
        deliveries_replay_dead,
        delivery_replay,
    )

    if delivery_id is None:
        replayed = deliveries_replay_dead(now=here.now, acting=here.acting)
    else:
        delivery_replay(delivery_id, now=here.now, acting=here.acting)
        replayed = 1
    if as_json:
        emit({"replayed": replayed})
    else:
        say(f"{count(replayed, 'delivery waits', 'deliveries wait')} again.")


@app.command()
def purge(
    days: Annotated[
        int | None,
        typer.Option(
            min=3,
            metavar="N",
            help="Older than so many days; by default LAURELS_DELIVERY_BODY_DAYS.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Remove the bodies of deliveries that ended long ago; key and outcome stay.

    A running server does this every day by itself.
    """
    here = house.enter()
    from laurels.apps.intake.services.deliveries_keep import deliveries_purge

    removed = deliveries_purge(
        days=days or here.settings.delivery_body_days, now=here.now, acting=here.acting
    )
    if as_json:
        emit({"removed": removed})
    else:
        say(f"Removed {count(removed, 'body', 'bodies')}.")


def _row(one: Any) -> dict[str, Any]:
    progress = one.progress
    return {
        "id": one.pk,
        "hook_id": one.hook_id or None,
        "guid": one.guid,
        "event": one.event,
        "action": progress.action,
        "state": progress.state,
        "reason": progress.reason,
        "repository": progress.repository,
        "via": one.via,
        "received_at": machine(one.received_at),
        "finished_at": machine(progress.finished_at),
        "attempts": progress.attempts,
        "last_error": progress.last_error,
        "fingerprint": progress.fingerprint,
        "sha256": one.sha256,
        "size_bytes": one.size_bytes,
    }
