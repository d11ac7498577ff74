"""Building a baseline of GH Archive files: read, facts, people, thresholds, CSV.

Guarantees: nothing is written to a given place before everything is known to be good; temporary
files go whatever happens (those of a killed process with the next build); two builds of the same
events give the same bytes, on any engine, in any order, at once or day after day on kept facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import msgspec

from laurels.adapters.baseline_csv import write_baseline
from laurels.adapters.gharchive.archive import program
from laurels.adapters.gharchive.archive.counting import population_of
from laurels.adapters.gharchive.archive.engines import ENGINES, MEMORY_MB, Engine
from laurels.adapters.gharchive.archive.facts import FORM, Part, PartNote, keep, parts_in, unread
from laurels.adapters.gharchive.archive.faults import BuildRefused
from laurels.adapters.gharchive.archive.report import (
    METHOD,
    NOTES,
    PullRequests,
    Report,
    events_of,
    hours_of,
)
from laurels.adapters.gharchive.archive.scratch import scratch_folder
from laurels.adapters.gharchive.archive.staging import FileRead, Progress, stage
from laurels.adapters.gharchive.coverage import coverage
from laurels.adapters.gharchive.faults import Loss, Losses
from laurels.adapters.gharchive.sources import SourceFile, check
from laurels.domain.metric_names import TEN
from laurels.domain.percentiles import Baseline, Population, faults_of
from laurels.kit.times import DAY_SECONDS, day_of, format_instant


@dataclass(frozen=True, slots=True)
class Counted:
    """The people of a window by value, and what became of the pull requests that were seen."""

    population: Population
    pull_requests: PullRequests


@dataclass(frozen=True, slots=True)
class Build:
    """A built baseline, the population as counted, and the report on both."""

    baseline: Baseline
    population: Population
    report: Report

    def put(self, path: Path) -> Path:
        """Write the CSV at `path` and the report beside it (ending in .json); give the latter."""
        beside = path.with_suffix(".json")
        part = beside.with_name(f".{beside.name}.part")
        report = msgspec.json.format(msgspec.json.encode(self.report), indent=1)
        try:
            part.write_bytes(report + b"\n")
            write_baseline(self.baseline, path)
            part.replace(beside)
        finally:
            part.unlink(missing_ok=True)
        return beside


def build(
    files: Iterable[str | Path],
    *,
    baseline_id: str,
    start: int,
    end: int,
    engine: str = "duckdb",
    facts: Path | None = None,
    scratch: Path | None = None,
    memory_mb: int = MEMORY_MB,
    progress: Progress = lambda stage, done, whole: None,
) -> Build:
    """Build the baseline of a window from event files, and from `facts` of earlier builds.

    `start` and `end` are the instants at which its first and its last day begin (both days are
    included). `facts` is a folder to which the files' facts are added, so that a later build reads
    only what is new; `files` may then be empty. `scratch` is where temporary files go (the system's
    place for them, where None), `memory_mb` what the engine may use. `progress` is called with a
    stage (`reading`, `facts`, `people`, `counting`), and what is done of the whole.

    Raises Refused for files that cannot be read, all of them named, and BuildRefused: `window` (not
    two days in order), `engine-unknown`, `engine-missing`, `facts-damaged`, `facts-foreign`,
    `hour-doubled`, `nobody` (nobody in the window has a value of some metric).
    """
    if start % DAY_SECONDS or end % DAY_SECONDS or end < start:
        raise BuildRefused("window", "the window must be two days, the last not before the first")
    if engine not in ENGINES:
        known = ", ".join(ENGINES)
        raise BuildRefused("engine-unknown", f"no engine is called {engine!r} (there are {known})")
    parts = parts_in(facts) if facts is not None else []
    given = list(files)
    sources = unread(check(given), parts) if given or not parts else []
    with ExitStack() as stack:
        place = stack.enter_context(scratch_folder(scratch))
        running: Engine = stack.enter_context(ENGINES[engine](place, memory_mb))
        losses = Losses()
        if sources:
            made, losses = part_of(sources, running, place, progress)
            parts.append(made)
        counted = count(parts, running, place, start, end + DAY_SECONDS, progress)
        baseline = _baseline(counted.population, baseline_id, start, end, parts)
        report = _report(baseline, counted, parts, losses, engine, start, end)
        if sources and facts is not None:
            keep(parts[-1], facts)
    return Build(baseline, counted.population, report)


def part_of(
    sources: list[SourceFile], running: Engine, place: Path, progress: Progress
) -> tuple[Part, Losses]:
    """Read files into a part that lies in the folder `place`."""
    staged = stage(sources, place / "events.parquet", progress)
    progress("facts", 0, 1)
    events = running.table([place / "events.parquet"])
    pulls, people = place / "new.pulls", place / "new.people"
    running.write(program.pull_facts(events), pulls)
    running.write(program.person_facts(events), people)
    (place / "events.parquet").unlink()
    covered = coverage(sources, staged.losses)
    note = PartNote(
        FORM,
        tuple(staged.files),
        dict(sorted(staged.events_by_type.items())),
        covered.present,
        covered.short,
        staged.losses.broken_lines,
        staged.losses.truncated_files,
    )
    progress("facts", 1, 1)
    return Part(note, pulls, people), staged.losses


def count(
    parts: Sequence[Part],
    running: Engine,
    place: Path,
    start: int,
    until: int,
    progress: Progress,
) -> Counted:
    """Count the people of the window [start, until) by the facts of all parts."""
    progress("people", 0, 1)
    facts = running.table([part.pulls for part in parts])
    running.write(program.pulls(facts, start, until), place / "judged")
    judged = running.table([place / "judged"])
    active = running.table([part.people for part in parts])
    running.write(program.people(judged, active, start, until), place / "population")
    progress("people", 1, 1)
    progress("counting", 0, 1)
    everybody = running.table([place / "population"])
    population = population_of(running.columns(program.histograms(everybody)))
    tally = running.columns(program.tally(judged))
    progress("counting", 1, 1)
    return Counted(
        population, PullRequests(**{name: value or 0 for name, [value] in tally.items()})
    )  # fmt: skip


def _baseline(
    population: Population, baseline_id: str, start: int, end: int, parts: Sequence[Part]
) -> Baseline:
    if not population.people:
        reason = "nobody has a pull request that counts in this window"
        if hours := [hour for part in parts for hour in part.note.hours]:
            first, last = (format_instant(hour)[:13] for hour in (min(hours), max(hours)))
            reason += f"; the files are of the hours {first} to {last}"
        raise BuildRefused("nobody", reason)
    baseline = population.baseline(
        baseline_id=baseline_id, start=day_of(start), end=day_of(end), method=METHOD
    )
    missing = [name for name in TEN if name not in baseline.thresholds]
    if missing:
        raise BuildRefused("nobody", f"nobody in this window has a value of {', '.join(missing)}")
    if faults := faults_of(baseline):
        raise AssertionError(f"a baseline of ours is wrong: {faults[0]}")
    return baseline


def _report(
    baseline: Baseline,
    counted: Counted,
    parts: Sequence[Part],
    losses: Losses,
    engine: str,
    start: int,
    end: int,
) -> Report:
    notes = [part.note for part in parts]
    return Report(
        id=baseline.id,
        start=format_instant(start)[:10],
        end=format_instant(end)[:10],
        method=METHOD,
        engine=engine,
        checksum=baseline.checksum,
        population=counted.population.people,
        values={name: held.population or 0 for name, held in baseline.thresholds.items()},
        files=tuple(sorted((file for note in notes for file in note.files), key=_by_name)),
        events_by_type=events_of(notes),
        hours=hours_of(notes, start, end + DAY_SECONDS),
        broken_lines=sum(note.broken_lines for note in notes),
        truncated_files=sum(note.truncated_files for note in notes),
        losses=tuple(
            f"{one.file}, line {one.line}: {one.reason}"
            for one in sorted((*losses.broken, *losses.truncated), key=_by_place)
        ),
        pull_requests=counted.pull_requests,
        notes=NOTES,
    )


def _by_place(loss: Loss) -> tuple[str, int]:
    return loss.file, loss.line


def _by_name(file: FileRead) -> tuple[str, str]:
    return file.name, file.sha256
