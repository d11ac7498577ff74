"""Note who looked up the metrics of people who never signed in.

Guarantee: the first look of somebody at somebody on a day (UTC) leaves an audit row in each process
that served it, before anything is shown; further ones of that day need none. A look that could not
be noted fails.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.core.cache import cache
from django.db import transaction

from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.metrics.selectors import Tracked
from laurels.kit.times import DAY_SECONDS, day_of


def looks_note(people: Iterable[Tracked], *, now: int, acting: Actor) -> int:
    """Write one audit row that names those not noted today; return how many they are."""
    day = day_of(now)
    keys = {f"laurels-look-{acting.name}-{one.id}-{day}": one.ref for one in people}
    noted = cache.get_many(keys)
    new = {key: ref for key, ref in keys.items() if key not in noted}
    if not new:
        return 0
    refs = sorted(new.values())
    with transaction.atomic():
        record(
            acting=acting,
            action="metrics:look_up",
            subject=f"contributor:{refs[0]}" if len(refs) == 1 else "contributors",
            after={"contributors": refs},
            now=now,
        )
    cache.set_many(dict.fromkeys(new, 1), DAY_SECONDS)
    return len(new)


@transaction.atomic
def export_note(*, form: str, mode: str, now: int, acting: Actor) -> None:
    """Note that everybody's metrics are about to be written out."""
    record(
        acting=acting,
        action="metrics:export",
        subject="contributors",
        after={"format": form, "mode": mode},
        now=now,
    )
