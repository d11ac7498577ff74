"""Work the inbox in this process, or wait until another has."""

from __future__ import annotations

import time
from collections.abc import Callable

from laurels.apps.intake.selectors_deliveries import deliveries_pending
from laurels.apps.intake.services.deliveries_work import inbox_step
from laurels.kit.clock import Clock

_PAUSE = 0.2


def inbox_drain(
    *,
    clock: Clock,
    until: int,
    work: bool = True,
    wait: Callable[[float], object] = time.sleep,
) -> int:
    """Work until no delivery is left that comes by the instant `until`; return how many are left.

    Failed ones are waited for and tried again. With `work` false only wait: another process
    serves and works them.
    """
    while True:
        while work and clock.now() < until and inbox_step(clock=clock, claimed=_nobody_watches):
            pass
        if not deliveries_pending(due_by=until) or clock.now() >= until:
            return deliveries_pending()
        wait(_PAUSE)


def _nobody_watches(claim: object) -> None:
    """Let it be: a command that hangs is ended by whoever started it."""
