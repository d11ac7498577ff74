"""The one place that chooses implementations; the rest of the house sees protocols.

What is chosen lands on Django's settings, where doors and apps read it and tests replace it:
`settings.LAURELS_CLOCK` always, `settings.LAURELS_BELL` in a serving process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from laurels.adapters.system_clock import SystemClock
from laurels.kit.clock import Clock

if TYPE_CHECKING:
    from laurels.apps.jobs.bell import ThreadBell

CERTIFICATE_PROVIDERS = ("local",)


def clock() -> Clock:
    """Return the clock that everything in this process tells the time by."""
    return SystemClock()


def bell(clock: Clock) -> ThreadBell:
    """Return the doorbell of a serving process; `serve` starts its workers and stops them."""
    from laurels.apps.jobs.bell import ThreadBell  # its models load after the settings

    return ThreadBell(clock=clock)
