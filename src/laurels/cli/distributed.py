"""What the commands of the distributed mode have in common."""

from __future__ import annotations

import sys
from collections.abc import Callable

from laurels.cli import house
from laurels.cli.faults import Refusal
from laurels.cli.house import House
from laurels.cli.output import say


def enter_distributed() -> House:
    """Start Django and require a migrated database; raises Refusal in the embedded mode."""
    here = house.start()
    if not here.settings.is_distributed:
        raise Refusal(
            "This is for the distributed mode: set LAURELS_DATABASE_URL (PostgreSQL) and"
            " LAURELS_REDIS_URL. In the embedded mode `laurels serve` does all the work."
        )
    from laurels.cli import schema

    schema.require()
    return here


def told(what: str) -> Callable[[], None]:
    """Return a function that says so, at once, also into a pipe."""

    def tell() -> None:
        say(f"{what} (Ctrl-C ends it)")
        sys.stdout.flush()

    return tell
