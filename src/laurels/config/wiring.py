"""The one place that chooses implementations; the rest of the house sees protocols.

`laurels.config.settings` calls these once and puts the result on Django's settings, where doors
and apps read it (`settings.LAURELS_CLOCK`) and tests replace it.
"""

from __future__ import annotations

from laurels.adapters.system_clock import SystemClock
from laurels.kit.clock import Clock

CERTIFICATE_PROVIDERS = ("local",)


def clock() -> Clock:
    """Return the clock that everything in this process tells the time by."""
    return SystemClock()
