"""An invented population to compare the demo's people with: an illustration, and named as one.

Nobody in it exists. Its shapes are those that populations of GitHub have: most people opened a
pull request or two, many merged everything or dropped nothing, most never reviewed anything. The
same arguments give the same thresholds on any machine.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final

from laurels.domain.metric_names import HOUR_SECONDS
from laurels.domain.percentiles import Baseline, Person, Population
from laurels.domain.percentiles.notes import SIMULATED

POPULATION_ID: Final = "demo-population"
PEOPLE: Final = 4_000

_COUNT_MOST: Final = 3_000


def demo_population(*, start: int, end: int, people: int = PEOPLE, seed: int = 2026) -> Baseline:
    """Invent a population measured between two days (yyyymmdd, both included)."""
    source = random.Random(f"laurels population {seed}")
    return Population.of(_people(source, people)).baseline(
        baseline_id=POPULATION_ID, start=start, end=end, method=SIMULATED
    )


def _people(source: random.Random, count: int) -> Iterator[Person]:
    for _ in range(count):
        opened = 1 + _long_tailed(source, 0.85)
        drafts = sum(source.random() < 0.06 for _ in range(opened))
        skill = source.betavariate(3.2, 0.9)
        merged = sum(source.random() < skill for _ in range(opened))
        ready = opened - drafts
        dropped = sum(source.random() < 0.6 for _ in range(max(0, ready - merged)))
        pace = source.lognormvariate(3.0, 1.4) * HOUR_SECONDS
        yield Person(
            opened=opened,
            merged=merged,
            ready=ready,
            dropped=dropped,
            timed=merged,
            merge_seconds=sum(int(source.expovariate(1 / pace)) for _ in range(merged)),
            reviews=_some(source, 0.42),
            issues=_some(source, 0.55),
            pushes=_some(source, 0.9),
        )


def _some(source: random.Random, share: float) -> int:
    """Give 0 to all but a share of the people, and to these 1 or more."""
    return 1 + _long_tailed(source, 0.8) if source.random() < share else 0


def _long_tailed(source: random.Random, shape: float) -> int:
    """Give 0 often and large numbers seldom: the whole part of a Pareto variate, less one."""
    return min(int(source.paretovariate(shape)) - 1, _COUNT_MOST)
