"""Two things told of one second: the fold has to choose, and GitHub is asked which is true.

The job is enqueued with the facts that made the tie, one a subject, and does its reading some
seconds later, when GitHub is done with that second.
"""

from __future__ import annotations

from collections.abc import Collection

from laurels.apps.audit.actors import Actor
from laurels.apps.jobs.services import enqueue

REREAD = "subject.reread"
"""The job; its handler lives with the sync, beside the client."""
AFTER_SECONDS = 5


def rereads_enqueue(tied: Collection[tuple[int, int]], *, now: int, acting: Actor) -> None:
    """Have these subjects (repository row, number) read again, inside the caller's transaction.

    One that waits already is not asked for twice: it has not looked yet.
    """
    for repository, number in sorted(tied):
        enqueue(
            REREAD,
            {"repository": repository, "number": number},
            dedupe_key=f"{REREAD}:{repository}:{number}",
            run_after=now + AFTER_SECONDS,
            now=now,
            acting=acting,
        )
