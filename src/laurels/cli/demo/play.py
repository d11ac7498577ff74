"""Playing a season: its days are imported one after the other, as if one had been there.

Each stage has a clock that stands at its end: what is due then settles, certificates are made and
a snapshot is kept, so the demo has a history. Where it ends is where one import of all files ends:
the ledger is a function of facts, rules and the clock, and nothing of this season settles late.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from laurels.apps.intake.models import ImportRun
from laurels.apps.intake.services import import_gharchive
from laurels.apps.projects.register import Register
from laurels.apps.scoring.services import dirty_mark_due
from laurels.apps.standings.services import snapshot_take
from laurels.cli.demo.measuring import Measurer, sign_in_most
from laurels.cli.house import House
from laurels.cli.issuing import issue_what_waits
from laurels.cli.settling import settle_what_is_dirty
from laurels.kit.clock import ManualClock
from laurels.kit.times import DAY_SECONDS, day_of, parse_date

WEEKLY_UNTIL = 35 * DAY_SECONDS
"""Before the end, stages are a week long; from there on a day."""

Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Played:
    """What a demo did."""

    files: int = 0
    events_read: int = 0
    entries_posted: int = 0
    certificates_issued: int = 0
    snapshots: int = 0
    signed_in: int = 0
    metrics_computed: int = 0


@dataclass(frozen=True, slots=True)
class Stage:
    """The instant at which a stage ends, and the files of its days."""

    at: int
    paths: tuple[Path, ...]


def play(here: House, paths: list[Path], progress: Progress) -> Played:
    """Play the season, or, where it was played before, bring it up to the present."""
    played = Played(files=len(paths))
    measurer = Measurer(here.now)
    stages = [Stage(here.now, tuple(paths))]
    if not ImportRun.objects.exists():
        stages = stages_of(paths, here.now)
    for number, stage in enumerate(stages):
        progress("playing the season", number, len(stages))
        # The last stage is the present: the real clock goes on while it works.
        last = number == len(stages) - 1
        then = here if last else replace(here, clock=ManualClock(stage.at))
        _perform(then, stage, played)
        measurer.stage(then, stage.paths, is_last=last)
    played.signed_in = sign_in_most(here)
    played.metrics_computed = measurer.computed
    return played


def stages_of(paths: list[Path], now: int) -> list[Stage]:
    """Cut a season into stages that end at midnights, weeks first, then days; the last is now."""
    days = {path: parse_date(path.name[:10]) for path in paths}
    at, stages, done = min(days.values()) + DAY_SECONDS, [], 0
    while at < now:
        upto = sum(day + DAY_SECONDS <= at for day in days.values())
        stages.append(Stage(at, tuple(paths[done:upto])))
        done = upto
        at += DAY_SECONDS if at + 7 * DAY_SECONDS > now - WEEKLY_UNTIL else 7 * DAY_SECONDS
    return [*stages, Stage(now, tuple(paths[done:]))]


def _perform(here: House, stage: Stage, played: Played) -> None:
    if stage.paths:
        report = import_gharchive(
            stage.paths,
            register=Register.all(),
            clock=here.clock,
            acting=here.acting,
            bot_logins=here.settings.bot_logins,
        )
        played.events_read += report.events_read
        played.entries_posted += report.entries_posted
    dirty_mark_due(here.now)
    played.entries_posted += settle_what_is_dirty(here).entries_posted
    played.certificates_issued += issue_what_waits(here).issued
    # A stage that ends at midnight shows the day that has just ended.
    snapshot_take(day_of(here.now - 1))
    played.snapshots += 1
