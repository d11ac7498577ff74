"""Writes of the contributions room."""

from __future__ import annotations

from laurels.apps.contributions.services.absorb import Absorbed, ConcurrentChange, absorb
from laurels.apps.contributions.services.judge import (
    rating_set,
    verdict_give,
    verdict_withdraw,
    void_lift,
    void_mark,
)
from laurels.apps.contributions.services.signals import signal_close
from laurels.apps.contributions.services.touch import (
    contributions_rehome,
    contributions_touch,
    forget,
    titles_redact,
)

__all__ = [
    "Absorbed",
    "ConcurrentChange",
    "absorb",
    "contributions_rehome",
    "contributions_touch",
    "forget",
    "rating_set",
    "signal_close",
    "titles_redact",
    "verdict_give",
    "verdict_withdraw",
    "void_lift",
    "void_mark",
]
