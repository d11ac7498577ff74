"""Settling from the command line: everybody who is marked, with progress where one watches."""

from __future__ import annotations

import secrets

from laurels.apps.recognition.services import Settled, settle_dirty
from laurels.cli.house import House
from laurels.cli.output import note
from laurels.cli.progress import shown
from laurels.cli.words import count


def settle_what_is_dirty(here: House, source: str = "") -> Settled:
    """Settle marked people; who could not be settled is named on standard error."""
    with shown() as progress:
        settled = settle_dirty(
            acting=here.acting,
            source=source or f"command:{secrets.token_hex(8)}",
            now=here.now,
            progress=lambda done, total: progress("settling people", done, total),
        )
    if settled.failed:
        people = count(len(settled.failed), "person", "people")
        note(f"{people} could not be settled; `laurels score recalculate` names them.")
    return settled
