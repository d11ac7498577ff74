"""A batch of deliveries into facts, set by set, in the caller's transaction.

Guarantee: any order, repetition and split of the same deliveries leaves the same facts; what may
not be believed, or cannot be read, changes nothing and says why. Nothing is settled: the people
whose points may move are marked dirty, and the caller settles in the same transaction.
Not guaranteed: that one delivery cannot fail the batch. What raises here is for the caller to try
one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from laurels.adapters.github.observe import PayloadFault
from laurels.adapters.github.webhook_shapes import Mismatch
from laurels.adapters.github.webhooks import (
    BadBody,
    Message,
    Nothing,
    Unhandled,
    read_webhook,
)
from laurels.apps.audit.actors import Actor
from laurels.apps.intake.services.events.belonging import (
    NotOurs,
    Ours,
    check_belonging,
    check_unhandled,
)
from laurels.apps.intake.services.events.model import Outcome, Received, dead
from laurels.apps.intake.services.events.telling import tell
from laurels.apps.intake.services.facts import facts_write
from laurels.apps.intake.services.ties import rereads_enqueue
from laurels.apps.projects.register import Register
from laurels.domain.lifecycle import Observation


@dataclass(frozen=True, slots=True)
class _Read:
    """A delivery that could be read, or the outcome of one that could not."""

    received: Received
    message: Message | None
    outcome: Outcome | None


def events_apply(received: Sequence[Received], *, acting: Actor, now: int) -> list[Outcome]:
    """Write what these deliveries tell; return what became of each, in their order.

    Raises ConcurrentChange where another writer got in the way: the caller rolls back and tries
    again, and it alone does, for tries inside of tries would multiply.
    """
    read = [_read(one) for one in received]
    ours = Ours.load(one.message for one in read if one.message is not None)
    outcomes: list[Outcome] = []
    accepted: list[Message] = []
    for one in read:
        if one.message is None:
            outcomes.append(one.outcome or dead("not read"))
            continue
        outcome = _judge(one.received, one.message, ours)
        outcomes.append(outcome)
        if outcome.state == "processed":
            accepted.append(one.message)
    if accepted:
        _write(accepted, acting, now)
    return outcomes


def _read(one: Received) -> _Read:
    try:
        message = read_webhook(one.event, one.body, one.received_at)
        if isinstance(message, Unhandled):
            check_unhandled(one, message)
            outcome = Outcome(
                "ignored",
                f"event {message.event} is not handled",
                message.action,
                message.repository_id,
            )
            return _Read(one, None, outcome)
    except Mismatch as error:
        return _Read(one, None, dead(str(error), is_alarming=True))
    except (BadBody, PayloadFault) as error:
        return _Read(one, None, dead(str(error)))
    return _Read(one, message, None)


def _judge(received: Received, message: Message, ours: Ours) -> Outcome:
    repository = None if message.repository is None else message.repository.github_id
    try:
        check_belonging(received, message, ours)
    except Mismatch as error:
        return dead(str(error), message.action, repository, is_alarming=True)
    except NotOurs as error:
        return Outcome("ignored", str(error), message.action, repository, message.fingerprint)
    if isinstance(message.told, Nothing):
        reason = message.told.reason
        return Outcome("ignored", reason, message.action, repository, message.fingerprint)
    return Outcome("processed", "", message.action, repository, message.fingerprint)


def _write(messages: Sequence[Message], acting: Actor, now: int) -> None:
    written = facts_write(
        [one.told for one in messages if isinstance(one.told, Observation)],
        register=Register.none(),
        bot_logins=settings.LAURELS.bot_logins,
        now=now,
        acting=acting,
        repositories=[
            one.repository
            for one in messages
            if one.repository is not None and not isinstance(one.told, Observation)
        ],
    )
    rereads_enqueue(written.absorbed.tied, now=now, acting=acting)
    tell(messages, written.repositories, acting=acting, now=now)
