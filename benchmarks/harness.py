"""Contenders in turn, round after round; no figure without the same answer.

A round runs every contender once (A B C A B C …), each from the state that its `prepare` restores,
phase by phase; only the phases are timed. Beside the time of the clock stands the processor time of
this process: a busy machine distorts it least, but the work of a database server is not in it.
After each phase a contender says what it came to, as checksums by name; whenever two name the same,
they must be equal, in every round.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

OURS, YARDSTICK, LIMIT = "ours", "yardstick", "limit"

Phase = Callable[[], "int | None"]
"""Does the work once; returns how many operations it did where that is not one."""


class AnswersDiffer(Exception):
    """Two contenders came to different answers: there is no figure."""


def _nothing() -> None:
    """Prepare nothing."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to do the job. `scale` turns the seconds of a sample into those of the whole."""

    name: str
    phases: Mapping[str, Phase]
    answer: Callable[[str], Mapping[str, str]]
    prepare: Callable[[], None] = _nothing
    scale: float = 1.0


Medians = Mapping[tuple[str, str], float]
"""(phase, contender) → median seconds."""


@dataclass(frozen=True, slots=True)
class Target:
    """A line of design.md §6; `measured` is compared with one of the bounds."""

    text: str
    measured: Callable[[Medians], float]
    at_least: float | None = None
    at_most: float | None = None
    unit: str = ""

    def met(self, value: float) -> bool:
        """Tell whether a measured value is within the bounds."""
        low = self.at_least is None or value >= self.at_least
        return low and (self.at_most is None or value <= self.at_most)


def faster(phase: str, times: float, than: str = YARDSTICK) -> Target:
    """Ask for at least `times` the speed of another contender."""
    return Target(
        f"{phase}: ≥ {times:g} × {than}", lambda m: m[phase, than] / m[phase, OURS], at_least=times
    )


def at_most(phase: str, times: float, than: str = LIMIT) -> Target:
    """Ask for at most `times` the seconds of another contender."""
    return Target(
        f"{phase}: ≤ {times:g} × the seconds of the {than}",
        lambda m: m[phase, OURS] / m[phase, than],
        at_most=times,
    )


def within(phase: str, seconds: float, who: str = OURS) -> Target:
    """Ask for at most so many seconds."""
    return Target(
        f"{phase}: ≤ {seconds * 1000:g} ms", lambda m: m[phase, who], at_most=seconds, unit="s"
    )


@dataclass(slots=True)
class Path:
    """What one benchmark measured, ready for a table or JSON."""

    name: str
    engine: str
    size: str
    input_sha256: str
    contenders: Sequence[Contender]
    targets: Sequence[Target] = ()
    notes: list[str] = field(default_factory=list)
    seconds: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    cpu_seconds: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    answers: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)

    @property
    def medians(self) -> dict[tuple[str, str], float]:
        """Return the median of each phase and contender."""
        return {key: statistics.median(times) for key, times in self.seconds.items()}

    def measure(self, rounds: int) -> Path:
        """Run the rounds; raises AnswersDiffer at the first difference."""
        for number in range(1, rounds + 1):
            for contender in self.contenders:
                self._run(contender)
            print(f"{self.name} {self.engine}: round {number} of {rounds}", file=sys.stderr)
        return self

    def _run(self, contender: Contender) -> None:
        contender.prepare()
        for phase, work in contender.phases.items():
            gc.collect()
            started, busy = time.perf_counter(), time.process_time()
            done = work()
            spent, busy = time.perf_counter() - started, time.process_time() - busy
            share = contender.scale / (done or 1)
            key = (phase, contender.name)
            self.seconds.setdefault(key, []).append(spent * share)
            self.cpu_seconds.setdefault(key, []).append(busy * share)
            self._compare(phase, contender.name, dict(contender.answer(phase)))

    def _compare(self, phase: str, name: str, answer: dict[str, str]) -> None:
        for (other_phase, other), found in self.answers.items():
            if other_phase != phase:
                continue
            for what in answer.keys() & found.keys():
                if answer[what] != found[what]:
                    raise AnswersDiffer(
                        f"{self.name} ({self.engine}), {phase}, {what}: {name} came to"
                        f" {answer[what]}, {other} to {found[what]}"
                    )
        ours = self.answers.get((phase, OURS))
        if ours is not None and not answer.keys() & ours.keys():
            raise AnswersDiffer(f"{self.name}, {phase}: nothing to compare {name} by")
        self.answers[phase, name] = answer

    def as_json(self, *, is_judged: bool) -> dict[str, Any]:
        """Return everything as plain values; targets only where sizes are the full ones."""
        medians = self.medians
        results = []
        for (phase, name), times in self.seconds.items():
            results.append(
                {
                    "phase": phase,
                    "contender": name,
                    "median_seconds": medians[phase, name],
                    "min_seconds": min(times),
                    "max_seconds": max(times),
                    "rounds": len(times),
                    "cpu_seconds": statistics.median(self.cpu_seconds[phase, name]),
                    "checksums": self.answers[phase, name],
                    "times_ours": medians[phase, name] / medians[phase, OURS]
                    if (phase, OURS) in medians
                    else None,
                }
            )
        targets = []
        for target in self.targets if is_judged else ():
            value = target.measured(medians)
            targets.append(
                {
                    "target": target.text,
                    "measured": value,
                    "unit": target.unit,
                    "met": target.met(value),
                }
            )
        return {
            "path": self.name,
            "engine": self.engine,
            "size": self.size,
            "input_sha256": self.input_sha256,
            "results": results,
            "targets": targets,
            "notes": self.notes,
        }
