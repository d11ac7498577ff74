"""What a build of a baseline says: how far it is, what was counted, what is missing, what next."""

from __future__ import annotations

import resource
import shlex
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from laurels.cli.progress import Progress
from laurels.cli.words import count, number
from laurels.domain.metric_names import TEN
from laurels.domain.percentiles import POINTS, Baseline, notes
from laurels.kit.times import format_day

if TYPE_CHECKING:
    from laurels.adapters.gharchive.archive import Report

_STAGES = {
    "reading": "reading, MB",
    "facts": "finding facts",
    "people": "counting people",
    "counting": "counting values",
}
_MB = 1_000_000


def tell_progress(progress: Progress) -> Callable[[str, int, int], None]:
    """Name the stages of a build for people; bytes are told in megabytes."""

    def tell(stage: str, done: int, whole: int) -> None:
        unit = _MB if stage == "reading" else 1
        progress(_STAGES.get(stage, stage), done // unit, -(-whole // unit))

    return tell


def peak_mb() -> int:
    """Give the most memory that this process had, in megabytes; an engine's own are not in it."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (_MB if sys.platform == "darwin" else 1_000))


@dataclass(frozen=True, slots=True)
class BuildTold:
    """What there is to say about a build; `days` is the length of its window."""

    report: Report
    csv: str
    report_file: str
    is_loaded: bool
    seconds: int
    peak_mb: int
    days: int

    @property
    def has_losses(self) -> bool:
        """Whether something of the files could not be read."""
        return bool(self.report.broken_lines or self.report.truncated_files)

    @property
    def next_command(self) -> str:
        """What a newcomer runs next."""
        if self.is_loaded:
            return f"laurels baseline show {self.report.id}"
        return f"laurels baseline load {shlex.quote(self.csv)} --id {self.report.id}"

    def as_json(self) -> dict[str, Any]:
        """Give the one object of `--json`: the report, and what became of it."""
        import msgspec

        report: dict[str, Any] = msgspec.to_builtins(self.report)
        own = {
            "csv": self.csv,
            "report": self.report_file,
            "is_loaded": self.is_loaded,
            "seconds": self.seconds,
            "peak_mb": self.peak_mb,
            "next": self.next_command,
        }
        # The report's own notes are of its population; here they are by metric, as elsewhere.
        return report | own | {"notes": dict(notes(self.report.method))}


@dataclass(frozen=True, slots=True)
class ProgramTold:
    """What there is to say about a population of the program's own; `current` is used for all."""

    made: Baseline
    current: str | None

    def as_json(self) -> dict[str, Any]:
        """Give the one object of `--json`."""
        made = self.made
        return {
            "id": made.id,
            "start": format_day(made.start),
            "end": format_day(made.end),
            "method": made.method,
            "checksum": made.checksum,
            "population": made.population,
            "values": {name: held.population for name, held in made.thresholds.items()},
            "current": self.current,
            "is_loaded": True,
            "next": f"laurels baseline show {made.id}",
            "notes": dict(notes(made.method)),
        }

    def lines(self) -> Iterator[str]:
        """Say what was counted, what percentiles are given in, and what to do next."""
        made = self.made
        days = f"{format_day(made.start)} to {format_day(made.end)}"
        people = count(made.population or 0, "person", "people")
        yield f"Counted {people} of {days}, this program's own, and loaded them as {made.id}."
        if missing := [name for name in TEN if name not in made.thresholds]:
            yield f"Nothing here tells: {', '.join(missing)}."
        if self.current == made.id:
            yield "It is pinned: percentiles are given in it."
        elif self.current:
            yield f"Percentiles are given in {self.current}, unless this one is asked for."
        else:
            yield "No population of all GitHub is loaded, so percentiles are given in none."
        yield f"Next: laurels baseline show {made.id}"


def lines_of(told: BuildTold) -> Iterator[str]:
    """Say what was counted, what is missing, and what to do with it."""
    report = told.report
    people = count(report.population, "person", "people")
    yield f"Counted {people} of {report.start} to {report.end} ({count(told.days, 'day')})."
    yield from _pull_requests(report)
    yield from _hours(report)
    yield ""
    rows = number(POINTS * len(report.values))
    yield f"Wrote {told.csv} ({rows} thresholds) and a report on it, {told.report_file}."
    took = count(told.seconds, "second") if told.seconds else "less than a second"
    yield f"{report.engine} took {took}; this process had {number(told.peak_mb)} MB at most."
    if told.is_loaded:
        yield f"Loaded as {report.id}."
    yield f"Next: {told.next_command}"


def losses_of(told: BuildTold) -> Iterator[str]:
    """Say what could not be read: the first places, and how much there is."""
    report = told.report
    if not told.has_losses:
        return
    parts = []
    if report.broken_lines:
        parts.append(count(report.broken_lines, "line could not", "lines could not") + " be read")
    if report.truncated_files:
        files = "file ends too early", "files end too early"
        parts.append(count(report.truncated_files, *files))
    yield f"{' and '.join(parts)}; the population is counted from the rest:"
    for loss in report.losses:
        yield f"  {loss}"
    if not report.losses:
        yield "  in files whose facts were kept by an earlier build"


def _pull_requests(report: Report) -> Iterator[str]:
    pulls = report.pull_requests
    yield (
        f"They opened {number(pulls.counted)} of the {number(pulls.seen)} pull requests that "
        "somebody commented on or reviewed."
    )
    left_out = [
        (pulls.outside, "opened before or after these days"),
        (pulls.robots, "opened by robots"),
        (pulls.undated, "nothing says when they were opened"),
        (pulls.unattributed, "nothing says who opened them"),
    ]
    parts = [f"{number(how_many)} {why}" for how_many, why in left_out if how_many]
    if parts:
        yield f"Left out: {', '.join(parts)}."
    if pulls.undated or pulls.unattributed:
        yield (
            "GH Archive's events since October 2025 do not repeat a pull request's author and day; "
            "only its opening and comments tell them."
        )


def _hours(report: Report) -> Iterator[str]:
    hours = report.hours
    if hours.missing == hours.wanted:
        yield "The files' names do not say which hours they are of, so none is known to be missing."
    elif hours.missing or hours.short:
        yield (
            f"Of {count(hours.wanted, 'hour')} {number(hours.present)} are there whole, "
            f"{number(hours.short)} in part, {number(hours.missing)} are missing."
        )
