"""The files of the demo's season, written once and kept with the moment they were made for.

The season has a pause: about a week without events lies between its body, all of which has
settled, and its last two days, none of which has. So nothing comes to settle for days, and an
import of the same files elsewhere, hours later, ends in the same ledger to the digit.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from gzip import GzipFile
from pathlib import Path

import msgspec

from laurels.kit.times import DAY_SECONDS, format_instant, parse_instant
from laurels.lab.season import write_season

SEED = 2026
WEEKS = 20
PEOPLE = 60
FOLDER = "demo-season"
ABOUT = "about.txt"
PAUSE_BEGINS = 9 * DAY_SECONDS
PAUSE_ENDS = 2 * DAY_SECONDS
"""Before the end of the season. A hold of 7 days then ends outside for everything."""

_HOUR_SECONDS = 3_600


class _Subject(msgspec.Struct):
    created_at: str = ""


class _Payload(msgspec.Struct):
    pull_request: _Subject | None = None
    issue: _Subject | None = None


class _Event(msgspec.Struct):
    created_at: str
    payload: _Payload


_EVENT = msgspec.json.Decoder(_Event)


def season_files(
    data_dir: Path, now: int, progress: Callable[[str, int, int], None]
) -> tuple[list[Path], int]:
    """Return the season's files, a day each, oldest first, and the instant it ends at.

    The first call writes them, for a season that ends with the hour of `now`; later calls find
    them, or write the same ones again.
    """
    folder = data_dir / FOLDER
    about = folder / ABOUT
    if about.exists():
        until = parse_instant(about.read_text(encoding="utf-8").split()[-1])
        if paths := _files(folder):
            return paths, until
    else:
        until = now // _HOUR_SECONDS * _HOUR_SECONDS
    written = write_season(
        folder,
        seed=SEED,
        until=until,
        people=PEOPLE,
        weeks=WEEKS,
        progress=lambda done, total: progress("writing the season", done, total),
    )
    for path in written.paths:
        _pause(path, until - PAUSE_BEGINS, until - PAUSE_ENDS)
    about.write_text(
        f"A simulated season of {WEEKS} weeks: people, projects and events are invented.\n"
        f"Seed {SEED}, until {format_instant(until)}\n",
        encoding="utf-8",
    )
    return _files(folder), until


def is_demo(data_dir: Path) -> bool:
    """Tell whether a demo was begun in this folder."""
    return (data_dir / FOLDER / ABOUT).exists()


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json.gz"))


def _pause(path: Path, begins: int, ends: int) -> None:
    """Take out of a day's file what happened in the pause, and afterwards to older subjects."""
    lines = zlib.decompress(path.read_bytes(), wbits=31).splitlines(keepends=True)
    kept = [line for line in lines if _stays(line, begins, ends)]
    if len(kept) == len(lines):
        return
    if not kept:
        path.unlink()
        return
    with path.open("wb") as raw, GzipFile("", "wb", 6, raw, mtime=0) as packed:
        packed.writelines(kept)


def _stays(line: bytes, begins: int, ends: int) -> bool:
    event = _EVENT.decode(line)
    if parse_instant(event.created_at) <= begins:
        return True
    if parse_instant(event.created_at) <= ends:
        return False
    subject = event.payload.pull_request or event.payload.issue
    return subject is None or parse_instant(subject.created_at) > ends
