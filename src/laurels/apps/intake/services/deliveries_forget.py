"""Raw bodies that name an erased person: removed, like a purge, and not waited thirty days for.

Guarantee: when an erasure has committed, no body of a delivery that has ended names the person;
one still to be worked loses its body in the transaction that works it, and so does every later one
that gives their id or login. Key, SHA-256, event and outcome stay: the ledger names deliveries.
Not guaranteed: that a login in somebody's prose is seen in bodies that come later; those go with
the purge.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction

from laurels.apps import sql
from laurels.apps.intake.models import DeliveryProgress
from laurels.apps.intake.naming import names, people_in
from laurels.apps.intake.selectors_deliveries import delivery_body
from laurels.apps.intake.services.events import Received
from laurels.apps.intake.services.masking import messages_mask
from laurels.apps.people.tombstones import erased_ids, redactor
from laurels.apps.recognition.erasing import Forget, Who

_MESSAGES = ((DeliveryProgress, "reason"), (DeliveryProgress, "last_error"))
_LATE = 1_000
"""Rows by which a number may be committed after a greater one, several processes accepting."""


def bodies_seek(who: Who) -> Forget:
    """Find the bodies that name a person, as part of their erasure; see `recognition.erasing`.

    The whole inbox is read here, outside the transaction; inside, only what came since.
    """
    before, newest = _naming(who, after=0), _newest()

    @transaction.atomic
    def forget(met: Who) -> None:
        is_same = met == who
        found = {
            *(before if is_same else ()),
            *_naming(met, after=newest - _LATE if is_same else 0),
        }
        _remove(sorted(found))
        messages_mask(_MESSAGES, met.logins)

    return forget


def bodies_withhold(received: Sequence[Received]) -> int:
    """Remove the bodies of these worked deliveries that give an erased person; return how many.

    Where nobody was ever erased it costs one statement.
    """
    erased = redactor()
    ids = {one.delivery: people_in(one.body) for one in received} if erased else {}
    gone = erased_ids(frozenset[int]().union(*(found for found, _ in ids.values())))
    return _remove(
        delivery
        for delivery, (found, logins) in ids.items()
        if not gone.isdisjoint(found) or any(map(erased.is_erased, logins))
    )


def _newest() -> int:
    newest: int = sql.fetch("SELECT COALESCE(MAX(id), 0) FROM intake_delivery")[0][0]
    return newest


def _naming(who: Who, *, after: int) -> list[int]:
    """Return the deliveries after a number whose bodies name a person.

    The database finds bodies in which the letters occur, without moving them; each of those is
    then read, one at a time, for they may be large.
    """
    words = [login.lower() for login in sorted(who.logins)]
    words += [] if who.github_id is None else [str(who.github_id)]
    if not words:
        return []
    if sql.is_postgres():
        text, holds = "lower(encode(body, 'escape'))", "position(%s in text) > 0"
    else:
        text, holds = "lower(CAST(body AS TEXT))", "instr(text, %s) > 0"
    candidates = sql.fetch(
        f"SELECT delivery_id FROM (SELECT delivery_id, {text} AS text FROM intake_deliverybody"
        f" WHERE delivery_id > %s) b WHERE {' OR '.join([holds] * len(words))} ORDER BY 1",
        [after, *words],
    )
    is_named = names(who.github_id, who.logins)
    return [row for (row,) in candidates if is_named(delivery_body(row) or b"")]


def _remove(deliveries: Iterable[int]) -> int:
    """Remove the bodies of those that have ended; the database would refuse the others."""
    chosen = list(deliveries)
    if not chosen:
        return 0
    where, ids = sql.in_ids("delivery_id", chosen)
    return sql.execute(
        f"DELETE FROM intake_deliverybody WHERE {where} AND EXISTS (SELECT 1"
        " FROM intake_deliveryprogress p WHERE p.delivery_id = intake_deliverybody.delivery_id"
        " AND p.state IN ('processed', 'ignored', 'dead'))",
        ids,
    )
