"""Which function does which kind of job, and which kinds repeat by themselves.

Handlers live in `handlers.py` of any app; the jobs app imports them all when Django starts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from laurels.apps.jobs.errors import UnknownKind
from laurels.apps.jobs.models import Job

Handler = Callable[[Job, int], Any]
LEASE_SECONDS = 300
DEFAULT, BULK = "default", "bulk"
"""The queues, where several workers share the work: what is soon done, and what may take long."""


@dataclass(frozen=True, slots=True)
class HandlerSpec:
    """How one kind of job is done."""

    kind: str
    function: Handler
    every: int | None
    own_transactions: bool
    lease_seconds: int
    queue: str = DEFAULT
    waits_seconds: int | None = None


_HANDLERS: dict[str, HandlerSpec] = {}


def handler(
    kind: str,
    *,
    every: int | None = None,
    own_transactions: bool = False,
    lease_seconds: int = LEASE_SECONDS,
    queue: str = DEFAULT,
    waits_seconds: int | None = None,
) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of `kind`; it is called as `function(job, now)`.

    By default the function runs inside one transaction together with the job's "done", so its
    effects happen exactly once; it must end within `lease_seconds`. With `own_transactions` it
    runs outside any, must be idempotent, and keeps its lease with `services.renew`. `every` makes
    the kind repeat by itself, that many seconds apart, on the grid of UTC seconds. What the
    function returns (None, text or a JSON value without secrets or names) is kept as the result.
    `queue` keeps work that takes long (BULK) out of the way of the rest, where there are workers
    for both. A job of a kind with `waits_seconds` that nobody took up that long after it was due
    is ended by the sweep; others wait for ever.
    """

    def register(function: Handler) -> Handler:
        _HANDLERS[kind] = HandlerSpec(
            kind, function, every, own_transactions, lease_seconds, queue, waits_seconds
        )
        return function

    return register


def spec_for(kind: str) -> HandlerSpec:
    """Return how `kind` is done; raises UnknownKind."""
    try:
        return _HANDLERS[kind]
    except KeyError:
        raise UnknownKind(f"no handler for jobs of kind {kind!r}") from None


def queue_of(kind: str) -> str:
    """Return the queue of a kind; a kind that is not known here goes where most do."""
    spec = _HANDLERS.get(kind)
    return DEFAULT if spec is None else spec.queue


def kinds() -> tuple[str, ...]:
    """Return every registered kind, in order."""
    return tuple(sorted(_HANDLERS))


def scheduled() -> tuple[HandlerSpec, ...]:
    """Return the kinds that repeat by themselves, in order."""
    return tuple(_HANDLERS[kind] for kind in kinds() if _HANDLERS[kind].every)


def waiting() -> tuple[HandlerSpec, ...]:
    """Return the kinds whose jobs may not wait for ever, in order."""
    return tuple(_HANDLERS[kind] for kind in kinds() if _HANDLERS[kind].waits_seconds)
