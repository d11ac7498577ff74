"""How long a job that failed waits before it is tried again."""

from __future__ import annotations

MAX_ATTEMPTS = 8
FIRST_SECONDS = 10
MOST_SECONDS = 3_600


def delay_seconds(attempts: int, chance: float) -> int:
    """Return the pause after `attempts` failures: doubling from 10 s, at most an hour, ± half.

    `chance` in [0, 1) spreads jobs that failed together (full range: half to one and a half).
    """
    base = min(MOST_SECONDS, FIRST_SECONDS << max(0, attempts - 1))
    return int(base * (0.5 + chance))
