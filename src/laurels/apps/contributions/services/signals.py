"""Signals to maintainers: somebody has looked at one, and it is shown no more."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.contributions.models import Signal
from laurels.apps.people.errors import NotFound


class SignalNotFound(NotFound):
    """No signal of this number is of these repositories."""


@transaction.atomic
def signal_close(signal: int, *, repositories: Collection[int], now: int, acting: Actor) -> None:
    """Close a signal of one of these repositories; one that is closed stays as it is.

    Nothing else changes: a signal neither gives nor takes points.
    """
    found = Signal.objects.filter(pk=signal, repository__in=list(repositories))
    if found.filter(closed_at=None).update(closed_at=now) == 1:
        kind = found.values_list("kind", flat=True).get()
        record(
            acting=acting,
            action="signal:close",
            subject=f"signal:{signal}",
            after={"kind": kind},
            now=now,
        )
    elif not found.exists():
        raise SignalNotFound(f"there is no signal {signal} here")
